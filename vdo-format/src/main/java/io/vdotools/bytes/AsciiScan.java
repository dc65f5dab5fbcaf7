package io.vdotools.bytes;

/**
 * Finds texts and numbers of ASCII among bytes, eight bytes at a time: what {@link AsciiBuffer} has
 * put together is taken apart again.
 *
 * <p>All methods look at up to {@link #MOST_AHEAD} bytes from where they are told to, which must be
 * there.
 */
public final class AsciiScan {
  /** The most digits of a number that fits a {@code long}, whatever its digits. */
  public static final int MOST_DIGITS = 18;

  /** How many bytes may be looked at. */
  public static final int MOST_AHEAD = AsciiText.MOST_BYTES;

  private static final long SIGNS = 0x8080_8080_8080_8080L;
  // Raises a byte to 128 or more if it is 10 or more.
  private static final long TEN_SHOWS = 0x7676_7676_7676_7676L;
  private static final long[] POWERS = new long[Long.BYTES + 1];

  static {
    POWERS[0] = 1;
    for (int i = 1; i < POWERS.length; i++) {
      POWERS[i] = 10 * POWERS[i - 1];
    }
  }

  private AsciiScan() {}

  /** {@return whether a text stands at a place} */
  public static boolean isAt(byte[] bytes, int at, AsciiText text) {
    int length = text.length();
    return isEqual(bytes, at, text.first(), length)
        && (length <= Long.BYTES
            || (isEqual(bytes, at + Long.BYTES, text.second(), length - Long.BYTES)
                && (length <= 2 * Long.BYTES || isRestAt(bytes, at, text))));
  }

  private static boolean isRestAt(byte[] bytes, int at, AsciiText text) {
    int length = text.length();
    return isEqual(bytes, at + 2 * Long.BYTES, text.third(), length - 2 * Long.BYTES)
        && (length <= 3 * Long.BYTES
            || isEqual(bytes, at + 3 * Long.BYTES, text.fourth(), length - 3 * Long.BYTES));
  }

  /** {@return whether the first bytes of a word are there; none are of a length of 0} */
  private static boolean isEqual(byte[] bytes, int at, long word, int length) {
    long differences = (long) AsciiBuffer.EIGHT.get(bytes, at) ^ word;
    int behind = Math.max(0, Long.BYTES - length);
    // A shift by all 64 bits would be none.
    return length <= 0 || differences << (behind * Byte.SIZE) == 0;
  }

  /** {@return how many digits stand at a place, at most 24} */
  public static int digits(byte[] bytes, int at) {
    int first = digitsOfEight(bytes, at);
    if (first < Long.BYTES) {
      return first;
    }
    int second = digitsOfEight(bytes, at + Long.BYTES);
    return second < Long.BYTES
        ? Long.BYTES + second
        : 2 * Long.BYTES + digitsOfEight(bytes, at + 2 * Long.BYTES);
  }

  private static int digitsOfEight(byte[] bytes, int at) {
    long values = (long) AsciiBuffer.EIGHT.get(bytes, at) ^ AsciiBuffer.EIGHT_ZEROS;
    // What is carried out of a byte that is no digit shows in those behind it only.
    long others = (values | (values + TEN_SHOWS)) & SIGNS;
    return Long.numberOfTrailingZeros(others) / Byte.SIZE;
  }

  /**
   * {@return the number that some digits are}
   *
   * @param at the first of them
   * @param digits how many, as {@link #digits} found them, 0 to {@link #MOST_DIGITS}; none are 0
   */
  public static long number(byte[] bytes, int at, int digits) {
    if (digits <= Long.BYTES) {
      return numberOfEight(bytes, at, digits);
    }
    long number = numberOfEight(bytes, at, Long.BYTES);
    int next = at + Long.BYTES;
    int left = digits - Long.BYTES;
    while (left > 0) {
      int here = Math.min(left, Long.BYTES);
      number = number * POWERS[here] + numberOfEight(bytes, next, here);
      next += here;
      left -= here;
    }
    return number;
  }

  private static long numberOfEight(byte[] bytes, int at, int digits) {
    if (digits == 0) {
      return 0;
    }
    long values = (long) AsciiBuffer.EIGHT.get(bytes, at) ^ AsciiBuffer.EIGHT_ZEROS;
    // The last digit comes into the highest byte, and zeros in front of the first one.
    long tens = values << ((Long.BYTES - digits) * Byte.SIZE);
    long pairs = (10 * tens + (tens >>> 8)) & 0x00ff_00ff_00ff_00ffL;
    long fours = (100 * pairs + (pairs >>> 16)) & 0x0000_ffff_0000_ffffL;
    return (10_000 * fours + (fours >>> 32)) & 0xffff_ffffL;
  }
}
