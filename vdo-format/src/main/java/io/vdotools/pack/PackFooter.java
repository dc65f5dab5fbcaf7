package io.vdotools.pack;

import io.vdotools.bytes.Bytes;
import java.util.Arrays;

/**
 * The last 64 bytes of a pack.
 *
 * @param directoryOffset where the frame of the directory begins
 * @param digest SHA-256 of all bytes before it: the name of the pack
 */
record PackFooter(long directoryOffset, Bytes digest) {
  static final int BYTES = 64;

  /** How many bytes of the footer belong to what is digested. */
  static final int DIGESTED_BYTES = 16;

  private static final byte[] MAGIC = {'v', 'd', 'o', 'p', 'e', 'n', 'd', '\n'};
  private static final int DIGEST_END = DIGESTED_BYTES + PackHeader.DIGEST_BYTES;
  private static final int CHECKED_BYTES = BYTES - Integer.BYTES;

  /** {@return the part that is digested} */
  static byte[] start(long directoryOffset) {
    var bytes = new byte[DIGESTED_BYTES];
    System.arraycopy(MAGIC, 0, bytes, 0, MAGIC.length);
    LittleEndian.putI64(bytes, MAGIC.length, directoryOffset);
    return bytes;
  }

  byte[] encode() {
    var bytes = Arrays.copyOf(start(directoryOffset), BYTES);
    System.arraycopy(digest.toArray(), 0, bytes, DIGESTED_BYTES, digest.length());
    LittleEndian.putI32(bytes, CHECKED_BYTES, FrameHeader.checksum(bytes, 0, CHECKED_BYTES));
    return bytes;
  }

  static PackFooter decode(byte[] bytes) throws FormatFault {
    if (!Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new FormatFault("the end record is missing");
    }
    if (LittleEndian.i32(bytes, CHECKED_BYTES) != FrameHeader.checksum(bytes, 0, CHECKED_BYTES)
        || LittleEndian.i64(bytes, DIGEST_END) != 0
        || LittleEndian.i32(bytes, DIGEST_END + Long.BYTES) != 0) {
      throw new FormatFault("the end record is damaged");
    }
    return new PackFooter(
        LittleEndian.i64(bytes, MAGIC.length),
        Bytes.copyOf(Arrays.copyOfRange(bytes, DIGESTED_BYTES, DIGEST_END)));
  }
}
