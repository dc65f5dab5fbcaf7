package io.vdotools.device;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Memory for blocks, placed so that a device can fill it without a copy in between. */
public final class BlockBuffers {
  private BlockBuffers() {}

  /**
   * {@return zeroed native memory for the given number of blocks, at an address divisible by 4096}
   *
   * @param arena decides how long the memory lives and which threads may use it
   * @param blocks how many blocks, at least 0
   * @throws IllegalArgumentException if {@code blocks} is negative
   */
  public static MemorySegment allocate(Arena arena, int blocks) {
    if (blocks < 0) {
      throw new IllegalArgumentException("negative number of blocks: " + blocks);
    }
    return arena.allocate((long) blocks * BlockDevice.BLOCK_SIZE, BlockDevice.BLOCK_SIZE);
  }

  /** {@return whether direct I/O can use the memory as it is} */
  static boolean isAligned(MemorySegment segment) {
    return segment.isNative() && segment.address() % BlockDevice.BLOCK_SIZE == 0;
  }
}
