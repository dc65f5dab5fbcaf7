package io.vdotools.device.change;

import io.vdotools.bytes.Bytes;
import io.vdotools.device.BlockBuffers;
import io.vdotools.device.DeviceException;
import io.vdotools.device.WritableBlockDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;

/** Writes undo files. */
public final class UndoWriter {
  private UndoWriter() {}

  /** {@return how many blocks the undo file of a change takes} */
  public static long fileBlocks(ChangeSet changes) {
    return UndoFormat.fileBlocks(changes.size());
  }

  /**
   * Writes old and new contents to an undo file, and makes them last.
   *
   * <p>Only when this has returned may the device be changed.
   *
   * @param changes what is to change; the device below it still holds the old contents
   * @param deviceName how the device can be found again
   * @param file the undo file, as long as {@link #fileBlocks} says
   * @throws DeviceException if the file cannot be written
   * @throws IllegalArgumentException if the file has another length
   */
  public static void write(ChangeSet changes, String deviceName, WritableBlockDevice file)
      throws DeviceException {
    var _ = writeNoting(changes, deviceName, file);
  }

  /** As above; {@return the blocks whose old contents could not be read, ascending} */
  static long[] writeNoting(ChangeSet changes, String deviceName, WritableBlockDevice file)
      throws DeviceException {
    var unreadable = LongStream.builder();
    if (file.blockCount() != fileBlocks(changes)) {
      throw new IllegalArgumentException("an undo file of " + file.blockCount() + " blocks");
    }
    try (Arena arena = Arena.ofConfined()) {
      var block = BlockBuffers.allocate(arena, 1);
      encodeHeader(changes, deviceName, block);
      file.write(0, block);
      var headers = new CRC32C();
      long chunks = UndoFormat.chunks(changes.size());
      var chunk = BlockBuffers.allocate(arena, 1 + 2 * UndoFormat.CHUNK_BLOCKS);
      for (int number = 0; number < chunks; number++) {
        int blocks = encodeChunk(changes, number, chunk, unreadable);
        headers.update(chunk.asSlice(0, UndoFormat.BLOCK).asByteBuffer());
        file.write(
            UndoFormat.chunkStart(number), chunk.asSlice(0, (long) blocks * UndoFormat.BLOCK));
      }
      file.flush();
      block.fill((byte) 0);
      UndoFormat.Trailer.MAGIC.set(block, UndoFormat.TRAILER_MAGIC);
      UndoFormat.Trailer.CHUNKS.set(block, chunks);
      UndoFormat.Trailer.HEADERS_CHECKSUM.set(block, headers.getValue());
      UndoFormat.seal(block, UndoFormat.Trailer.CHECKSUM);
      file.write(file.blockCount() - 1, block);
      file.flush();
    }
    return unreadable.build().toArray();
  }

  private static void encodeHeader(ChangeSet changes, String deviceName, MemorySegment block) {
    byte[] name = deviceName.getBytes(StandardCharsets.UTF_8);
    byte[] kept = Arrays.copyOf(name, UndoFormat.NAME_BYTES);
    UndoFormat.Header.MAGIC.set(block, UndoFormat.HEADER_MAGIC);
    UndoFormat.Header.VERSION_FIELD.set(block, UndoFormat.VERSION);
    UndoFormat.Header.DEVICE_BLOCKS.set(block, changes.device().blockCount());
    UndoFormat.Header.CHANGES.set(block, changes.size());
    UndoFormat.Header.COMMIT_BLOCK.set(block, changes.commitBlock());
    UndoFormat.Header.NAME_LENGTH.set(block, Math.min(name.length, UndoFormat.NAME_BYTES));
    UndoFormat.Header.NAME.set(block, Bytes.copyOf(kept));
    UndoFormat.seal(block, UndoFormat.Header.CHECKSUM);
  }

  /** {@return how many blocks the chunk takes} */
  private static int encodeChunk(
      ChangeSet changes, int number, MemorySegment chunk, LongStream.Builder unreadable)
      throws DeviceException {
    int first = number * UndoFormat.CHUNK_BLOCKS;
    int count = Math.min(UndoFormat.CHUNK_BLOCKS, changes.size() - first);
    var header = chunk.asSlice(0, UndoFormat.BLOCK).fill((byte) 0);
    UndoFormat.Chunk.MAGIC.set(header, UndoFormat.CHUNK_MAGIC);
    UndoFormat.Chunk.NUMBER.set(header, number);
    UndoFormat.Chunk.COUNT.set(header, count);
    for (int i = 0; i < count; i++) {
      long block = changes.block(first + i);
      var before = chunk.asSlice((1L + i) * UndoFormat.BLOCK, UndoFormat.BLOCK);
      var after = chunk.asSlice((1L + count + i) * UndoFormat.BLOCK, UndoFormat.BLOCK);
      boolean isUnreadable = !changes.device().read(block, before).isEmpty();
      if (isUnreadable) {
        unreadable.add(block);
        before.fill((byte) 0);
      }
      changes.readNew(block, after);
      var entry = UndoFormat.entry(header, i);
      UndoFormat.Entry.BLOCK_AND_FLAG.set(
          entry, isUnreadable ? block | UndoFormat.Entry.UNREADABLE : block);
      UndoFormat.Entry.OLD_CHECKSUM.set(entry, checksum(before));
      UndoFormat.Entry.NEW_CHECKSUM.set(entry, checksum(after));
    }
    UndoFormat.seal(header, UndoFormat.Chunk.CHECKSUM);
    return 1 + 2 * count;
  }

  private static long checksum(MemorySegment bytes) {
    return Integer.toUnsignedLong(UndoFormat.checksum(bytes));
  }
}
