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

  /** Adds one byte of a number to each of five columns of the same length, the lowest first. */
  static void addPlanes(long value, Column p0, Column p1, Column p2, Column p3, Column p4) {
    int at = p0.size;
    if (at == p0.bytes.length) {
      p0.grow(1);
      p1.grow(1);
      p2.grow(1);
      p3.grow(1);
      p4.grow(1);
    }
    p0.bytes[at] = (byte) value;
    p1.bytes[at] = (byte) (value >>> 8);
    p2.bytes[at] = (byte) (value >>> 16);
    p3.bytes[at] = (byte) (value >>> 24);
    p4.bytes[at] = (byte) (value >>> 32);
    p0.size = at + 1;
    p1.size = at + 1;
    p2.size = at + 1;
    p3.size = at + 1;
    p4.size = at + 1;
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
