package io.vdotools.check;

import io.vdotools.engine.damage.DamageCatalogue;
import io.vdotools.engine.damage.NamedDamage;
import io.vdotools.engine.damage.NamedDamage.Condition;
import io.vdotools.engine.damage.Place;
import io.vdotools.engine.damage.Position;
import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.VolumeImage;
import io.vdotools.testing.VolumeImages;
import java.util.stream.Stream;

/** The damages that have a name, with a volume and a place for each. */
public final class NamedDamages {
  private static final VolumeImage CLEAN = VolumeImages.clean();
  private static final VolumeImage NEW = VolumeImages.fresh();
  private static final VolumeImage DIRTY_SLAB = VolumeImages.cleanWithDirtySlab();
  private static final VolumeImage INDEXED = VolumeImage.of(GoldenVolume.load("small").copy());

  /** Its journal has two full blocks, 10 and 11, and a third one. */
  private static final VolumeImage CRASHED =
      VolumeImages.everyKind()
          .crashAfterHere()
          .plainRange(100, 500)
          .plain(VolumeImages.PLAIN)
          .discard(1)
          .zero(2)
          .plain(5 * 812)
          .build();

  private NamedDamages() {}

  /** {@return the damages of which the catalogue says what a check finds} */
  public static Stream<NamedDamage> withAnExpectation() {
    return DamageCatalogue.all().stream().filter(damage -> !damage.expected().isEmpty());
  }

  /** {@return a volume in the condition that a damage needs} */
  public static VolumeImage imageFor(NamedDamage damage) {
    return switch (damage.condition()) {
      case ANY, CLEAN -> CLEAN;
      case NEW -> NEW;
      case CRASHED -> CRASHED;
      case DIRTY_SLAB -> DIRTY_SLAB;
      case INDEX -> INDEXED;
    };
  }

  /** {@return where the damage shows on that volume} */
  public static Place placeFor(NamedDamage damage) {
    String name = damage.name();
    if (damage.condition() == Condition.CRASHED) {
      long sequence =
          name.contains("entry-") || name.contains("torn") || name.contains("head") ? 12 : 11;
      return new Place.AtPbn(CRASHED.areas().journal().pbn(sequence));
    }
    if (name.startsWith("interior.") || name.equals("leaf.orphaned")) {
      return new Place.AtLbn(VolumeImages.FULL_LEAF);
    }
    if (name.startsWith("slab-journal.") && damage.title().startsWith("a field")) {
      return Position.MIDDLE;
    }
    if (name.startsWith("slab-journal.type-bit")) {
      return Position.FIRST;
    }
    if (name.startsWith("slab-journal.") || name.startsWith("reference-block.")) {
      return Position.LAST;
    }
    return Position.FIRST;
  }
}
