package io.vdotools.engine;

import java.util.ArrayList;
import java.util.List;

/** How pages are spread over the slabs, to cut them into windows of about equal numbers. */
final class PbnHistogram {
  private static final int BUCKETS = 1 << 16;

  private final int shift;
  private final long[] counts;
  private long total;

  /**
   * A run of blocks, counted from the first block of the first slab.
   *
   * @param from the first
   * @param to the one after the last
   */
  record Window(long from, long to) {
    boolean contains(long block) {
      return block >= from && block < to;
    }
  }

  /**
   * @param blocks the blocks of all slabs
   * @param largestBucket the most blocks in a bucket, so that no bucket is more than a window
   */
  PbnHistogram(long blocks, long largestBucket) {
    int bits = 0;
    while (blocks >>> bits > BUCKETS && 1L << (bits + 1) <= largestBucket) {
      bits++;
    }
    shift = bits;
    counts = new long[(int) ((blocks >>> bits) + 1)];
  }

  void add(long block) {
    counts[(int) (block >>> shift)]++;
    total++;
  }

  long total() {
    return total;
  }

  /** {@return windows of at most the given number of pages, unless one bucket has more} */
  List<Window> windows(long pages) {
    var windows = new ArrayList<Window>();
    int from = 0;
    long inWindow = 0;
    for (int i = 0; i < counts.length; i++) {
      if (inWindow > 0 && inWindow + counts[i] > pages) {
        windows.add(new Window((long) from << shift, (long) i << shift));
        from = i;
        inWindow = 0;
      }
      inWindow += counts[i];
    }
    windows.add(new Window((long) from << shift, (long) counts.length << shift));
    return windows;
  }
}
