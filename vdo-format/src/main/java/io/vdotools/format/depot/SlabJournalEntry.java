package io.vdotools.format.depot;

/**
 * One change of a reference count (format-spec, section 6).
 *
 * @param offsetInSlab the block's offset in its slab (SBN), 0 to 2^23 - 1
 * @param operation what changes
 */
public record SlabJournalEntry(int offsetInSlab, Operation operation) {
  /** The changes. */
  public enum Operation {
    /** A logical block refers to the block. */
    DATA_INCREMENT,
    /** A logical block refers to it no more. */
    DECREMENT,
    /** The block becomes a block map page. */
    BLOCK_MAP_INCREMENT
  }

  /** {@return whether a count goes up} */
  public boolean isIncrement() {
    return operation != Operation.DECREMENT;
  }
}
