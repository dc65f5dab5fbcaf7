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
  private static final VarHandle FOUR =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  // Four digits each, the first in the lowest byte.
  private static final int[] FOUR_DIGITS = new int[TEN_THOUSAND];
  private static final int DIGIT_ZEROS = '0' << 24 | '0' << 16 | '0' << 8 | '0';

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
    EIGHT.set(bytes, size, more.first());
    // What is stored beyond the end is overwritten by what follows.
    if (more.length() > Long.BYTES) {
      EIGHT.set(bytes, size + Long.BYTES, more.second());
      if (more.length() > 2 * Long.BYTES) {
        EIGHT.set(bytes, size + 2 * Long.BYTES, more.third());
        EIGHT.set(bytes, size + 3 * Long.BYTES, more.fourth());
      }
    }
    size += more.length();
  }

  /** Adds one character of ASCII. */
  public void append(char character) {
    reserve(1);
    bytes[size++] = (byte) character;
  }

  /** Adds the decimal digits of a number, which is taken as unsigned. */
  public void appendUnsigned(long value) {
    reserve(LONGEST_NUMBER);
    if (value < 0 || value >= HUNDRED_MILLION) {
      appendLarge(value);
    } else if (value < TEN_THOUSAND) {
      appendLeading((int) value);
    } else {
      int number = (int) value;
      int upper = number / TEN_THOUSAND;
      appendLeading(upper);
      appendFour(number - upper * TEN_THOUSAND);
    }
  }

  private void appendLarge(long value) {
    // Of numbers without a sign and of others the quotient is a number without a sign.
    long upper = Long.divideUnsigned(value, HUNDRED_MILLION);
    int lower = (int) (value - upper * HUNDRED_MILLION);
    appendUnsigned(upper);
    int middle = lower / TEN_THOUSAND;
    appendFour(middle);
    appendFour(lower - middle * TEN_THOUSAND);
  }

  /** Adds a number of up to four digits, without the zeros in front of it. */
  private void appendLeading(int number) {
    int digits = FOUR_DIGITS[number];
    // Each zero is a byte of zeros now, and those in front are the lowest; one digit always stays.
    int zeros =
        Math.min(
            Integer.numberOfTrailingZeros(digits ^ DIGIT_ZEROS) / Byte.SIZE, Integer.BYTES - 1);
    FOUR.set(bytes, size, digits >>> (zeros * Byte.SIZE));
    size += Integer.BYTES - zeros;
  }

  /** Adds a number of four digits, with zeros in front of it. */
  private void appendFour(int number) {
    FOUR.set(bytes, size, FOUR_DIGITS[number]);
    size += Integer.BYTES;
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
