package io.vdotools.format.blockmap;

import java.util.ArrayList;
import java.util.List;

/**
 * A regular set of logical blocks: runs of equal length at equal distances.
 *
 * <p>What lies below an interior page is such a set, since consecutive leaf pages belong to
 * consecutive trees. The last run of a set may reach past the logical size by less than its length.
 *
 * @param first the first LBN
 * @param length the length of each run
 * @param stride the distance from one run to the next; without meaning if there is one run
 * @param runs the number of runs; 0 for the empty set
 */
public record LbnSet(long first, long length, long stride, long runs) {
  /** The empty set. */
  public static final LbnSet NONE = new LbnSet(0, 0, 0, 0);

  /** Equal sets are equal: where there is one run, there is no stride. */
  public LbnSet {
    stride = runs <= 1 ? 0 : stride;
  }

  /** {@return the run of {@code length} LBNs from {@code first} on} */
  public static LbnSet range(long first, long length) {
    return length == 0 ? NONE : new LbnSet(first, length, 0, 1);
  }

  /** {@return whether there is no LBN in it} */
  public boolean isEmpty() {
    return runs == 0;
  }

  /**
   * {@return what of the set lies in a range: sets without an LBN in common, ascending}
   *
   * @param from the first LBN of the range
   * @param to the LBN behind the range
   */
  public List<LbnSet> within(long from, long to) {
    if (isEmpty() || from >= to || first >= to || last() < from) {
      return List.of();
    }
    if (runs == 1) {
      long start = Math.max(first, from);
      return List.of(range(start, Math.min(first + length, to) - start));
    }
    long firstRun = from <= first ? 0 : (from - first) / stride;
    long lastRun = Math.min(runs - 1, (to - 1 - first) / stride);
    var parts = new ArrayList<LbnSet>();
    // Only the runs at the ends can be cut.
    boolean isFirstCut = first + firstRun * stride < from;
    boolean isLastCut = lastRun > firstRun && first + lastRun * stride + length > to;
    if (isFirstCut || firstRun == lastRun) {
      parts.addAll(range(first + firstRun * stride, length).within(from, to));
      firstRun++;
    }
    long whole = (isLastCut ? lastRun - 1 : lastRun) - firstRun + 1;
    if (whole > 0) {
      long start = first + firstRun * stride;
      parts.add(whole == 1 ? range(start, length) : new LbnSet(start, length, stride, whole));
    }
    if (isLastCut) {
      parts.addAll(range(first + lastRun * stride, length).within(from, to));
    }
    return parts;
  }

  /** {@return the number of LBNs} */
  public long size() {
    return length * runs;
  }

  /** {@return the last LBN} */
  public long last() {
    return first + (runs - 1) * stride + length - 1;
  }

  @Override
  public String toString() {
    if (isEmpty()) {
      return "none";
    }
    String run = length == 1 ? "" + first : first + ".." + (first + length - 1);
    return runs == 1
        ? run
        : run + " and " + (runs - 1) + " more runs, " + stride + " apart, to " + last();
  }
}
