package io.vdotools.pack;

/**
 * A column of noise whose bytes do not use all of their bits: the low bits of numbers that nothing
 * tells. No compressor can do better than leave out the unused bits, and none does it as fast.
 *
 * <pre>
 *   width, 1 byte | of each eight bytes the lower bits, in as many bytes as the width
 * </pre>
 */
final class BitColumn {
  private static final int GROUP = Long.BYTES;
  private static final long EACH_BYTE = 0x0101_0101_0101_0101L;

  // A column shorter than this is not worth the question.
  private static final int SHORTEST = 1 << 10;
  private static final int SAMPLE = 1 << 12;
  private static final int STRIDE = 61;
  private static final double NOISE = 0.985;

  private BitColumn() {}

  /**
   * {@return how many bits of its bytes a column of noise uses, 8 if it is something else}
   *
   * <p>By some of its bytes, each by itself: they may repeat.
   */
  static int width(byte[] bytes, int start, int length) {
    int width = Integer.SIZE - Integer.numberOfLeadingZeros(bitsUsed(bytes, start, length));
    if (length < SHORTEST || width == Byte.SIZE) {
      return Byte.SIZE;
    }
    var counts = new int[1 << width];
    int sampled = 0;
    for (int i = start; i < start + length && sampled < SAMPLE; i += STRIDE) {
      counts[bytes[i]]++;
      sampled++;
    }
    if (Entropy.bits(counts, sampled) < NOISE * width * sampled) {
      return Byte.SIZE;
    }
    return width;
  }

  private static int bitsUsed(byte[] bytes, int start, int length) {
    long used = 0;
    int i = start;
    for (; i + GROUP <= start + length; i += GROUP) {
      used |= LittleEndian.i64(bytes, i);
    }
    for (; i < start + length; i++) {
      used |= bytes[i] & 0xffL;
    }
    used |= used >>> 32;
    used |= used >>> 16;
    return (int) (used | used >>> 8) & 0xff;
  }

  /** {@return the bytes that a column takes} */
  static int packedLength(int length, int width) {
    return 1 + Math.ceilDiv(length, GROUP) * width;
  }

  /** Appends a column. */
  static void pack(byte[] bytes, int start, int length, int width, Column into) {
    into.add(width);
    int packed = packedLength(length, width) - 1;
    // The last group may be written beyond its end.
    byte[] target = into.room(packed + GROUP);
    int at = into.size();
    long mask = EACH_BYTE * ((1 << width) - 1);
    int end = start + length;
    for (int i = start; i < end; i += GROUP) {
      LittleEndian.putI64(target, at, Long.compress(group(bytes, i, end), mask));
      at += width;
    }
    into.added(packed);
  }

  private static long group(byte[] bytes, int at, int end) {
    if (at + GROUP <= bytes.length && at + GROUP <= end) {
      return LittleEndian.i64(bytes, at);
    }
    long group = 0;
    for (int i = at; i < end && i < at + GROUP; i++) {
      group |= (bytes[i] & 0xffL) << ((i - at) * Byte.SIZE);
    }
    return group;
  }

  /**
   * {@return a column}
   *
   * @param from holds it
   * @param start where its width is
   * @param end where it ends
   * @param length how many bytes it has to have
   */
  static byte[] unpack(byte[] from, int start, int end, int length) throws FormatFault {
    int width = start < end ? from[start] : 0;
    if (width < 1 || width >= Byte.SIZE || end - start != packedLength(length, width)) {
      throw new FormatFault("a column of " + length + " times some bits has " + (end - start));
    }
    long mask = EACH_BYTE * ((1 << width) - 1);
    var bytes = new byte[Math.ceilDiv(length, GROUP) * GROUP];
    int at = start + 1;
    for (int i = 0; i < length; i += GROUP) {
      LittleEndian.putI64(bytes, i, Long.expand(group(from, at, end), mask));
      at += width;
    }
    return bytes;
  }
}
