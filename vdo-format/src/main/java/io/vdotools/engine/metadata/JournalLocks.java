package io.vdotools.engine.metadata;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * How many still need each block of the recovery journal.
 *
 * <p>Counted twice: for the block map, whose pages may lack what the block says, and for the slab
 * journals. A block is needed by each of its entries until that has taken effect in memory, by each
 * block map page until the page is written, and by each slab journal block until the summary names
 * it.
 *
 * <p>Counts are taken and given back from any section.
 */
public final class JournalLocks {
  private final AtomicIntegerArray forBlockMap;
  private final AtomicIntegerArray forSlabJournals;
  private final Runnable onRelease;

  /**
   * @param blocks the length of the journal, a power of two
   * @param onRelease is run when nobody needs a block any more for one of the two
   */
  JournalLocks(int blocks, Runnable onRelease) {
    forBlockMap = new AtomicIntegerArray(blocks);
    forSlabJournals = new AtomicIntegerArray(blocks);
    this.onRelease = onRelease;
  }

  private int slot(long sequence) {
    return (int) (sequence & (forBlockMap.length() - 1));
  }

  /** Keeps a block for an entry that is not in effect yet. */
  void holdForEntry(long sequence) {
    forBlockMap.incrementAndGet(slot(sequence));
    forSlabJournals.incrementAndGet(slot(sequence));
  }

  /** Gives a block back after an entry took effect. */
  public void releaseForEntry(long sequence) {
    release(forBlockMap, sequence);
    release(forSlabJournals, sequence);
  }

  /** Keeps a block for a block map page; somebody must be keeping it already. */
  void holdForPage(long sequence) {
    forBlockMap.incrementAndGet(slot(sequence));
  }

  /** Gives a block back that was kept for a block map page. */
  void releaseForPage(long sequence) {
    release(forBlockMap, sequence);
  }

  /** Keeps a block for a slab journal; somebody must be keeping it already. */
  void holdForSlabJournal(long sequence) {
    forSlabJournals.incrementAndGet(slot(sequence));
  }

  /** Gives a block back that was kept for a slab journal. */
  void releaseForSlabJournal(long sequence) {
    release(forSlabJournals, sequence);
  }

  private void release(AtomicIntegerArray counts, long sequence) {
    int left = counts.decrementAndGet(slot(sequence));
    if (left == 0) {
      onRelease.run();
    } else if (left < 0) {
      throw new IllegalStateException("recovery journal block " + sequence + " given back twice");
    }
  }

  boolean isNeededForBlockMap(long sequence) {
    return forBlockMap.get(slot(sequence)) != 0;
  }

  boolean isNeededForSlabJournals(long sequence) {
    return forSlabJournals.get(slot(sequence)) != 0;
  }
}
