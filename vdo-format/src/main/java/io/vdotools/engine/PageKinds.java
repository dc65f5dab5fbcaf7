package io.vdotools.engine;

import io.vdotools.format.JournalPoint;

/**
 * Which blocks the entries of a journal name as pages, as pages of which kind, and of which height
 * pages were found there.
 *
 * <p>Filled from one thread, told of pages from several.
 */
public final class PageKinds {
  private static final int NOT_SEEN = -1;

  // The point of the first entry that names a page as a leaf, and as an interior page.
  private final LongMap asLeaf;
  private final LongMap asInterior;
  private final LongMap heights;

  /**
   * Makes an empty table.
   *
   * @param expected roughly how many entries there are
   */
  public PageKinds(long expected) {
    int size = (int) Math.min(expected, 1 << 16);
    asLeaf = new LongMap(size);
    asInterior = new LongMap(16);
    heights = new LongMap(size);
  }

  /** Notes what an entry names. */
  public void name(long pagePbn, boolean isInterior, long sequenceNumber, int index) {
    var named = isInterior ? asInterior : asLeaf;
    if (!named.containsKey(pagePbn)) {
      named.put(pagePbn, JournalPoint.pack(sequenceNumber, index));
    }
  }

  /** {@return whether an entry names the block} */
  public boolean isNamed(long pagePbn) {
    return asLeaf.containsKey(pagePbn) || asInterior.containsKey(pagePbn);
  }

  /** Notes that a page of a height was found. */
  public synchronized void seen(long pagePbn, int height) {
    heights.put(pagePbn, height);
  }

  /** Takes entries that name a block that is not a page of the kind. */
  public interface MismatchVisitor {
    /** The first entry that names a block wrongly. */
    void mismatch(long pagePbn, long sequenceNumber, int index, String detail);
  }

  /** Visits the blocks that are not what entries take them for. */
  public void forEachMismatch(MismatchVisitor visitor) {
    for (long pbn : asLeaf.sortedKeys()) {
      report(pbn, asLeaf, height(pbn) == 0, "leaf", visitor);
    }
    for (long pbn : asInterior.sortedKeys()) {
      report(pbn, asInterior, height(pbn) > 0, "page above the leaves", visitor);
    }
  }

  private int height(long pbn) {
    return (int) heights.getOrDefault(pbn, NOT_SEEN);
  }

  private void report(
      long pbn, LongMap named, boolean isRight, String expected, MismatchVisitor visitor) {
    if (isRight) {
      return;
    }
    long point = named.getOrDefault(pbn, 0);
    String found =
        height(pbn) == NOT_SEEN
            ? "no page of the block map"
            : "a block map page of height " + height(pbn);
    visitor.mismatch(
        pbn,
        JournalPoint.sequenceNumber(point),
        JournalPoint.entryIndex(point),
        found + ", expected a " + expected);
  }
}
