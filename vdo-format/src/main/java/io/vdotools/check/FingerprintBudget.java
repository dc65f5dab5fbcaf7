package io.vdotools.check;

/**
 * How many tables of fingerprints there may be, and how large: fewer threads first, then more
 * walks.
 *
 * @param tables tables at the same time, one for each thread that computes
 * @param windowRanges ranges in a table
 */
record FingerprintBudget(int tables, int windowRanges) {
  // On machines with very many cores tables for all of them would be most of the memory in use. So
  // there are at most so many bytes of them, or so many tables if these are larger: 1 GiB at 256
  // TiB.
  private static final long MOST_BYTES = 192L << 20;
  private static final int MOST_LARGE_TABLES = 8;

  /** {@return the tables that fit in the memory allowed} */
  static FingerprintBudget of(long memoryBytes, int ranges, int cores) {
    long tableBytes = (long) ranges * Long.BYTES;
    long bytes = Math.min(memoryBytes, Math.max(MOST_BYTES, MOST_LARGE_TABLES * tableBytes));
    int tables = Math.clamp(bytes / tableBytes, 1, cores);
    int windowRanges = Math.clamp(bytes / Long.BYTES / tables, 1, ranges);
    return new FingerprintBudget(tables, windowRanges);
  }
}
