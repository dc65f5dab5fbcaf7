package io.vdotools.device.change;

import io.vdotools.bytes.Bytes;
import io.vdotools.bytes.Field;
import io.vdotools.bytes.Struct;
import io.vdotools.device.BlockDevice;
import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;

/**
 * The blocks of an undo file (format-spec, undo.md).
 *
 * <pre>
 *   header | chunk header, old contents, new contents | ... | trailer
 * </pre>
 *
 * <p>Everything is in whole blocks and little-endian; header, chunk headers and trailer carry a
 * CRC-32C of themselves, chunk headers that of every content. The trailer is written after all else
 * is on stable storage: without it nothing has been written to the device.
 */
final class UndoFormat {
  static final int BLOCK = BlockDevice.BLOCK_SIZE;
  static final int VERSION = 1;

  /** The longest name of a device that is kept, in bytes of UTF-8. */
  static final int NAME_BYTES = 1024;

  static final Bytes HEADER_MAGIC = Bytes.ofAscii("VDOUNDO1");
  static final Bytes CHUNK_MAGIC = Bytes.ofAscii("VDOUNDOC");
  static final Bytes TRAILER_MAGIC = Bytes.ofAscii("VDOUNDOE");

  /** The header. */
  static final class Header {
    static final Struct STRUCT = Struct.named("vdo_undo_header");
    static final Field.Raw MAGIC = STRUCT.raw("magic", 8);
    static final Field.U32 CHECKSUM = STRUCT.u32("checksum");
    static final Field.U32 VERSION_FIELD = STRUCT.u32("version");
    static final Field.U64 DEVICE_BLOCKS = STRUCT.u64("device_blocks");
    static final Field.U64 CHANGES = STRUCT.u64("changes");
    static final Field.U64 COMMIT_BLOCK = STRUCT.u64("commit_block");
    static final Field.U32 NAME_LENGTH = STRUCT.u32("name_length");
    static final Field.Raw NAME = STRUCT.raw("name", NAME_BYTES);

    private Header() {}
  }

  /** The header of a chunk, before its entries. */
  static final class Chunk {
    static final Struct STRUCT = Struct.named("vdo_undo_chunk");
    static final Field.Raw MAGIC = STRUCT.raw("magic", 8);
    static final Field.U32 CHECKSUM = STRUCT.u32("checksum");
    static final Field.U32 COUNT = STRUCT.u32("count");
    static final Field.U64 NUMBER = STRUCT.u64("number");

    private Chunk() {}
  }

  /** What is told of each block of a chunk. */
  static final class Entry {
    static final Struct STRUCT = Struct.named("vdo_undo_entry");
    static final Field.U64 BLOCK_AND_FLAG = STRUCT.u64("block_and_flag");
    static final Field.U32 OLD_CHECKSUM = STRUCT.u32("old_checksum");
    static final Field.U32 NEW_CHECKSUM = STRUCT.u32("new_checksum");

    /** Set in {@link #BLOCK_AND_FLAG} if the old content could not be read; zeros stand for it. */
    static final long UNREADABLE = 1L << 63;

    private Entry() {}
  }

  /** The trailer. */
  static final class Trailer {
    static final Struct STRUCT = Struct.named("vdo_undo_trailer");
    static final Field.Raw MAGIC = STRUCT.raw("magic", 8);
    static final Field.U32 CHECKSUM = STRUCT.u32("checksum");
    static final Field.U32 HEADERS_CHECKSUM = STRUCT.u32("headers_checksum");
    static final Field.U64 CHUNKS = STRUCT.u64("chunks");

    private Trailer() {}
  }

  /** Blocks whose contents are in one chunk. */
  static final int CHUNK_BLOCKS = (BLOCK - Chunk.STRUCT.sizeBytes()) / Entry.STRUCT.sizeBytes();

  private UndoFormat() {}

  static MemorySegment entry(MemorySegment chunkHeader, int index) {
    return chunkHeader.asSlice(
        Chunk.STRUCT.sizeBytes() + (long) index * Entry.STRUCT.sizeBytes(),
        Entry.STRUCT.sizeBytes());
  }

  /** {@return how many chunks hold so many changes} */
  static long chunks(long changes) {
    return Math.ceilDiv(changes, CHUNK_BLOCKS);
  }

  /** {@return how long a file with so many changes is, in blocks} */
  static long fileBlocks(long changes) {
    return 1 + chunks(changes) + 2 * changes + 1;
  }

  /** {@return where a chunk begins in the file} */
  static long chunkStart(long chunk) {
    return 1 + chunk * (1 + 2L * CHUNK_BLOCKS);
  }

  static int checksum(MemorySegment bytes) {
    var checksum = new CRC32C();
    checksum.update(bytes.asByteBuffer());
    return (int) checksum.getValue();
  }

  /** Stores the checksum of a whole block in a field of it. */
  static void seal(MemorySegment block, Field.U32 field) {
    field.set(block, 0);
    field.set(block, Integer.toUnsignedLong(checksum(block)));
  }

  /** {@return whether a block has the magic number and its checksum} */
  static boolean isSealed(
      MemorySegment block, Field.Raw magicField, Bytes magic, Field.U32 checksumField) {
    if (!magicField.get(block).equals(magic)) {
      return false;
    }
    long stored = checksumField.get(block);
    checksumField.set(block, 0);
    long computed = Integer.toUnsignedLong(checksum(block));
    checksumField.set(block, stored);
    return stored == computed;
  }
}
