package io.vdotools.pack;

import java.util.Arrays;

/**
 * A column of a few values of which none is expected where it stands: each value is told by
 * questions whether it is one of those that are rarer. As these are as near to even odds as half of
 * the bytes of a Huffman code, they take about as much as one, and are written and read eight at a
 * time.
 *
 * <pre>
 *   number of values, 1 byte | the values | a plane for each value but the last
 * </pre>
 *
 * <p>A plane has a bit for each byte that is none of the values before: 1 if it is not this value
 * either. It is filled up to whole bytes with zeros.
 */
final class BitPlanes {
  private static final int GROUP = Long.BYTES;
  private static final long LOWEST_BITS = 0x0101_0101_0101_0101L;
  private static final long UPPER_BITS = LOWEST_BITS << (Byte.SIZE - 1);
  private static final int BYTE_MASK = (1 << Byte.SIZE) - 1;

  private static final int MOST_VALUES = 16;

  // Some bytes tell how often which occur; a prime, as what is stored often has a period.
  private static final int SHORTEST = 1 << 11;
  private static final int STRIDE = 13;
  // Of columns that are mostly one value, less than a bit for each byte may do.
  private static final double MOSTLY = 0.67;
  private static final double MOST_BITS = 2.2;

  private final int[] counts = new int[1 << Byte.SIZE];
  private final byte[] values = new byte[MOST_VALUES];
  private int valueCount;
  private double bitsPerByte;
  private final Column planes = new Column(1 << 10);
  private byte[] rarer = new byte[0];

  /**
   * Looks at some bytes of a column.
   *
   * @return whether it may have few values and none of them most of the time
   */
  boolean looksAt(byte[] bytes, int start, int length) {
    if (length < SHORTEST) {
      return false;
    }
    Arrays.fill(counts, 0);
    int sampled = 0;
    for (int i = start; i < start + length; i += STRIDE) {
      counts[bytes[i] & BYTE_MASK]++;
      sampled++;
    }
    valueCount = 0;
    long questions = 0;
    int left = sampled;
    while (left > 0) {
      int next = mostFrequent();
      if (valueCount == MOST_VALUES || (valueCount == 0 && counts[next] > sampled * MOSTLY)) {
        return false;
      }
      questions += left;
      left -= counts[next];
      counts[next] = 0;
      values[valueCount++] = (byte) next;
    }
    bitsPerByte = (double) questions / sampled;
    return bitsPerByte < MOST_BITS;
  }

  private int mostFrequent() {
    int best = 0;
    for (int value = 1; value < counts.length; value++) {
      best = counts[value] > counts[best] ? value : best;
    }
    return best;
  }

  /** {@return about how many bytes a column takes that was looked at} */
  double estimatedBytes(int length) {
    return bitsPerByte * length / Byte.SIZE;
  }

  /**
   * Appends a column that was looked at last.
   *
   * @return whether it has few values; if not, nothing was appended
   */
  boolean pack(byte[] bytes, int start, int length, Column into) {
    if (rarer.length < length + GROUP) {
      rarer = new byte[length + GROUP];
    }
    planes.clear();
    byte[] from = bytes;
    int at = start;
    int left = length;
    int plane = 0;
    while (true) {
      if (plane == MOST_VALUES) {
        return false;
      }
      if (plane == valueCount) {
        // A rare value, which none of the bytes that were looked at has.
        values[valueCount++] = from[at];
      }
      int size = planes.size();
      left = addPlane(from, at, left, values[plane++]);
      if (left == 0) {
        planes.remove(planes.size() - size);
        break;
      }
      from = rarer;
      at = 0;
    }
    into.add(plane);
    into.addAll(values, 0, plane);
    into.addAll(planes.bytes(), 0, planes.size());
    return true;
  }

  /**
   * Adds a plane, and gathers the bytes that are of rarer values.
   *
   * @return how many these are
   */
  private int addPlane(byte[] from, int start, int count, byte value) {
    int planeBytes = Math.ceilDiv(count, Byte.SIZE);
    byte[] plane = planes.room(planeBytes);
    int at = planes.size();
    byte[] into = rarer;
    long values = (value & (long) BYTE_MASK) * LOWEST_BITS;
    int whole = count - count % GROUP;
    int left = 0;
    for (int i = 0; i < whole; i += GROUP) {
      long group = LittleEndian.i64(from, start + i);
      long others = isNotZero(group ^ values);
      plane[at++] = (byte) Long.compress(others, UPPER_BITS);
      // Never behind the next group, which is still to be read.
      LittleEndian.putI64(
          into, left, Long.compress(group, (others >>> (Byte.SIZE - 1)) * BYTE_MASK));
      left += Long.bitCount(others);
    }
    int last = 0;
    for (int i = whole; i < count; i++) {
      byte other = from[start + i];
      int isOther = other == value ? 0 : 1;
      last |= isOther << (i - whole);
      into[left] = other;
      left += isOther;
    }
    if (whole < count) {
      plane[at] = (byte) last;
    }
    planes.added(planeBytes);
    return left;
  }

  /** {@return the upper bit of each byte that is not 0} */
  private static long isNotZero(long bytes) {
    return ((bytes & ~UPPER_BITS) + ~UPPER_BITS | bytes) & UPPER_BITS;
  }

  /**
   * {@return a column}
   *
   * @param from holds it
   * @param start where its number of values is
   * @param end where it ends
   * @param length how many bytes it has to have
   */
  static byte[] unpack(byte[] from, int start, int end, int length) throws FormatFault {
    int valueCount = start < end ? from[start] : 0;
    int firstPlane = start + 1 + valueCount;
    if (valueCount < 1 || valueCount > MOST_VALUES || firstPlane > end) {
      throw new FormatFault("a column of " + valueCount + " values");
    }
    // Of each plane how many bits it has, and of what lies behind the last.
    var bits = new int[valueCount];
    bits[0] = length;
    int at = firstPlane;
    for (int plane = 0; plane < valueCount - 1; plane++) {
      int planeEnd = at + Math.ceilDiv(bits[plane], Byte.SIZE);
      if (planeEnd > end) {
        throw new FormatFault("a plane of bits ends too early");
      }
      bits[plane + 1] = ones(from, at, planeEnd, bits[plane]);
      at = planeEnd;
    }
    if (at != end) {
      throw new FormatFault((end - at) + " bytes too many behind planes of bits");
    }
    var bytes = new byte[room(bits[valueCount - 1])];
    Arrays.fill(bytes, from[firstPlane - 1]);
    for (int plane = valueCount - 2; plane >= 0; plane--) {
      at -= Math.ceilDiv(bits[plane], Byte.SIZE);
      bytes = fill(from, at, bits[plane], from[start + 1 + plane], bytes);
    }
    return bytes;
  }

  /** {@return room for bytes, which are also read and written as groups} */
  private static int room(int length) {
    return Math.ceilDiv(length, GROUP) * GROUP + GROUP;
  }

  private static int ones(byte[] plane, int start, int end, int bits) throws FormatFault {
    int ones = 0;
    int at = start;
    for (; at + GROUP <= end; at += GROUP) {
      ones += Long.bitCount(LittleEndian.i64(plane, at));
    }
    for (; at < end; at++) {
      ones += Integer.bitCount(plane[at] & BYTE_MASK);
    }
    int last = bits % Byte.SIZE;
    if (last > 0 && (plane[end - 1] & BYTE_MASK) >>> last != 0) {
      throw new FormatFault("a plane of bits is not filled up with zeros");
    }
    return ones;
  }

  /** {@return the bytes of a plane: a value where it has a 0, and the next of others for each 1} */
  private static byte[] fill(byte[] from, int start, int count, byte value, byte[] others) {
    var bytes = new byte[room(count)];
    long values = (value & (long) BYTE_MASK) * LOWEST_BITS;
    int taken = 0;
    int at = start;
    for (int i = 0; i < count; i += GROUP) {
      int plane = from[at++] & BYTE_MASK;
      long mask = Long.expand(plane, LOWEST_BITS) * BYTE_MASK;
      long group = Long.expand(LittleEndian.i64(others, taken), mask) | (values & ~mask);
      LittleEndian.putI64(bytes, i, group);
      taken += Integer.bitCount(plane);
    }
    return bytes;
  }
}
