package io.vdotools.testing;

/** In which of its possible forms a slab's state is stored. */
public enum SlabForm {
  /** Counts written, journal blank: as tools leave it that write volumes offline. */
  OFFLINE(true, false),
  /** Counts written, and a journal behind them that a load does not read. */
  RESTED(true, false),
  /** As rested, but marked dirty: the journal replays to no change. */
  REPLAYED(true, true),
  /** The counts know the first block of the journal only. */
  BEHIND(true, true),
  /** The counts were never written: all there is, is the journal. */
  JOURNAL_ONLY(false, true);

  private final boolean hasCounts;
  private final boolean isDirty;

  SlabForm(boolean hasCounts, boolean isDirty) {
    this.hasCounts = hasCounts;
    this.isDirty = isDirty;
  }

  boolean hasCounts() {
    return hasCounts;
  }

  boolean isDirty() {
    return isDirty;
  }

  boolean hasJournal() {
    return this != OFFLINE;
  }
}
