package io.vdotools.testing;

import io.vdotools.format.VolumeState;
import io.vdotools.format.journal.JournalFormat;

/** Volumes with a bit of everything, each sound. */
public final class VolumeImages {
  /** An LBN of a plain block that others share. */
  public static final long SHARED = 0;

  /** An LBN of a plain block of its own. */
  public static final long PLAIN = 3;

  /** The first of four LBNs of a compressed block. */
  public static final long COMPRESSED = 30;

  /** An LBN of a leaf with 812 mappings, in slab 1. */
  public static final long FULL_LEAF = 812;

  /** An LBN in the second leaf of tree 0. */
  public static final long SECOND_LEAF = 60 * 812;

  /** The last LBN. */
  public static final long LAST = 199_999;

  private VolumeImages() {}

  /**
   * {@return a builder of a volume with blocks of every kind}
   *
   * <p>Slab 0 has no journal, slab 1 has one, slab 2 was never used.
   */
  public static VolumeBuilder everyKind() {
    return VolumeBuilder.small()
        .slab(1, SlabForm.RESTED)
        .plainRange(0, 10)
        .shared(SHARED, 10, 11, 12)
        .zero(20, 21, 22)
        .compressed(COMPRESSED, 31, 32, 33)
        .compressed(40, 41)
        .compressed(50, 51, 52)
        .plain(SECOND_LEAF, SECOND_LEAF + 1, LAST - 1, LAST)
        .allocateFromSlab(1)
        .plainRange(FULL_LEAF, 812);
  }

  /** {@return a volume with blocks of every kind, stopped cleanly} */
  public static VolumeImage clean() {
    return everyKind().build();
  }

  /** {@return a volume that was formatted and never started} */
  public static VolumeImage fresh() {
    return VolumeBuilder.small().state(VolumeState.NEW).build();
  }

  /** {@return a clean volume whose slab 1 is marked dirty, with a journal that changes nothing} */
  public static VolumeImage cleanWithDirtySlab() {
    return everyKind().slab(1, SlabForm.REPLAYED).build();
  }

  /** {@return a volume that was stopped before slab 1 was scrubbed} */
  public static VolumeImage recovering() {
    return everyKind().slab(1, SlabForm.BEHIND).state(VolumeState.RECOVERING).build();
  }

  /** {@return a volume that was stopped before slab 1 was scrubbed for the first time} */
  public static VolumeImage recoveringWithoutCounts() {
    return everyKind().slab(1, SlabForm.JOURNAL_ONLY).state(VolumeState.RECOVERING).build();
  }

  /** {@return a volume that crashed while blocks of every kind were changed} */
  public static VolumeImage crashed(JournalFormat format) {
    return everyKind()
        .crashAfterHere(format)
        .plainRange(100, 300)
        .plain(PLAIN)
        .shared(PLAIN, 60, 61)
        .discard(1, 31)
        .zero(2)
        .plain(5 * 812)
        .build();
  }
}
