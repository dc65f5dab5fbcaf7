package io.vdotools.engine.zones;

/**
 * A part of the engine's state that only one step at a time may touch.
 *
 * @param number a number of its own among all sections of an engine, from 0 on
 * @param kind what the state is
 * @param index which one of its kind, from 0 on
 */
public record Section(int number, Kind kind, int index) {
  /** What a section holds. */
  public enum Kind {
    /** The recovery journal and the super block. */
    JOURNAL,
    /** The packer's bins, and the flushes that wait. */
    PACKER,
    /** LBN locks, and the block map pages of some trees. */
    LOGICAL,
    /** Slabs with their journals and counts, and PBN locks. */
    PHYSICAL,
    /** Hash locks. */
    HASH,
    /** Nothing: hashing, compressing, copying. Steps here may run at the same time. */
    COMPUTE
  }

  /** {@return whether steps in here touch nothing that is shared} */
  public boolean ownsNothing() {
    return kind == Kind.COMPUTE;
  }

  @Override
  public String toString() {
    return kind + " " + index;
  }
}
