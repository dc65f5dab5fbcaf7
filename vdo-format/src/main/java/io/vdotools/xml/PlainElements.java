package io.vdotools.xml;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Empty elements whose attributes are all numbers, put together as bytes: pages and mappings, of
 * which a dump has millions. They are what the library would write, in a third of the time; there
 * is nothing in them that could have to be escaped.
 *
 * <p>Whoever writes to the same stream in between has to {@link #flush} before.
 */
final class PlainElements {
  private static final int BUFFER_BYTES = 1 << 14;
  private static final int LONGEST_ELEMENT = 512;

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

  private final OutputStream out;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int size;

  PlainElements(OutputStream out) {
    this.out = out;
  }

  /** {@return how an element of a name begins, on a line of its own} */
  static byte[] start(String indent, String name) {
    return ("\n" + indent + "<" + name).getBytes(StandardCharsets.US_ASCII);
  }

  /** {@return what stands before the value of an attribute} */
  static byte[] attribute(String name) {
    return (" " + name + "=\"").getBytes(StandardCharsets.US_ASCII);
  }

  /** Begins an element. */
  PlainElements begin(byte[] start) throws IOException {
    if (buffer.length - size < LONGEST_ELEMENT) {
      flush();
    }
    append(start);
    return this;
  }

  /** Adds an attribute with an unsigned number. */
  PlainElements with(byte[] attribute, long value) {
    append(attribute);
    if (value < 0) {
      append(Long.toUnsignedString(value).getBytes(StandardCharsets.US_ASCII));
    } else {
      size = appendDigits(size, value);
    }
    buffer[size++] = '"';
    return this;
  }

  /** Ends the element. */
  void end() {
    buffer[size++] = '/';
    buffer[size++] = '>';
  }

  private void append(byte[] bytes) {
    System.arraycopy(bytes, 0, buffer, size, bytes.length);
    size += bytes.length;
  }

  private int appendDigits(int start, long value) {
    int end = start + digits(value);
    int at = end;
    long rest = value;
    while (rest >= TEN_THOUSAND) {
      at -= Integer.BYTES;
      FOUR.set(buffer, at, FOUR_DIGITS[(int) (rest % TEN_THOUSAND)]);
      rest /= TEN_THOUSAND;
    }
    int last = FOUR_DIGITS[(int) rest];
    while (at > start) {
      buffer[--at] = (byte) (last >>> 24);
      last <<= 8;
    }
    return end;
  }

  private static int digits(long value) {
    // 1233/4096 is the logarithm of 2 to the base of 10, a little less: right, or one too few.
    int few = (Long.SIZE - Long.numberOfLeadingZeros(value | 1)) * 1233 >>> 12;
    return few < POWERS.length && value >= POWERS[few] ? few + 1 : Math.max(few, 1);
  }

  /** Brings everything into the stream, which is not flushed itself. */
  void flush() throws IOException {
    out.write(buffer, 0, size);
    size = 0;
  }
}
