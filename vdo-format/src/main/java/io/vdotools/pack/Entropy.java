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
    // Bytes next to one another are often equal, and a count has to be there before it grows again.
    var more = new int[1 << Byte.SIZE];
    byte[] bytes = column.bytes();
    int size = column.size();
    for (int i = 0; i + 1 < size; i += 2) {
      counts[bytes[i] & 0xff]++;
      more[bytes[i + 1] & 0xff]++;
    }
    if ((size & 1) != 0) {
      counts[bytes[size - 1] & 0xff]++;
    }
    for (int i = 0; i < counts.length; i++) {
      counts[i] += more[i];
    }
    return bits(counts, size);
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
