package io.vdotools.tool.repair;

import io.vdotools.cli.Console;
import io.vdotools.cli.FileTarget;
import io.vdotools.cli.ProgressDisplay;
import io.vdotools.device.BlockBuffers;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.DeviceException;
import io.vdotools.device.UnfinishedFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Writes all blocks of a device to a new file that takes no space for zeros. */
final class SparseCopy {
  private static final int BLOCKS_AT_ONCE = 256;
  private static final MemorySegment ZEROS =
      MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]).asReadOnly();

  private SparseCopy() {}

  /**
   * Writes the copy; the file gets its name when it is complete.
   *
   * @param source the device
   * @param target the file
   * @param console knows what to remove if the process is stopped
   * @param display shows how far it has come
   * @return how many blocks could not be read, and are zeros in the copy
   * @throws DeviceException if the file cannot be written
   */
  static long write(BlockDevice source, FileTarget target, Console console, ProgressDisplay display)
      throws DeviceException {
    display.begin("copy", source.blockCount());
    try (var _ = console.leftovers().add(() -> UnfinishedFile.discard(target.temporary()));
        var file = target.create(source.blockCount());
        var arena = Arena.ofConfined()) {
      long unreadable = 0;
      var buffer = BlockBuffers.allocate(arena, BLOCKS_AT_ONCE);
      for (long first = 0; first < source.blockCount(); first += BLOCKS_AT_ONCE) {
        int count = (int) Math.min(BLOCKS_AT_ONCE, source.blockCount() - first);
        var some = buffer.asSlice(0, (long) count * BlockDevice.BLOCK_SIZE);
        for (var error : source.read(first, some)) {
          unreadable++;
          some.asSlice((error.block() - first) * BlockDevice.BLOCK_SIZE, BlockDevice.BLOCK_SIZE)
              .fill((byte) 0);
        }
        for (int i = 0; i < count; i++) {
          var block = some.asSlice((long) i * BlockDevice.BLOCK_SIZE, BlockDevice.BLOCK_SIZE);
          if (block.mismatch(ZEROS) >= 0) {
            file.device().write(first + i, block);
          }
        }
        display.advance(count);
      }
      file.complete(target.mayReplace());
      return unreadable;
    } catch (DeviceException e) {
      throw target.about(e);
    }
  }
}
