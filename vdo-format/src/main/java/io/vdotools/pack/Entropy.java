package io.vdotools.pack;

/** How many bits some bytes have to take if each is told by itself. */
final class Entropy {
  private static final double LOG_2 = Math.log(2);

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
    double bits = 0;
    for (int count : counts) {
      if (count > 0) {
        bits += count * Math.log((double) sum / count);
      }
    }
    return bits / LOG_2;
  }
}
