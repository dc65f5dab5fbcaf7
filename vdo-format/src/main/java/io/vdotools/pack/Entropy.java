package io.vdotools.pack;

/** How many bits some bytes have to take if each is told by itself. */
final class Entropy {
  private static final double LOG_2 = StrictMath.log(2);

  // By count: the count times its logarithm. What is packed depends on it, so it has to be the same
  // everywhere.
  private static final double[] TIMES_LOG = new double[1 << 13];

  static {
    for (int count = 1; count < TIMES_LOG.length; count++) {
      TIMES_LOG[count] = computedTimesLog(count);
    }
  }

  private Entropy() {}

  /** {@return the bits that a column takes} */
  static double bits(Column column) {
    var counts = new int[1 << Byte.SIZE];
    byte[] bytes = column.bytes();
    for (int i = 0; i < column.size(); i++) {
      counts[bytes[i] & 0xff]++;
    }
    return bits(counts, column.size());
  }

  /**
   * {@return the bits that bytes take}
   *
   * @param counts how often each occurs
   * @param sum of the counts
   */
  static double bits(int[] counts, int sum) {
    double bits = timesLog(sum);
    for (int count : counts) {
      bits -= timesLog(count);
    }
    return bits;
  }

  private static double timesLog(int count) {
    return count < TIMES_LOG.length ? TIMES_LOG[count] : computedTimesLog(count);
  }

  private static double computedTimesLog(int count) {
    return count * StrictMath.log(count) / LOG_2;
  }
}
