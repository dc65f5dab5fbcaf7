package io.vdotools.engine.damage;

import io.vdotools.engine.damage.NamedDamage.Condition;
import io.vdotools.problem.ProblemCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongUnaryOperator;
import java.util.regex.Pattern;

/** The damages that have names, and how names are made for all others. */
public final class DamageCatalogue {
  private static final Pattern FIELD =
      Pattern.compile(
          "(?<area>[a-z-]+)\\.(?<path>[a-z0-9_.\\[\\]]+?)(?<operator>[+-]?=)(?<value>.+)");

  private DamageCatalogue() {}

  /** {@return those of every kind to every structure, then those that break one rule each} */
  public static List<NamedDamage> all() {
    var all = new ArrayList<NamedDamage>();
    for (var area : Area.values()) {
      for (var kind : Damage.Kind.values()) {
        if (kind.fits(area)) {
          all.add(ofKind(area, kind));
        }
      }
    }
    all.addAll(SuperBlockDamages.all());
    all.addAll(BlockMapDamages.all());
    all.addAll(DepotDamages.all());
    all.addAll(JournalDamages.all());
    return all;
  }

  /**
   * {@return the damage of a name}
   *
   * <p>Besides the names of {@link #all} there are {@code STRUCTURE.FIELD=N}, {@code
   * STRUCTURE.FIELD+=N} and {@code STRUCTURE.FIELD-=N} for any field.
   *
   * @throws IllegalArgumentException if there is none; the message says why
   */
  public static NamedDamage named(String name) {
    return all().stream()
        .filter(damage -> damage.name().equals(name))
        .findFirst()
        .or(() -> ofField(name))
        .orElseThrow(() ->
            new IllegalArgumentException(
                "'" + name + "' is no damage (see 'vdo_image corrupt --list')"));
  }

  private static NamedDamage ofKind(Area area, Damage.Kind kind) {
    String title =
        switch (kind) {
          case ZEROED -> "all its bytes are zero";
          case FLIPPED -> "one bit that has a meaning is the other way round";
          case SWAPPED -> "it and its neighbour lie in each other's places";
          case DUPLICATED -> "its neighbour lies in its place, too";
          case STALE -> "it holds what it held some time before";
          case TORN -> "some last sectors of it hold what they held before";
          case WRONG_NONCE -> "it says that it belongs to another volume";
        };
    return new NamedDamage(
        area.title() + "." + kind.title(),
        title,
        Condition.ANY,
        List.of(),
        (place, seed) -> Damage.of(kind, area, place, seed));
  }

  /** A field that holds another value, by its name. */
  static NamedDamage field(Condition condition, String name, ProblemCode... expected) {
    var damage = ofField(name).orElseThrow(() -> new IllegalArgumentException(name));
    return new NamedDamage(name, damage.title(), condition, List.of(expected), damage.recipe());
  }

  private static Optional<NamedDamage> ofField(String name) {
    var typed = FIELD.matcher(name);
    if (!typed.matches()) {
      return Optional.empty();
    }
    String path = typed.group("path");
    var area = Area.titled(typed.group("area"));
    if (area.isEmpty() || area.get().struct().isEmpty()) {
      return Optional.empty();
    }
    var paths = StructFields.paths(area.get().struct().get());
    if (!paths.contains(path)) {
      throw new IllegalArgumentException(
          "'%s' is no field of the %s (%s)"
              .formatted(path, area.get().title(), String.join(", ", paths)));
    }
    long value = number(typed.group("value"));
    LongUnaryOperator change =
        switch (typed.group("operator")) {
          case "+=" -> old -> old + value;
          case "-=" -> old -> old - value;
          default -> _ -> value;
        };
    return Optional.of(
        new NamedDamage(
            name,
            "a field holds another value",
            Condition.ANY,
            List.of(),
            (place, _) -> Damage.field(area.get(), place, path, change)));
  }

  private static long number(String text) {
    try {
      return text.startsWith("0x")
          ? Long.parseUnsignedLong(text, 2, text.length(), 16)
          : Long.parseLong(text);
    } catch (NumberFormatException _) {
      throw new IllegalArgumentException(
          "'" + text + "' is no number of 64 bits (write 1234, -1 or 0x4d2)");
    }
  }
}
