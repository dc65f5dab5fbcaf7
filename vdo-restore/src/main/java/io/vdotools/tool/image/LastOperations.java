package io.vdotools.tool.image;

import io.vdotools.tool.image.Workload.Kind;
import java.util.Arrays;

/**
 * The last operation on each LBN that a workload touches.
 *
 * <p>Memory depends neither on the workload nor on the volume: operations at random are gone
 * through once for each window of LBNs. To be asked for LBNs in ascending order, else each question
 * takes as long as such a window.
 */
final class LastOperations {
  /** What {@link #on} returns for an LBN that was not touched. */
  static final long NONE = -1;

  // 8 MiB, and 4 GiB of content to compare with: next to that a pass over the numbers is nothing.
  private static final int WINDOW_BLOCKS = 1 << 20;

  private final Workload workload;
  private final long end;
  private final long[] window;
  private long windowFirst = Long.MIN_VALUE;

  /**
   * @param workload the workload
   * @param end operations before this one count, at least 0
   */
  LastOperations(Workload workload, long end) {
    this(workload, end, WINDOW_BLOCKS);
  }

  LastOperations(Workload workload, long end, int windowBlocks) {
    this.workload = workload;
    this.end = end;
    this.window =
        new long[workload.isSequential() ? 0 : (int) Math.min(windowBlocks, workload.range())];
  }

  /** {@return the number of the last operation on an LBN that did something, or {@link #NONE}} */
  long on(long lbn) {
    long offset = lbn - workload.first();
    if (offset < 0 || offset >= workload.range()) {
      return NONE;
    }
    return workload.isSequential() ? lastInOrder(offset) : lastAtRandom(offset);
  }

  private long lastInOrder(long offset) {
    long rounds = Math.ceilDiv(end - offset, workload.range());
    for (long number = offset + (rounds - 1) * workload.range();
        number >= 0;
        number -= workload.range()) {
      if (workload.kind(number) != Kind.NOTHING) {
        return number;
      }
    }
    return NONE;
  }

  private long lastAtRandom(long offset) {
    long first = offset / window.length * window.length;
    if (first != windowFirst) {
      fill(first);
    }
    return window[(int) (offset - first)];
  }

  private void fill(long first) {
    windowFirst = first;
    Arrays.fill(window, NONE);
    for (long number = 0; number < end; number++) {
      long within = workload.lbn(number) - workload.first() - first;
      if (within >= 0 && within < window.length && workload.kind(number) != Kind.NOTHING) {
        window[(int) within] = number;
      }
    }
  }
}
