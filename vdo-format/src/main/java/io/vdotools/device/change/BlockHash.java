package io.vdotools.device.change;

import static io.vdotools.device.BlockDevice.BLOCK_SIZE;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * A hash of 64 bits of a block's content and place, for telling whether it has changed: two
 * checksums that processors compute fast, mixed so that sums of hashes are good hashes, too.
 *
 * <p>It is the same on every machine and in every version, as plans are known by it. It does not
 * withstand somebody who changes a volume with intent; who can do that needs no trick.
 */
final class BlockHash {
  private static final long PLACE_KEY = 0x9e37_79b9_7f4a_7c15L;
  private static final long UNREADABLE_KEY = 0x6a09_e667_f3bc_c909L;

  private BlockHash() {}

  // What the checksums make of a block of zeros.
  private static final long ZEROS = checksums(MemorySegment.ofArray(new byte[BLOCK_SIZE]));

  static long of(long block, MemorySegment content) {
    return of(block, checksums(content));
  }

  /** Of a block of zeros that was read, wherever it lies: many are added up at once. */
  static final long READ_ZEROS = mix(ZEROS);

  /**
   * {@return the hash of a block that was read, for sums over blocks that are known: one that
   * changes has other content than zeros before or after that, and the hash of that depends on its
   * place}
   */
  static long ofRead(long block, MemorySegment content) {
    long checksums = checksums(content);
    return checksums == ZEROS ? READ_ZEROS : of(block, checksums);
  }

  private static long of(long block, long checksums) {
    return mix(mix(block * PLACE_KEY) ^ checksums);
  }

  private static long checksums(MemorySegment content) {
    ByteBuffer bytes = content.asByteBuffer();
    var first = new CRC32C();
    first.update(bytes);
    var second = new CRC32();
    second.update(bytes.rewind());
    return first.getValue() << 32 | second.getValue();
  }

  static long ofUnreadable(long block) {
    return mix(mix(block * PLACE_KEY) + UNREADABLE_KEY);
  }

  /** Spreads each bit over all of them, and loses none (the finalizer of MurmurHash3). */
  static long mix(long value) {
    long mixed = (value ^ value >>> 33) * 0xff51_afd7_ed55_8ccdL;
    mixed = (mixed ^ mixed >>> 33) * 0xc4ce_b9fe_1a85_ec53L;
    return mixed ^ mixed >>> 33;
  }
}
