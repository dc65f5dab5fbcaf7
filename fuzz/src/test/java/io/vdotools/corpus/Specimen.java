package io.vdotools.corpus;

import io.vdotools.VdoException;
import io.vdotools.device.MemoryDevice;
import io.vdotools.engine.damage.DamageCatalogue;
import io.vdotools.engine.damage.DamageException;
import io.vdotools.engine.damage.NamedDamage;
import io.vdotools.engine.damage.Position;
import io.vdotools.format.VolumeState;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.testing.VolumeImage;
import io.vdotools.testing.VolumeImages;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A damaged volume.
 *
 * @param number tells it from all others, and decides everything about it
 * @param volume which sound volume it was
 * @param wounds what befell it, in order
 */
record Specimen(int number, String volume, List<Wound> wounds) {
  /** The sound volumes, by name. */
  static final Map<String, VolumeImage> VOLUMES =
      new TreeMap<>(
          Map.of(
              "clean", VolumeImages.clean(),
              "crashed", VolumeImages.crashed(JournalFormat.CURRENT),
              "crashed-v1", VolumeImages.crashed(JournalFormat.V1),
              "dirty-slab", VolumeImages.cleanWithDirtySlab(),
              "fresh", VolumeImages.fresh(),
              "read-only", VolumeImages.everyKind().state(VolumeState.READ_ONLY_MODE).build(),
              "recovering", VolumeImages.recovering(),
              "without-counts", VolumeImages.recoveringWithoutCounts()));

  private static final List<NamedDamage> DAMAGES = DamageCatalogue.all();
  private static final List<Position> POSITIONS = List.of(Position.values());
  private static final int MOST_WOUNDS = 4;

  /** One damage. */
  record Wound(NamedDamage damage, Position position, long seed) {
    @Override
    public String toString() {
      return damage.name() + "@" + position.name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** {@return how many specimens have one wound each: every damage at every position} */
  static int singles() {
    return DAMAGES.size() * POSITIONS.size();
  }

  /**
   * {@return the specimen of a number}
   *
   * <p>The first ones have each damage at each position, on a volume on which it shows; all later
   * ones have two to four damages on any volume.
   */
  static Specimen of(int number) {
    var random = new SplittableRandom(number);
    if (number < singles()) {
      var damage = DAMAGES.get(number / POSITIONS.size());
      var position = POSITIONS.get(number % POSITIONS.size());
      return new Specimen(number, volumeFor(damage), List.of(new Wound(damage, position, number)));
    }
    var names = List.copyOf(VOLUMES.keySet());
    var wounds = new ArrayList<Wound>();
    int count = random.nextInt(2, MOST_WOUNDS + 1);
    for (int i = 0; i < count; i++) {
      wounds.add(
          new Wound(
              DAMAGES.get(random.nextInt(DAMAGES.size())),
              POSITIONS.get(random.nextInt(POSITIONS.size())),
              random.nextLong(1000)));
    }
    return new Specimen(number, names.get(random.nextInt(names.size())), wounds);
  }

  private static String volumeFor(NamedDamage damage) {
    return switch (damage.condition()) {
      case ANY, CLEAN, INDEX -> "clean";
      case NEW -> "fresh";
      case CRASHED -> "crashed";
      case DIRTY_SLAB -> "dirty-slab";
    };
  }

  VolumeImage sound() {
    return VOLUMES.get(volume);
  }

  /** {@return the damaged volume, nothing if it lacks what would be damaged} */
  Optional<MemoryDevice> make() throws VdoException {
    var device = sound().device().copy();
    try {
      for (var wound : wounds) {
        // Where things lie is known from before: what was damaged may not tell any more.
        wound.damage.recipe().at(wound.position, wound.seed).inflict(device, sound().areas());
      }
      return Optional.of(device);
    } catch (DamageException _) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return "%05d %s %s"
        .formatted(
            number, volume, wounds.stream().map(Wound::toString).collect(Collectors.joining(",")));
  }
}
