package io.vdotools.pack;

import java.util.Arrays;

/** Bytes of one meaning, gathered while blocks are taken apart. */
final class Column {
  private byte[] bytes;
  private int size;

  Column(int expected) {
    bytes = new byte[Math.max(16, expected)];
  }

  byte[] bytes() {
    return bytes;
  }

  int size() {
    return size;
  }

  void clear() {
    size = 0;
  }

  void add(int value) {
    if (size == bytes.length) {
      grow(1);
    }
    bytes[size++] = (byte) value;
  }

  void addAll(byte[] from, int at, int length) {
    grow(length);
    System.arraycopy(from, at, bytes, size, length);
    size += length;
  }

  void addRepeated(int value, int count) {
    grow(count);
    Arrays.fill(bytes, size, size + count, (byte) value);
    size += count;
  }

  /** Adds a number in groups of seven bits, the lowest first, the upper bit of a byte for more. */
  void addVarint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      add((int) rest | 0x80);
      rest >>>= 7;
    }
    add((int) rest);
  }

  /**
   * {@return the array of bytes, with room for more behind those that are there}
   *
   * <p>Whoever fills some of it says so with {@link #added}.
   */
  byte[] room(int more) {
    grow(more);
    return bytes;
  }

  /** Takes up bytes that were put behind the others. */
  void added(int count) {
    size += count;
  }

  /** Removes the last bytes. */
  void remove(int count) {
    size -= count;
  }

  void addSigned(long value) {
    addVarint(LittleEndian.zigzag(value));
  }

  private void grow(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
    }
  }

  byte[] toArray() {
    return Arrays.copyOf(bytes, size);
  }
}
