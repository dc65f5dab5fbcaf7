package io.vdotools.engine;

import io.vdotools.device.BlockBuffers;
import io.vdotools.device.BlockDevice;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.format.journal.RecoveryJournalBlock;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** Reads blocks of the recovery journal by sequence number, the next ones ahead of time. */
final class JournalBlockReader implements AutoCloseable {
  private static final int AHEAD = 64;

  private final Arena arena = Arena.ofConfined();
  private final BlockDevice device;
  private final JournalArea area;
  private final MemorySegment buffer;
  private long bufferedFrom;
  private long bufferedTo;

  JournalBlockReader(BlockDevice device, JournalArea area) {
    this.device = device;
    this.area = area;
    this.buffer = BlockBuffers.allocate(arena, (int) Math.min(AHEAD, area.blocks()));
  }

  /**
   * {@return the block at the place of a sequence number if it is that block: of this volume, of
   * this generation, and with this number}
   *
   * <p>It is valid until the next call. A block that cannot be read is none.
   */
  Optional<RecoveryJournalBlock> exact(long sequenceNumber) {
    var block = at(area.position(sequenceNumber));
    return block.isValid(area.nonce(), area.recoveryCountByte())
            && block.sequenceNumber() == sequenceNumber
        ? Optional.of(block)
        : Optional.empty();
  }

  /** {@return the format that the metadata type at the place of a sequence number names, if any} */
  Optional<JournalFormat> formatAt(long sequenceNumber) {
    return at(area.position(sequenceNumber)).format();
  }

  private RecoveryJournalBlock at(long position) {
    if (position < bufferedFrom || position >= bufferedTo) {
      // Whole groups, so that going backwards reads no block twice either.
      long group = buffer.byteSize() / BlockDevice.BLOCK_SIZE;
      long from = position - position % group;
      long count = Math.min(group, area.blocks() - from);
      // Blocks that cannot be read come back as zeros, which no volume's nonce is part of.
      var errors =
          device.read(area.firstPbn() + from, buffer.asSlice(0, count * BlockDevice.BLOCK_SIZE));
      for (var error : errors) {
        long at = (error.block() - area.firstPbn() - from) * BlockDevice.BLOCK_SIZE;
        buffer.asSlice(at, BlockDevice.BLOCK_SIZE).fill((byte) 0);
      }
      bufferedFrom = from;
      bufferedTo = from + count;
    }
    return new RecoveryJournalBlock(
        buffer.asSlice((position - bufferedFrom) * BlockDevice.BLOCK_SIZE, BlockDevice.BLOCK_SIZE));
  }

  @Override
  public void close() {
    arena.close();
  }
}
