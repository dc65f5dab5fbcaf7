package io.vdotools.bytes;

import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32;

/** CRC-32 (polynomial 0x04C11DB7, reflected, final complement) with a register that starts at 0. */
public final class Crc32 {
  private Crc32() {}

  /**
   * {@return the checksum of the whole segment, 0 to 2^32 - 1}
   *
   * <p>{@link CRC32} starts its register at all ones. Four bytes of 0xFF drive it to zero, which is
   * where this checksum begins.
   */
  public static long startingAtZero(MemorySegment bytes) {
    var crc = new CRC32();
    crc.update(new byte[] {-1, -1, -1, -1});
    crc.update(bytes.asByteBuffer());
    return crc.getValue();
  }
}
