package io.vdotools.bytes;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Text of ASCII that is put together as bytes, numbers above all, of which a dump has millions. It
 * grows as it has to.
 */
public final class AsciiBuffer {
  private static final int FIRST_BYTES = 1 << 12;
  private static final int LONGEST_NUMBER = 20;

  private static final int TEN_THOUSAND = 10_000;
  private static final int HUNDRED_MILLION = 100_000_000;
  static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  // Four digits each, the first in the lowest byte.
  private static final int[] FOUR_DIGITS = new int[TEN_THOUSAND];
  private static final int DIGIT_ZEROS = '0' << 24 | '0' << 16 | '0' << 8 | '0';
  static final long EIGHT_ZEROS = 0x3030_3030_3030_3030L;
  // The last of eight digits, which stays even if it is a zero.
  private static final long LAST_DIGIT = 1L << (7 * Byte.SIZE);

  static {
    for (int i = 0; i < FOUR_DIGITS.length; i++) {
      FOUR_DIGITS[i] =
          (i % 10 << 24 | i / 10 % 10 << 16 | i / 100 % 10 << 8 | i / 1000) + DIGIT_ZEROS;
    }
  }

  private byte[] bytes;
  private int size;

  /** Makes an empty one. */
  public AsciiBuffer() {
    this(FIRST_BYTES);
  }

  /**
   * Makes an empty one.
   *
   * @param firstBytes how many bytes there is room for before it grows
   */
  public AsciiBuffer(int firstBytes) {
    this.bytes = new byte[firstBytes];
  }

  /** {@return how many bytes there are} */
  public int size() {
    return size;
  }

  /**
   * Forgets what comes last.
   *
   * @param newSize how many bytes stay, 0 to {@link #size}
   */
  public void cut(int newSize) {
    if (newSize < 0 || newSize > size) {
      throw new IllegalArgumentException("size " + newSize + " of " + size);
    }
    size = newSize;
  }

  /** Adds a text. */
  public void append(AsciiText more) {
    reserve(AsciiText.MOST_BYTES);
    size = put(bytes, size, more);
  }

  private static int put(byte[] bytes, int at, AsciiText more) {
    EIGHT.set(bytes, at, more.first());
    // What is stored beyond the end is overwritten by what follows.
    if (more.length() > Long.BYTES) {
      EIGHT.set(bytes, at + Long.BYTES, more.second());
      if (more.length() > 2 * Long.BYTES) {
        EIGHT.set(bytes, at + 2 * Long.BYTES, more.third());
        EIGHT.set(bytes, at + 3 * Long.BYTES, more.fourth());
      }
    }
    return at + more.length();
  }

  /** Adds one character of ASCII. */
  public void append(char character) {
    reserve(1);
    bytes[size++] = (byte) character;
  }

  /** Adds the decimal digits of a number, which is taken as unsigned. */
  public void appendUnsigned(long value) {
    reserve(LONGEST_NUMBER);
    size = put(bytes, size, value);
  }

  /**
   * Adds a text, a number, a text, another number, and a text for each of some numbers.
   *
   * @param before what stands before the first number
   * @param firstNumber the first number of the first pair, one more in each that follows; unsigned
   * @param between what stands between the numbers
   * @param numbers the second numbers, unsigned
   * @param from the first of them
   * @param to the one behind the last
   * @param behind what stands behind the second number
   */
  public void appendPairs(
      AsciiText before,
      long firstNumber,
      AsciiText between,
      long[] numbers,
      int from,
      int to,
      AsciiText behind) {
    int mostPerPair = before.length() + between.length() + behind.length() + 2 * LONGEST_NUMBER;
    // The last text is stored with what lies behind it.
    reserve((to - from) * mostPerPair + AsciiText.MOST_BYTES);
    byte[] into = bytes;
    int at = size;
    for (int i = from; i < to; i++) {
      at = put(into, at, before, firstNumber + (i - from), between, numbers[i]);
      at = put(into, at, behind);
    }
    size = at;
  }

  /** A method of its own: as a part of the loop it would take the compiler four times as long. */
  private static int put(
      byte[] bytes, int at, AsciiText before, long number, AsciiText between, long other) {
    int next = put(bytes, put(bytes, at, before), number);
    return put(bytes, put(bytes, next, between), other);
  }

  /** Stores the decimal digits of a number; needs room for the longest. */
  private static int put(byte[] bytes, int at, long value) {
    return value >= 0 && value < HUNDRED_MILLION
        ? putShort(bytes, at, (int) value)
        : putLong(bytes, at, value);
  }

  private static int putLong(byte[] bytes, int at, long value) {
    // Of numbers without a sign and of others the quotient is a number without a sign.
    long upper = Long.divideUnsigned(value, HUNDRED_MILLION);
    int end = put(bytes, at, upper);
    EIGHT.set(bytes, end, eightDigits((int) (value - upper * HUNDRED_MILLION)));
    return end + Long.BYTES;
  }

  /** Stores a number of up to eight digits, without the zeros in front of it. */
  private static int putShort(byte[] bytes, int at, int number) {
    long digits = eightDigits(number);
    // Each zero is a byte of zeros now, and those in front are the lowest.
    int zeros = Long.numberOfTrailingZeros((digits ^ EIGHT_ZEROS) | LAST_DIGIT) / Byte.SIZE;
    EIGHT.set(bytes, at, digits >>> (zeros * Byte.SIZE));
    return at + Long.BYTES - zeros;
  }

  /** {@return eight digits of a number, with zeros in front of it, the first in the lowest byte} */
  private static long eightDigits(int number) {
    int upper = number / TEN_THOUSAND;
    int lower = number - upper * TEN_THOUSAND;
    return (long) FOUR_DIGITS[lower] << Integer.SIZE | FOUR_DIGITS[upper];
  }

  private void reserve(int more) {
    if (bytes.length - size < more) {
      grow(more);
    }
  }

  /** A method of its own: so little code as is left is compiled into whoever calls it. */
  private void grow(int more) {
    bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
  }

  /**
   * Writes a part of it.
   *
   * @param from the first byte
   * @param to the byte behind the last, at most {@link #size}
   * @throws IOException what the stream throws
   */
  public void writeTo(OutputStream out, int from, int to) throws IOException {
    if (from < 0 || to < from || to > size) {
      throw new IllegalArgumentException("bytes " + from + " to " + to + " of " + size);
    }
    out.write(bytes, from, to - from);
  }
}
