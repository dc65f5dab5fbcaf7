package io.vdotools.check;

/**
 * How many tables of fingerprints there may be, and how large: fewer threads first, then more
 * walks.
 *
 * @param tables tables at the same time, one for each thread that computes
 * @param windowRanges ranges in a table
 */
record FingerprintBudget(int tables, int windowRanges) {
  // On machines with very many cores tables for all of them would be most of the memory in use.
  private static final long MOST_BYTES = 1L << 30;

  /** {@return the tables that fit in the memory allowed} */
  static FingerprintBudget of(long memoryBytes, int ranges, int cores) {
    long bytes = Math.min(memoryBytes, MOST_BYTES);
    long tableBytes = (long) ranges * Long.BYTES;
    int tables = Math.clamp(bytes / tableBytes, 1, cores);
    int windowRanges = Math.clamp(bytes / Long.BYTES / tables, 1, ranges);
    return new FingerprintBudget(tables, windowRanges);
  }
}
