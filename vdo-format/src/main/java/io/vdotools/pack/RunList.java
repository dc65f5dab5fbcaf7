package io.vdotools.pack;

import java.util.Arrays;

/** Runs of blocks that are gathered in any order, for blocks without content of their own. */
final class RunList {
  private long[] first = new long[64];
  private long[] length = new long[64];
  private int size;

  long[] first() {
    return first;
  }

  long[] length() {
    return length;
  }

  int size() {
    return size;
  }

  void clear() {
    size = 0;
  }

  void add(long start, long blocks) {
    if (size > 0 && first[size - 1] + length[size - 1] == start) {
      length[size - 1] += blocks;
      return;
    }
    if (size == first.length) {
      first = Arrays.copyOf(first, 2 * size);
      length = Arrays.copyOf(length, 2 * size);
    }
    first[size] = start;
    length[size++] = blocks;
  }

  /** Puts the runs into ascending order and joins those that touch. */
  void sort() {
    var order = new Long[size];
    for (int i = 0; i < size; i++) {
      order[i] = (long) i;
    }
    var starts = Arrays.copyOf(first, size);
    var lengths = Arrays.copyOf(length, size);
    Arrays.sort(order, (a, b) -> Long.compare(starts[a.intValue()], starts[b.intValue()]));
    size = 0;
    for (Long place : order) {
      add(starts[place.intValue()], lengths[place.intValue()]);
    }
  }
}
