package io.vdotools.tool.map;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** PBNs that were asked for, as ascending ranges without an overlap. */
final class PbnSet {
  /**
   * Consecutive PBNs.
   *
   * @param first the first
   * @param end the one behind the last
   */
  record Range(long first, long end) {}

  private final long[] firsts;
  private final long[] ends;

  private PbnSet(List<Range> ranges) {
    firsts = ranges.stream().mapToLong(Range::first).toArray();
    ends = ranges.stream().mapToLong(Range::end).toArray();
  }

  /** {@return the union of ranges in any order} */
  static PbnSet of(List<Range> ranges) {
    var sorted = new ArrayList<>(ranges);
    sorted.sort(Comparator.comparingLong(Range::first));
    var united = new ArrayList<Range>();
    for (var range : sorted) {
      if (!united.isEmpty() && range.first() <= united.getLast().end()) {
        var last = united.removeLast();
        united.add(new Range(last.first(), Math.max(last.end(), range.end())));
      } else {
        united.add(range);
      }
    }
    return new PbnSet(united);
  }

  boolean isEmpty() {
    return firsts.length == 0;
  }

  /** {@return the ranges} */
  List<Range> ranges() {
    var ranges = new ArrayList<Range>(firsts.length);
    for (int i = 0; i < firsts.length; i++) {
      ranges.add(new Range(firsts[i], ends[i]));
    }
    return ranges;
  }

  boolean contains(long pbn) {
    int low = 0;
    int high = firsts.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (pbn < firsts[middle]) {
        high = middle - 1;
      } else if (pbn >= ends[middle]) {
        low = middle + 1;
      } else {
        return true;
      }
    }
    return false;
  }
}
