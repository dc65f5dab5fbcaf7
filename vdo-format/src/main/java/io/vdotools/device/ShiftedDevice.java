package io.vdotools.device;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;

/**
 * A device whose blocks have other numbers than on the device below: number {@code n} here is
 * number {@code n - offset} there.
 *
 * <p>Numbers below the offset do not exist: reading them is an error of the block.
 */
public final class ShiftedDevice implements BlockDevice {
  private final BlockDevice base;
  private final long offset;

  private ShiftedDevice(BlockDevice base, long offset) {
    this.base = base;
    this.offset = offset;
  }

  /**
   * {@return the device with shifted numbers; the device itself if the offset is 0}
   *
   * @param base the device below, which is not closed with this one
   * @param offset blocks to subtract from each number, at least 0
   * @throws IllegalArgumentException if the offset is negative
   */
  public static BlockDevice of(BlockDevice base, long offset) {
    if (offset < 0) {
      throw new IllegalArgumentException("offset " + offset);
    }
    return offset == 0 ? base : new ShiftedDevice(base, offset);
  }

  @Override
  public String name() {
    return base.name();
  }

  @Override
  public long sizeBytes() {
    return base.sizeBytes() + offset * BLOCK_SIZE;
  }

  @Override
  public BlockErrors read(long firstBlock, MemorySegment into) {
    if (firstBlock < 0) {
      throw new IllegalArgumentException("block " + firstBlock + " is negative");
    }
    long blocks = into.byteSize() / BLOCK_SIZE;
    long missing = Math.clamp(offset - firstBlock, 0, blocks);
    var errors = new ArrayList<BlockError>();
    if (missing > 0) {
      into.asSlice(0, missing * BLOCK_SIZE).fill((byte) 0);
      for (long i = 0; i < missing; i++) {
        errors.add(
            new BlockError(
                firstBlock + i, BlockError.Reason.BEYOND_END, "before the start of the device"));
      }
    }
    if (missing < blocks) {
      long first = firstBlock + missing - offset;
      for (var error : base.read(first, into.asSlice(missing * BLOCK_SIZE))) {
        errors.add(new BlockError(error.block() + offset, error.reason(), error.detail()));
      }
    }
    return BlockErrors.of(errors);
  }

  @Override
  public int mostAnnounced() {
    return base.mostAnnounced();
  }

  @Override
  public void announce(long[] blocks, int count) {
    var below = new long[count];
    for (int i = 0; i < count; i++) {
      below[i] = blocks[i] - offset;
    }
    base.announce(below, count);
  }

  @Override
  public long nextData(long block, long end) {
    BlockRange.checkWithin(this, block, end);
    // Blocks below the offset cannot be read.
    return block < offset ? block : base.nextData(block - offset, end - offset) + offset;
  }

  @Override
  public long nextHole(long block, long end) {
    BlockRange.checkWithin(this, block, end);
    return block < offset
        ? Math.min(block + 1, end)
        : base.nextHole(block - offset, end - offset) + offset;
  }

  /** Does nothing: the device below belongs to whoever opened it. */
  @Override
  public void close() {}
}
