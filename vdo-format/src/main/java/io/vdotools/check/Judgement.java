package io.vdotools.check;

import io.vdotools.format.VolumeState;

/** As what a volume is judged, which follows from its state. */
public enum Judgement {
  /** Formatted and never started: there is nothing yet that could agree or disagree. */
  NEW,
  /** As it is, with the slab journals of dirty slabs replayed. */
  AS_IT_IS,
  /** As the driver's crash recovery would leave it. */
  AFTER_RECOVERY,
  /** As a forced rebuild would find it: counts and slab journals will be made anew. */
  BEFORE_REBUILD;

  /** {@return as what a volume in a state is judged} */
  public static Judgement of(VolumeState state) {
    return switch (state) {
      case NEW -> NEW;
      // Drivers take a state that they do not know for CLEAN.
      case CLEAN, RECOVERING, UNKNOWN -> AS_IT_IS;
      case DIRTY, REPLAYING -> AFTER_RECOVERY;
      case READ_ONLY_MODE, FORCE_REBUILD, REBUILD_FOR_UPGRADE -> BEFORE_REBUILD;
    };
  }

  /** {@return the judgement in words, as reports print it} */
  public String title() {
    return switch (this) {
      case NEW -> "as new";
      case AS_IT_IS -> "as it is";
      case AFTER_RECOVERY -> "as crash recovery would leave it";
      case BEFORE_REBUILD -> "as a rebuild would find it";
    };
  }

  /** {@return whether reference counts mean something} */
  boolean hasCounts() {
    return this == AS_IT_IS || this == AFTER_RECOVERY;
  }
}
