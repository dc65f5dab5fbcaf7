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
  private static final VarHandle FOUR =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  // Four digits each, the first in the lowest byte.
  private static final int[] FOUR_DIGITS = new int[TEN_THOUSAND];
  // 10^0 to 10^18: one for each length that a number can have.
  private static final long[] POWERS = new long[19];

  static {
    for (int i = 0; i < FOUR_DIGITS.length; i++) {
      int digits = i % 10 << 24 | i / 10 % 10 << 16 | i / 100 % 10 << 8 | i / 1000;
      FOUR_DIGITS[i] = digits + ('0' << 24 | '0' << 16 | '0' << 8 | '0');
    }
    POWERS[0] = 1;
    for (int i = 1; i < POWERS.length; i++) {
      POWERS[i] = 10 * POWERS[i - 1];
    }
  }

  private byte[] bytes = new byte[FIRST_BYTES];
  private int size;

  /** Makes an empty one. */
  public AsciiBuffer() {}

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

  /** Adds bytes. */
  public void append(byte[] more) {
    reserve(more.length);
    System.arraycopy(more, 0, bytes, size, more.length);
    size += more.length;
  }

  /** Adds one character of ASCII. */
  public void append(char character) {
    reserve(1);
    bytes[size++] = (byte) character;
  }

  /** Adds the decimal digits of a number, which is taken as unsigned. */
  public void appendUnsigned(long value) {
    reserve(LONGEST_NUMBER);
    if (value >= 0) {
      size = appendDigits(size, value);
    } else {
      // Without its last digit it is positive.
      long most = Long.divideUnsigned(value, 10);
      size = appendDigits(size, most);
      bytes[size++] = (byte) ('0' + value - most * 10);
    }
  }

  private void reserve(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length + bytes.length / 2));
    }
  }

  private int appendDigits(int start, long value) {
    int end = start + digits(value);
    int at = end;
    long rest = value;
    while (rest >= TEN_THOUSAND) {
      at -= Integer.BYTES;
      FOUR.set(bytes, at, FOUR_DIGITS[(int) (rest % TEN_THOUSAND)]);
      rest /= TEN_THOUSAND;
    }
    int last = FOUR_DIGITS[(int) rest];
    while (at > start) {
      bytes[--at] = (byte) (last >>> 24);
      last <<= 8;
    }
    return end;
  }

  private static int digits(long value) {
    // 1233/4096 is the logarithm of 2 to the base of 10, a little less: right, or one too few.
    int few = ((Long.SIZE - Long.numberOfLeadingZeros(value | 1)) * 1233) >>> 12;
    return few < POWERS.length && value >= POWERS[few] ? few + 1 : Math.max(few, 1);
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
