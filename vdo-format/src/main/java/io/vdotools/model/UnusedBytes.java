package io.vdotools.model;

import io.vdotools.bytes.Bytes;
import java.util.Arrays;

/** The rest of a block that no field uses: carried, not dropped, but without its zeros. */
final class UnusedBytes {
  private UnusedBytes() {}

  static Bytes trimmed(Bytes all) {
    byte[] bytes = all.toArray();
    int length = bytes.length;
    while (length > 0 && bytes[length - 1] == 0) {
      length--;
    }
    return Bytes.copyOf(Arrays.copyOf(bytes, length));
  }

  static Bytes padded(Bytes some, int length) {
    if (some.length() > length) {
      throw new IllegalArgumentException(some.length() + " unused bytes where " + length + " fit");
    }
    return Bytes.copyOf(Arrays.copyOf(some.toArray(), length));
  }
}
