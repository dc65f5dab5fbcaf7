package io.vdotools.pack;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * Blocks that were taken out of their frames before they are read.
 *
 * <p>Filled by one thread, and then read by several.
 */
final class AnnouncedBlocks {
  /** Holds nothing. */
  static final AnnouncedBlocks NONE = new AnnouncedBlocks(0);

  private static final int BLOCK = FrameCodec.BLOCK;

  private final long[] blocks;
  private final byte[] content;
  private int size;

  /**
   * @param most how many there are at most
   */
  AnnouncedBlocks(int most) {
    this.blocks = new long[most];
    this.content = new byte[most * BLOCK];
  }

  /**
   * Adds a block, which comes behind all others that were added.
   *
   * @param from holds it
   * @param at where it begins
   */
  void add(long block, byte[] from, int at) {
    System.arraycopy(from, at, content, size * BLOCK, BLOCK);
    blocks[size++] = block;
  }

  /** {@return whether a block is one of them, and was copied} */
  boolean copy(long block, MemorySegment into, long at) {
    int index = Arrays.binarySearch(blocks, 0, size, block);
    if (index < 0) {
      return false;
    }
    MemorySegment.copy(content, index * BLOCK, into, ValueLayout.JAVA_BYTE, at, BLOCK);
    return true;
  }
}
