package io.vdotools.device;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The blocks that one read or write asks for, with the checks that every device owes its caller.
 *
 * @param first the first block, at least 0
 * @param count how many blocks; {@code first + count} may exceed the range of {@code long}
 */
record BlockRange(long first, long count) {

  /** The blocks of a read into the given memory; they may lie beyond the end. */
  static BlockRange ofRead(long firstBlock, MemorySegment into) {
    if (into.isReadOnly()) {
      throw new IllegalArgumentException("cannot read blocks into read-only memory");
    }
    return of(firstBlock, into);
  }

  /** The blocks of a write from the given memory; all must lie on the device. */
  static BlockRange ofWrite(BlockDevice device, long firstBlock, MemorySegment from) {
    BlockRange range = of(firstBlock, from);
    if (range.countWithin(device.blockCount()) < range.count) {
      throw new IllegalArgumentException(
          "cannot write "
              + range.count
              + " blocks at block "
              + firstBlock
              + ": "
              + device.name()
              + " has "
              + device.blockCount()
              + " blocks");
    }
    return range;
  }

  private static BlockRange of(long firstBlock, MemorySegment memory) {
    if (firstBlock < 0) {
      throw new IllegalArgumentException("negative block number: " + firstBlock);
    }
    if (memory.byteSize() % BlockDevice.BLOCK_SIZE != 0) {
      throw new IllegalArgumentException(
          memory.byteSize() + " bytes are not a whole number of blocks");
    }
    return new BlockRange(firstBlock, memory.byteSize() / BlockDevice.BLOCK_SIZE);
  }

  /** {@return how many of the blocks lie on a device of the given size} */
  long countWithin(long blockCount) {
    return Math.clamp(blockCount - first, 0, count);
  }

  /**
   * Zeros the blocks that lie beyond the last whole block of the device, and lists them.
   *
   * <p>A read can ask for no more blocks than it has memory for, which bounds the list. A block
   * number that no {@code long} can hold is as far beyond the end as can be; the list stops there.
   */
  List<BlockError> clearBeyondEnd(BlockDevice device, MemorySegment into) {
    long within = countWithin(device.blockCount());
    if (within == count) {
      return List.of();
    }
    into.asSlice(within * BlockDevice.BLOCK_SIZE).fill((byte) 0);
    long partialBytes = device.sizeBytes() % BlockDevice.BLOCK_SIZE;
    List<BlockError> errors = new ArrayList<>();
    for (long i = within; i < count && first + i >= 0; i++) {
      errors.add(
          first + i == device.blockCount() && partialBytes != 0
              ? endsInside(first + i, partialBytes)
              : beyondEnd(first + i, device.blockCount()));
    }
    return errors;
  }

  private static BlockError endsInside(long block, long bytes) {
    return new BlockError(
        block,
        BlockError.Reason.SHORT_READ,
        "only " + bytes + " of " + BlockDevice.BLOCK_SIZE + " bytes are there");
  }

  private static BlockError beyondEnd(long block, long blockCount) {
    return new BlockError(
        block,
        BlockError.Reason.BEYOND_END,
        "beyond the end of the device, which has " + blockCount + " blocks");
  }

  /** {@return the part of a transfer's memory that belongs to its {@code index}-th block} */
  static MemorySegment blockAt(MemorySegment memory, long index) {
    return memory.asSlice(index * BlockDevice.BLOCK_SIZE, BlockDevice.BLOCK_SIZE);
  }
}
