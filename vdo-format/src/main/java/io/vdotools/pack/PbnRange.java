package io.vdotools.pack;

import io.vdotools.format.blockmap.BlockMapEntry;

/**
 * Where the physical block numbers of a frame lie: numbers that nothing tells are counted from the
 * smallest, in as many bits as the largest needs.
 *
 * <pre>
 *   bits - 1 ... tail | tail - 1 ... 0
 *   whole bytes       | bits % 8 bits
 * </pre>
 *
 * <p>Each byte goes into a column of its own. The odd bits are the lowest, because these are noise:
 * so the uppermost byte, the only one that is not, is a whole one.
 *
 * @param base what numbers are counted from
 * @param bits how many they take, 0 to 36
 */
record PbnRange(long base, int bits) {
  /** The columns that numbers fill. */
  static final int COLUMNS = 5;

  /** The most bits of a number. */
  static final int MOST_BITS = 36;

  /** The most numbers that are added or taken at once. */
  static final int MOST_NUMBERS = 1 << 10;

  // In place of a column that is not used.
  private static final byte[] NOTHING = new byte[MOST_NUMBERS];

  private static final long MASK = (1L << MOST_BITS) - 1;
  private static final int TAIL = 0;
  private static final int FIRST_BYTE = 1;

  /** Finds out the range of the PBNs of mappings. */
  static final class Seen {
    private long smallestLessOne = Long.MAX_VALUE;
    private long largest;
    private long before;

    /** Looks at a mapping, packed. */
    void add(long packed) {
      long pbn = BlockMapEntry.pbn(packed);
      largest = Math.max(largest, pbn);
      // PBN 0 counts as larger than all others here.
      smallestLessOne = Math.min(smallestLessOne, (pbn - 1) & Long.MAX_VALUE);
      // Negative if a fragment, which has to have a PBN, has PBN 0.
      before |= (pbn - 1) & (1 - BlockMapEntry.state(packed));
    }

    /** Looks at the PBNs of pages: of plain blocks, or of fragments, which may be 0. */
    void addAll(PagePbns pbns) {
      long[] all = pbns.all();
      int count = pbns.size();
      long most = 0;
      long least = Long.MAX_VALUE;
      for (int i = 0; i < count; i++) {
        most = Math.max(most, all[i]);
        least = Math.min(least, all[i]);
      }
      largest = Math.max(largest, most);
      before |= least - 1;
      if (least > 0) {
        smallestLessOne = Math.min(smallestLessOne, least - 1);
        return;
      }
      for (int i = 0; i < count; i++) {
        smallestLessOne = Math.min(smallestLessOne, (all[i] - 1) & Long.MAX_VALUE);
      }
    }

    /** {@return the range of those that were seen} */
    PbnRange range() {
      long base = largest == 0 ? 0 : smallestLessOne + 1;
      int bits = Long.SIZE - Long.numberOfLeadingZeros(largest - base);
      return new PbnRange(base, before < 0 ? MOST_BITS : bits);
    }
  }

  void encode(Column parameters) {
    parameters.addVarint(base);
    parameters.add(bits);
  }

  static PbnRange decode(ColumnReader parameters) throws FormatFault {
    long base = parameters.nextVarint(0, MASK, "the smallest PBN");
    int bits = parameters.next();
    if (bits > MOST_BITS) {
      throw new FormatFault("PBNs of " + bits + " bits");
    }
    return new PbnRange(base, bits);
  }

  private int tail() {
    return bits % Byte.SIZE;
  }

  /**
   * Adds numbers.
   *
   * @param pbns hold them
   * @param start where they begin
   * @param count how many there are
   * @param first the first of the columns that take them
   */
  void add(long[] pbns, int start, int count, Columns into, int first) {
    int tail = tail();
    if (tail > 0) {
      var column = into.get(first + TAIL);
      byte[] bytes = column.room(count);
      int at = column.size();
      int mask = (1 << tail) - 1;
      for (int i = 0; i < count; i++) {
        bytes[at + i] = (byte) ((int) (pbns[start + i] - base) & mask);
      }
      column.added(count);
    }
    for (int place = 0; place < bits / Byte.SIZE; place++) {
      var column = into.get(first + FIRST_BYTE + place);
      byte[] bytes = column.room(count);
      int at = column.size();
      int shift = tail + place * Byte.SIZE;
      for (int i = 0; i < count; i++) {
        bytes[at + i] = (byte) ((pbns[start + i] - base) >>> shift);
      }
      column.added(count);
    }
  }

  /**
   * Takes the next numbers.
   *
   * @param pbns takes them
   * @param count how many, at most {@link #MOST_NUMBERS}
   * @param first the first of the columns that they come from
   */
  void next(long[] pbns, int count, ColumnReader[] from, int first) throws FormatFault {
    int tail = tail();
    int tailAt = skipped(from[first], tail > 0 ? count : 0);
    byte[] lowest = tail > 0 ? from[first].bytes() : NOTHING;
    int places = bits / Byte.SIZE;
    int at0 = skipped(from[first + 1], places > 0 ? count : 0);
    int at1 = skipped(from[first + 2], places > 1 ? count : 0);
    int at2 = skipped(from[first + 3], places > 2 ? count : 0);
    int at3 = skipped(from[first + 4], places > 3 ? count : 0);
    byte[] bytes0 = places > 0 ? from[first + 1].bytes() : NOTHING;
    byte[] bytes1 = places > 1 ? from[first + 2].bytes() : NOTHING;
    byte[] bytes2 = places > 2 ? from[first + 3].bytes() : NOTHING;
    byte[] bytes3 = places > 3 ? from[first + 4].bytes() : NOTHING;
    for (int i = 0; i < count; i++) {
      int upper =
          (bytes0[at0 + i] & 0xff)
              | (bytes1[at1 + i] & 0xff) << 8
              | (bytes2[at2 + i] & 0xff) << 16
              | bytes3[at3 + i] << 24;
      long number = (upper & 0xffff_ffffL) << tail | (lowest[tailAt + i] & 0xff);
      pbns[i] = (base + number) & MASK;
    }
  }

  /** {@return where a column stood before some of it was skipped; 0 if none was} */
  private static int skipped(ColumnReader column, int count) throws FormatFault {
    int at = column.position();
    column.skip(count);
    return count == 0 ? 0 : at;
  }
}
