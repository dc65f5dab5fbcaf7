package io.vdotools.format;

/**
 * A place in a journal, as it is packed into 64 bits: {@code struct packed_journal_point}
 * (format-spec, section 1).
 *
 * <p>The sequence number of a block in the upper 48 bits, the index of an entry in it in the lower
 * 16. Points compare as unsigned 64-bit numbers; 0 stands for none.
 */
public final class JournalPoint {
  /** The point before every entry. */
  public static final long NONE = 0;

  private static final int ENTRY_BITS = 16;

  private JournalPoint() {}

  /** {@return the packed point} */
  public static long pack(long sequenceNumber, int entryIndex) {
    return (sequenceNumber << ENTRY_BITS) | (entryIndex & 0xffff);
  }

  /** {@return the sequence number of the block, below 2^48} */
  public static long sequenceNumber(long point) {
    return point >>> ENTRY_BITS;
  }

  /** {@return the index of the entry in its block, 0 to 65535} */
  public static int entryIndex(long point) {
    return (int) point & 0xffff;
  }

  /** {@return whether {@code a} comes before {@code b}} */
  public static boolean isBefore(long a, long b) {
    return Long.compareUnsigned(a, b) < 0;
  }

  /** {@return the point in words} */
  public static String toString(long point) {
    return "(" + sequenceNumber(point) + ", " + entryIndex(point) + ")";
  }
}
