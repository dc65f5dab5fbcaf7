package io.vdotools.format.blockmap;

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

  /** {@return the run of {@code length} LBNs from {@code first} on} */
  public static LbnSet range(long first, long length) {
    return length == 0 ? NONE : new LbnSet(first, length, 0, 1);
  }

  /** {@return whether there is no LBN in it} */
  public boolean isEmpty() {
    return runs == 0;
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
