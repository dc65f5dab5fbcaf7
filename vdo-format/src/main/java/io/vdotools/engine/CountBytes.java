package io.vdotools.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Counts bytes of one value in large arrays, eight at a time. */
public final class CountBytes {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long LOW_SEVEN_BITS = 0x7f7f_7f7f_7f7f_7f7fL;
  private static final long ONE_IN_EACH = 0x0101_0101_0101_0101L;

  private CountBytes() {}

  /**
   * {@return how many of the first bytes have a value}
   *
   * @param bytes the bytes
   * @param length how many of them to look at
   * @param value the value, 0 to 255
   */
  public static int count(byte[] bytes, int length, int value) {
    long pattern = value * ONE_IN_EACH;
    int count = 0;
    int i = 0;
    for (; i + Long.BYTES <= length; i += Long.BYTES) {
      // What equals the pattern is zero now. Adding 0x7f to the low seven bits of a byte carries
      // into
      // its top bit unless they are all zero, and never further.
      long different = (long) WORD.get(bytes, i) ^ pattern;
      long isNotZero = ((different & LOW_SEVEN_BITS) + LOW_SEVEN_BITS) | different;
      count += Long.BYTES - Long.bitCount(isNotZero & ~LOW_SEVEN_BITS);
    }
    for (; i < length; i++) {
      count += (bytes[i] & 0xff) == value ? 1 : 0;
    }
    return count;
  }

  /** Replaces every byte of one value by another. */
  static void replace(byte[] bytes, int value, int replacement) {
    for (int i = 0; i < bytes.length; i++) {
      if ((bytes[i] & 0xff) == value) {
        bytes[i] = (byte) replacement;
      }
    }
  }
}
