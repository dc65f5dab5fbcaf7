package io.vdotools.bytes;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** An immutable string of bytes that compares by content. */
public final class Bytes {
  private final byte[] content;

  private Bytes(byte[] content) {
    this.content = content;
  }

  /** {@return a copy of the whole segment} */
  public static Bytes copyOf(MemorySegment segment) {
    return new Bytes(segment.toArray(ValueLayout.JAVA_BYTE));
  }

  /** {@return a copy of the array} */
  public static Bytes copyOf(byte[] bytes) {
    return new Bytes(bytes.clone());
  }

  /** {@return the bytes of an ASCII text} */
  public static Bytes ofAscii(String text) {
    return new Bytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** {@return {@code length} zero bytes} */
  public static Bytes zeros(int length) {
    return new Bytes(new byte[length]);
  }

  /** {@return the number of bytes} */
  public int length() {
    return content.length;
  }

  /** {@return whether every byte is zero} */
  public boolean isZero() {
    for (byte b : content) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  /** {@return a copy of the content} */
  public byte[] toArray() {
    return content.clone();
  }

  /** Copies the content to the start of {@code target}. */
  public void copyTo(MemorySegment target) {
    MemorySegment.copy(content, 0, target, ValueLayout.JAVA_BYTE, 0, content.length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes bytes && Arrays.equals(content, bytes.content);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(content);
  }

  /** {@return the bytes in hexadecimal} */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(content);
  }
}
