package io.vdotools.engine;

import java.util.BitSet;

/** Ranges of 4096 data blocks, known by their number. */
final class RangeSet {
  private final BitSet ranges = new BitSet();

  void add(int range) {
    ranges.set(range);
  }

  boolean isEmpty() {
    return ranges.isEmpty();
  }

  /** {@return the first of them from a number on, -1 if there is none} */
  int next(int from) {
    return ranges.nextSetBit(from);
  }
}
