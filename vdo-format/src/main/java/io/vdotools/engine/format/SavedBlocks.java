package io.vdotools.engine.format;

import io.vdotools.device.BlockBuffers;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.BlockErrors;
import io.vdotools.device.DeviceException;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.engine.ForeignContent;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * What the blocks that a format overwrites held before, so that it can be put back.
 *
 * <p>Stretches of zeros take no memory, and where zeros are wanted they need not be written either.
 */
final class SavedBlocks {
  /** Blocks that are looked at together: 1 MiB. */
  static final int STRETCH_BLOCKS = 256;

  /**
   * Some consecutive blocks.
   *
   * @param content their old content
   * @param errors those of them that could not be read, which cannot be put back
   */
  record Stretch(long firstBlock, MemorySegment content, BlockErrors errors) {
    long count() {
      return content.byteSize() / BlockDevice.BLOCK_SIZE;
    }
  }

  private final WritableBlockDevice device;
  private final Arena arena;
  private final List<Stretch> overwritten = new ArrayList<>();

  SavedBlocks(WritableBlockDevice device, Arena arena) {
    this.device = device;
    this.arena = arena;
  }

  /**
   * {@return the stretches of an area that are not known to be zero}
   *
   * <p>Nothing is written yet, and what is read is kept until the arena is closed.
   */
  List<Stretch> survey(long firstBlock, long count, FormatProgress progress) {
    var found = new ArrayList<Stretch>();
    var buffer = BlockBuffers.allocate(arena, (int) Math.min(count, STRETCH_BLOCKS));
    for (long done = 0; done < count; done += STRETCH_BLOCKS) {
      int length = (int) Math.min(STRETCH_BLOCKS, count - done);
      var part = buffer.asSlice(0, (long) length * BlockDevice.BLOCK_SIZE);
      var errors = device.read(firstBlock + done, part);
      if (!errors.isEmpty() || !ForeignContent.isBlank(part)) {
        found.add(new Stretch(firstBlock + done, part, errors));
        buffer = BlockBuffers.allocate(arena, length);
      }
      progress.advance(length);
    }
    return found;
  }

  /** {@return one block, zero or not} */
  Stretch save(long block) {
    var content = BlockBuffers.allocate(arena, 1);
    var errors = device.read(block, content);
    return new Stretch(block, content, errors);
  }

  /** Overwrites a stretch, and remembers that it is to be put back. */
  void overwrite(Stretch stretch, MemorySegment content) throws DeviceException {
    if (!overwritten.contains(stretch)) {
      overwritten.add(stretch);
    }
    device.write(stretch.firstBlock(), content);
  }

  /**
   * Puts everything back, in the reverse order: what was overwritten first comes last.
   *
   * @throws DeviceException if not all of it could be; as much as can be is put back all the same
   */
  void putBack() throws DeviceException {
    DeviceException first = null;
    for (int i = overwritten.size() - 1; i >= 0; i--) {
      try {
        if (i == 0) {
          // What makes the rest mean something comes back only when the rest is there.
          device.flush();
        }
        putBack(overwritten.get(i));
      } catch (DeviceException e) {
        first = first == null ? e : first;
      }
    }
    device.flush();
    if (first != null) {
      throw first;
    }
  }

  private void putBack(Stretch stretch) throws DeviceException {
    if (stretch.errors().isEmpty()) {
      device.write(stretch.firstBlock(), stretch.content());
      return;
    }
    for (long i = 0; i < stretch.count(); i++) {
      if (!stretch.errors().contains(stretch.firstBlock() + i)) {
        device.write(
            stretch.firstBlock() + i,
            stretch.content().asSlice(i * BlockDevice.BLOCK_SIZE, BlockDevice.BLOCK_SIZE));
      }
    }
  }
}
