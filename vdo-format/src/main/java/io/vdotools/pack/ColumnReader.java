package io.vdotools.pack;

import java.util.Arrays;

/** Takes the bytes of one meaning back in the order in which they were gathered. */
final class ColumnReader {
  private final byte[] bytes;
  private final int end;
  private int at;

  ColumnReader(byte[] bytes, int start, int length) {
    this.bytes = bytes;
    this.at = start;
    this.end = start + length;
  }

  ColumnReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  int remaining() {
    return end - at;
  }

  int next() throws FormatFault {
    if (at >= end) {
      throw new FormatFault("a column ends too early");
    }
    return bytes[at++] & 0xff;
  }

  void next(byte[] into, int where, int length) throws FormatFault {
    if (length > end - at) {
      throw new FormatFault("a column ends too early");
    }
    System.arraycopy(bytes, at, into, where, length);
    at += length;
  }

  void skip(int length) throws FormatFault {
    if (length < 0 || length > end - at) {
      throw new FormatFault("a column ends too early");
    }
    at += length;
  }

  /** {@return what is left of the column, in an array of its own if it is only a part of one} */
  byte[] toArray() {
    return at == 0 && end == bytes.length ? bytes : Arrays.copyOfRange(bytes, at, end);
  }

  /** {@return the array that holds the column} */
  byte[] bytes() {
    return bytes;
  }

  int position() {
    return at;
  }

  long nextVarint() throws FormatFault {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int group = next();
      value |= (long) (group & 0x7f) << shift;
      if (group < 0x80) {
        if (shift == 63 && group > 1) {
          break;
        }
        return value;
      }
    }
    throw new FormatFault("a number has more than 64 bits");
  }

  long nextSigned() throws FormatFault {
    return LittleEndian.unzigzag(nextVarint());
  }

  /** {@return a number that must lie within bounds} */
  long nextVarint(long least, long most, String what) throws FormatFault {
    long value = nextVarint();
    if (value < least || value > most) {
      throw new FormatFault(
          "%s is %s, not within %d to %d"
              .formatted(what, Long.toUnsignedString(value), least, most));
    }
    return value;
  }

  void checkEnded(String what) throws FormatFault {
    if (at != end) {
      throw new FormatFault((end - at) + " bytes too many in " + what);
    }
  }
}
