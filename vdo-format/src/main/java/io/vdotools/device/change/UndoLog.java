package io.vdotools.device.change;

import io.vdotools.VdoException;
import io.vdotools.device.BlockBuffers;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.DeviceException;
import io.vdotools.device.change.UndoException.Kind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * An undo file that is complete: what a change replaces and by what.
 *
 * <p>All checksums of the file's own structure have been verified; those of contents are as they
 * are read.
 */
public final class UndoLog {
  private final BlockDevice file;
  private final String deviceName;
  private final long deviceBlocks;
  private final int size;
  private final long commitBlock;

  private UndoLog(
      BlockDevice file, String deviceName, long deviceBlocks, int size, long commitBlock) {
    this.file = file;
    this.deviceName = deviceName;
    this.deviceBlocks = deviceBlocks;
    this.size = size;
    this.commitBlock = commitBlock;
  }

  /**
   * Opens an undo file.
   *
   * @param file the file, which stays open as long as the log is in use
   * @throws UndoException if it is none, is damaged or was never finished
   * @throws DeviceException if it cannot be read
   */
  public static UndoLog open(BlockDevice file) throws VdoException {
    try (Arena arena = Arena.ofConfined()) {
      var block = BlockBuffers.allocate(arena, 1);
      if (file.sizeBytes() == 0) {
        throw hardlyBegun(file);
      }
      if (file.blockCount() == 0) {
        throw notAnUndoFile(file);
      }
      file.read(0, block).orThrow(file);
      if (!UndoFormat.Header.MAGIC.get(block).equals(UndoFormat.HEADER_MAGIC)) {
        throw headless(file, block);
      }
      if (file.blockCount() < 2) {
        throw damaged(file, 1, "the file ends behind its header");
      }
      if (!UndoFormat.isSealed(
          block, UndoFormat.Header.MAGIC, UndoFormat.HEADER_MAGIC, UndoFormat.Header.CHECKSUM)) {
        throw damaged(file, 0, "the header's checksum is wrong");
      }
      long version = UndoFormat.Header.VERSION_FIELD.get(block);
      if (version != UndoFormat.VERSION) {
        throw new UndoException(
            Kind.UNKNOWN_VERSION,
            "%s: an undo file of version %d; this program knows version %d"
                .formatted(file.name(), version, UndoFormat.VERSION));
      }
      var log = decodeHeader(file, block);
      log.checkStructure(block);
      return log;
    }
  }

  /** What a file is that does not begin with a header. */
  private static UndoException headless(BlockDevice file, MemorySegment block) throws VdoException {
    boolean isBlank = isZero(block) && file.sizeBytes() % UndoFormat.BLOCK == 0;
    file.read(file.blockCount() - 1, block).orThrow(file);
    if (isBlank && isZero(block)) {
      return hardlyBegun(file);
    }
    if (UndoFormat.Trailer.MAGIC.get(block).equals(UndoFormat.TRAILER_MAGIC)) {
      return damaged(file, 0, "the header is missing");
    }
    return notAnUndoFile(file);
  }

  private static UndoException notAnUndoFile(BlockDevice file) {
    return new UndoException(
        Kind.NOT_AN_UNDO_FILE,
        file.name()
            + ": not an undo file; give the .vdoundo file that was written with the change");
  }

  /** Whoever wrote it died before its first block was there, or even before it had its length. */
  private static UndoException hardlyBegun(BlockDevice file) {
    return new UndoException(
        Kind.BLANK,
        file.name()
            + ": holds nothing where an undo file begins and ends; if it is one, it was never"
            + " finished, so that the volume was not written to: there is nothing to undo");
  }

  private static boolean isZero(MemorySegment block) {
    return block.mismatch(MemorySegment.ofArray(new byte[UndoFormat.BLOCK])) < 0;
  }

  private static UndoException damaged(BlockDevice file, long block, String what) {
    return new UndoException(
        Kind.DAMAGED, "%s: damaged at block %d: %s".formatted(file.name(), block, what));
  }

  private static UndoLog decodeHeader(BlockDevice file, MemorySegment block) throws UndoException {
    long changes = UndoFormat.Header.CHANGES.get(block);
    long deviceBlocks = UndoFormat.Header.DEVICE_BLOCKS.get(block);
    long commitBlock = UndoFormat.Header.COMMIT_BLOCK.get(block);
    long nameLength = UndoFormat.Header.NAME_LENGTH.get(block);
    boolean isPossible =
        changes >= 0
            && changes <= Integer.MAX_VALUE
            && commitBlock >= 0
            && commitBlock < deviceBlocks
            && nameLength <= UndoFormat.NAME_BYTES;
    if (!isPossible) {
      throw damaged(file, 0, "the header holds impossible numbers");
    }
    if (file.blockCount() != UndoFormat.fileBlocks(changes)) {
      throw damaged(
          file,
          file.blockCount(),
          "the file has %d blocks, its header says %d"
              .formatted(file.blockCount(), UndoFormat.fileBlocks(changes)));
    }
    byte[] name = UndoFormat.Header.NAME.get(block).toArray();
    return new UndoLog(
        file,
        new String(name, 0, (int) nameLength, StandardCharsets.UTF_8),
        deviceBlocks,
        (int) changes,
        commitBlock);
  }

  /** Verifies the trailer and all headers of chunks, and that no block is there twice. */
  private void checkStructure(MemorySegment block) throws VdoException {
    long chunks = UndoFormat.chunks(size);
    long trailer = file.blockCount() - 1;
    file.read(trailer, block).orThrow(file);
    if (!UndoFormat.isSealed(
        block, UndoFormat.Trailer.MAGIC, UndoFormat.TRAILER_MAGIC, UndoFormat.Trailer.CHECKSUM)) {
      // All that it says is in its first sector, so it is there as a whole or not at all.
      if (!isZero(block)) {
        throw damaged(file, trailer, "the trailer's checksum is wrong");
      }
      throw new UndoException(
          Kind.UNFINISHED,
          "%s: never finished, so %s was not written to; there is nothing to undo"
              .formatted(file.name(), deviceName));
    }
    long expected = UndoFormat.Trailer.HEADERS_CHECKSUM.get(block);
    if (UndoFormat.Trailer.CHUNKS.get(block) != chunks) {
      throw damaged(file, trailer, "the trailer counts other chunks than the header");
    }
    var headers = new CRC32C();
    long last = -1;
    for (long number = 0; number < chunks; number++) {
      long at = UndoFormat.chunkStart(number);
      file.read(at, block).orThrow(file);
      headers.update(block.asByteBuffer());
      checkChunkHeader(number, block);
      for (int i = 0; i < count(number); i++) {
        long changed = block(UndoFormat.entry(block, i));
        if (changed <= last || changed >= deviceBlocks) {
          throw damaged(file, at, "its blocks are not in order");
        }
        last = changed;
      }
    }
    if (headers.getValue() != expected) {
      throw damaged(file, trailer, "the chunks are not those of this file");
    }
  }

  private void checkChunkHeader(long number, MemorySegment block) throws UndoException {
    if (!UndoFormat.isSealed(
            block, UndoFormat.Chunk.MAGIC, UndoFormat.CHUNK_MAGIC, UndoFormat.Chunk.CHECKSUM)
        || UndoFormat.Chunk.NUMBER.get(block) != number
        || UndoFormat.Chunk.COUNT.get(block) != count(number)) {
      throw damaged(file, UndoFormat.chunkStart(number), "no header of chunk " + number);
    }
  }

  private int count(long chunk) {
    return (int) Math.min(UndoFormat.CHUNK_BLOCKS, size - chunk * UndoFormat.CHUNK_BLOCKS);
  }

  private static long block(MemorySegment entry) {
    return UndoFormat.Entry.BLOCK_AND_FLAG.get(entry) & ~UndoFormat.Entry.UNREADABLE;
  }

  /** {@return the name of the device that the file was made for} */
  public String deviceName() {
    return deviceName;
  }

  /** {@return the size of that device, in blocks} */
  public long deviceBlocks() {
    return deviceBlocks;
  }

  /** {@return how many blocks change} */
  public int size() {
    return size;
  }

  /** {@return the block which makes the others valid} */
  public long commitBlock() {
    return commitBlock;
  }

  /** Takes the changes, in the order of their blocks. */
  @FunctionalInterface
  interface Visitor {
    /**
     * A change.
     *
     * @param block which block
     * @param before what it held, null if that could not be read; valid until the next call
     * @param after what it is to hold; valid until the next call
     */
    void change(long block, @Nullable MemorySegment before, MemorySegment after)
        throws VdoException;
  }

  /**
   * Reads all changes.
   *
   * @throws UndoException if a content has another checksum than it had
   * @throws DeviceException if the file cannot be read
   */
  void forEach(Visitor visitor) throws VdoException {
    try (Arena arena = Arena.ofConfined()) {
      var chunk = BlockBuffers.allocate(arena, 1 + 2 * UndoFormat.CHUNK_BLOCKS);
      for (long number = 0; number < UndoFormat.chunks(size); number++) {
        int count = count(number);
        long at = UndoFormat.chunkStart(number);
        var used = chunk.asSlice(0, (1L + 2L * count) * UndoFormat.BLOCK);
        file.read(at, used).orThrow(file);
        var header = chunk.asSlice(0, UndoFormat.BLOCK);
        checkChunkHeader(number, header);
        for (int i = 0; i < count; i++) {
          var entry = UndoFormat.entry(header, i);
          var before = content(chunk, at, 1 + i, UndoFormat.Entry.OLD_CHECKSUM.get(entry));
          var after = content(chunk, at, 1 + count + i, UndoFormat.Entry.NEW_CHECKSUM.get(entry));
          visitor.change(block(entry), isUnreadable(entry) ? null : before, after);
        }
      }
    }
  }

  /**
   * Reads the change of one block, if it is among the changes.
   *
   * @throws UndoException if a content has another checksum than it had
   * @throws DeviceException if the file cannot be read
   */
  void forBlock(long wanted, Visitor visitor) throws VdoException {
    try (Arena arena = Arena.ofConfined()) {
      var header = BlockBuffers.allocate(arena, 1);
      var contents = BlockBuffers.allocate(arena, 2);
      for (long number = 0; number < UndoFormat.chunks(size); number++) {
        long at = UndoFormat.chunkStart(number);
        int count = count(number);
        file.read(at, header).orThrow(file);
        checkChunkHeader(number, header);
        for (int i = 0; i < count; i++) {
          var entry = UndoFormat.entry(header, i);
          if (block(entry) == wanted) {
            var before = contents.asSlice(0, UndoFormat.BLOCK);
            var after = contents.asSlice(UndoFormat.BLOCK);
            file.read(at + 1 + i, before).orThrow(file);
            file.read(at + 1 + count + i, after).orThrow(file);
            checkContent(before, at + 1 + i, UndoFormat.Entry.OLD_CHECKSUM.get(entry));
            checkContent(after, at + 1 + count + i, UndoFormat.Entry.NEW_CHECKSUM.get(entry));
            visitor.change(wanted, isUnreadable(entry) ? null : before, after);
          }
        }
      }
    }
  }

  private static boolean isUnreadable(MemorySegment entry) {
    return UndoFormat.Entry.BLOCK_AND_FLAG.get(entry) < 0;
  }

  private MemorySegment content(MemorySegment chunk, long at, int index, long checksum)
      throws UndoException {
    var bytes = chunk.asSlice((long) index * UndoFormat.BLOCK, UndoFormat.BLOCK);
    checkContent(bytes, at + index, checksum);
    return bytes;
  }

  private void checkContent(MemorySegment bytes, long place, long checksum) throws UndoException {
    if (Integer.toUnsignedLong(UndoFormat.checksum(bytes)) != checksum) {
      throw damaged(file, place, "the checksum of a content is wrong");
    }
  }
}
