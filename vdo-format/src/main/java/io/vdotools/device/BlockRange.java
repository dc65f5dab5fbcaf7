package io.vdotools.device;

import java.lang.foreign.MemorySegment;

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

  /** Throws unless there are such blocks on the device, or none are meant. */
  static void checkWithin(BlockDevice device, long first, long end) {
    if (first < 0 || end < first || end > device.blockCount()) {
      throw new IllegalArgumentException(
          "blocks " + first + " to " + end + " of " + device.blockCount());
    }
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
  void clearBeyondEnd(BlockDevice device, MemorySegment into, BlockErrors.Collector errors) {
    long blockCount = device.blockCount();
    long within = countWithin(blockCount);
    if (within == count) {
      return;
    }
    blocksOf(into, within, count - within).fill((byte) 0);
    long partialBytes = device.sizeBytes() % BlockDevice.BLOCK_SIZE;
    for (long i = within; i < count && first + i >= 0; i++) {
      errors.add(
          first + i == blockCount && partialBytes != 0
              ? BlockError.endsInside(first + i, partialBytes)
              : BlockError.beyondEnd(first + i, blockCount));
    }
  }

  /** {@return the part of a transfer's memory that belongs to some of its blocks} */
  static MemorySegment blocksOf(MemorySegment memory, long index, long count) {
    return memory.asSlice(index * BlockDevice.BLOCK_SIZE, count * BlockDevice.BLOCK_SIZE);
  }
}
