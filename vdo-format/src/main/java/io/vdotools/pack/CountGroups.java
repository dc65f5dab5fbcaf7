package io.vdotools.pack;

import io.vdotools.format.depot.ReferenceBlock;

/** Reference counts, eight at a time: a number that has a byte for each, the lowest the first. */
final class CountGroups {
  /** The counts of a group. */
  static final int SIZE = Long.BYTES;

  /** The groups of a sector. */
  static final int PER_SECTOR = ReferenceBlock.COUNTS_PER_SECTOR / SIZE;

  /** The lowest bit of each count. */
  static final long LOWEST_BITS = 0x0101_0101_0101_0101L;

  /** All other bits. */
  static final long OTHER_BITS = ~LOWEST_BITS;

  private static final long UPPER_BITS = LOWEST_BITS << (Byte.SIZE - 1);

  private CountGroups() {}

  /** {@return the lowest bit of each count that is more than 1} */
  static long others(long counts) {
    return isNotZero(counts & OTHER_BITS) >>> (Byte.SIZE - 1);
  }

  /** {@return a bit for each count that is more than 1} */
  static int otherBits(long counts) {
    return (int) Long.compress(isNotZero(counts & OTHER_BITS), UPPER_BITS);
  }

  /** {@return a bit for each count that is not 0} */
  static int usedBits(long counts) {
    return (int) Long.compress(isNotZero(counts), UPPER_BITS);
  }

  /** {@return the upper bit of each byte that is not 0} */
  private static long isNotZero(long bytes) {
    return ((bytes & ~UPPER_BITS) + ~UPPER_BITS | bytes) & UPPER_BITS;
  }
}
