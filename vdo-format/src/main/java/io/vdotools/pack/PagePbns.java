package io.vdotools.pack;

import java.util.Arrays;

/** The PBNs of the pages of a frame, those of one page behind those of the page before. */
final class PagePbns {
  private static final long[] NONE = new long[0];

  private long[] pbns = NONE;
  private int[] ends = new int[1 << 8];
  private int pages;

  /** Forgets everything, and gives the memory back, which a frame needs again when it is read. */
  void clear() {
    pages = 0;
    pbns = NONE;
  }

  /** Forgets everything, and keeps the memory for what is added next. */
  void removeAll() {
    pages = 0;
  }

  /**
   * Adds the PBNs of a page.
   *
   * @param from holds them
   * @param first where they begin
   * @param count how many there are
   */
  void addPage(long[] from, int first, int count) {
    int start = size();
    if (pages == ends.length) {
      ends = Arrays.copyOf(ends, 2 * pages);
    }
    if (start + count > pbns.length) {
      pbns = Arrays.copyOf(pbns, Math.max(start + count, 4 * pbns.length));
    }
    System.arraycopy(from, first, pbns, start, count);
    ends[pages++] = start + count;
  }

  int pages() {
    return pages;
  }

  /** {@return how many there are} */
  int size() {
    return end(pages - 1);
  }

  /** {@return the PBNs of all pages, and perhaps more behind them} */
  long[] all() {
    return pbns;
  }

  /** {@return where those of a page begin} */
  int start(int page) {
    return end(page - 1);
  }

  /** {@return how many a page has} */
  int count(int page) {
    return end(page) - end(page - 1);
  }

  private int end(int page) {
    return page < 0 ? 0 : ends[page];
  }
}
