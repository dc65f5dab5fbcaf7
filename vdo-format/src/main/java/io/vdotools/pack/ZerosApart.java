package io.vdotools.pack;

/**
 * A column that is mostly zeros, as two: how many zeros stand before each other byte, varints, and
 * these bytes. Zeros behind the last of them follow from the length.
 */
final class ZerosApart {
  private static final int GROUP = Long.BYTES;

  // Where zeros are no more than this, taking them out shortens little.
  private static final int BYTES_PER_OTHER = 3;

  // Every so many bytes are looked at first; a prime, as what is stored often has a period.
  private static final int STRIDE = 61;
  private static final int LEAST_SAMPLED = 1 << 8;

  private final Column runs = new Column(1 << 10);
  private final Column others = new Column(1 << 10);

  Column runs() {
    return runs;
  }

  Column others() {
    return others;
  }

  /**
   * Takes a column apart.
   *
   * @return whether it is mostly zeros; if not, it was not taken apart to the end
   */
  boolean takeApart(byte[] bytes, int start, int length) {
    if (!mayBeMostlyZeros(bytes, start, length)) {
      return false;
    }
    runs.clear();
    others.clear();
    int most = length / BYTES_PER_OTHER;
    int end = start + length;
    int last = start;
    int at = start;
    while (at < end) {
      if (at + GROUP <= end && LittleEndian.i64(bytes, at) == 0) {
        at += GROUP;
        continue;
      }
      for (int groupEnd = Math.min(end, at + GROUP); at < groupEnd; at++) {
        if (bytes[at] != 0) {
          runs.addVarint(at - last);
          others.add(bytes[at]);
          last = at + 1;
        }
      }
      if (others.size() > most) {
        return false;
      }
    }
    return others.size() > 0;
  }

  /** {@return whether some of the bytes, of which there are enough, are zeros} */
  private static boolean mayBeMostlyZeros(byte[] bytes, int start, int length) {
    int sampled = length / STRIDE;
    int otherCount = 0;
    for (int i = 0; i < sampled; i++) {
      otherCount += bytes[start + i * STRIDE] == 0 ? 0 : 1;
    }
    // Only about as many are zeros as will do: it takes a closer look.
    return sampled < LEAST_SAMPLED || otherCount * (BYTES_PER_OTHER - 1) < sampled;
  }

  /** {@return a column put together again} */
  static byte[] putTogether(ColumnReader runs, ColumnReader others, int length) throws FormatFault {
    var bytes = new byte[length];
    int at = 0;
    while (others.remaining() > 0) {
      at += (int) runs.nextVarint(0, length, "a run of zeros");
      if (at >= length) {
        throw new FormatFault("a column of " + length + " bytes has one at " + at);
      }
      bytes[at++] = (byte) others.next();
    }
    runs.checkEnded("the runs of zeros of a column");
    return bytes;
  }
}
