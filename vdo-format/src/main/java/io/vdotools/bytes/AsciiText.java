package io.vdotools.bytes;

import java.nio.charset.StandardCharsets;

/**
 * A short text of ASCII that is put into an {@link AsciiBuffer} again and again: held as numbers,
 * so that a few stores are enough, where a copy of so few bytes would be a call.
 *
 * @param first bytes 0 to 7, the first of them lowest; what lies behind the text is 0
 * @param second bytes 8 to 15
 * @param third bytes 16 to 23
 * @param fourth bytes 24 to 31
 * @param length bytes of the text, 0 to {@link #MOST_BYTES}
 */
public record AsciiText(long first, long second, long third, long fourth, int length) {
  /** The longest text that there can be. */
  public static final int MOST_BYTES = 4 * Long.BYTES;

  /**
   * {@return a text}
   *
   * @throws IllegalArgumentException if it is longer than {@link #MOST_BYTES}, or not of ASCII
   */
  public static AsciiText of(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    if (bytes.length > MOST_BYTES || !text.equals(new String(bytes, StandardCharsets.US_ASCII))) {
      throw new IllegalArgumentException("'" + text + "' is too long, or not of ASCII");
    }
    return new AsciiText(
        word(bytes, 0),
        word(bytes, Long.BYTES),
        word(bytes, 2 * Long.BYTES),
        word(bytes, 3 * Long.BYTES),
        bytes.length);
  }

  private static long word(byte[] bytes, int from) {
    long word = 0;
    for (int i = Math.min(bytes.length, from + Long.BYTES) - 1; i >= from; i--) {
      word = (word << Byte.SIZE) | bytes[i];
    }
    return word;
  }
}
