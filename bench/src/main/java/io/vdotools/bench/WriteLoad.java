package io.vdotools.bench;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/** What a benchmark writes: blocks that cost nearly nothing to make. */
public enum WriteLoad {
  /** No block is like another, and none can be made smaller. */
  UNIQUE,
  /** Sixty-four different blocks. */
  DUPLICATE,
  /** Zeros. */
  ZERO,
  /** No block is like another; each can be made smaller by half. */
  COMPRESSIBLE;

  static final int BLOCK = 4096;
  private static final int DIFFERENT_DUPLICATES = 64;

  /** {@return a block to begin with} */
  MemorySegment template() {
    var bytes = new byte[BLOCK];
    if (this != ZERO) {
      new SplittableRandom(1).nextBytes(bytes);
    }
    var block = MemorySegment.ofArray(bytes);
    if (this == COMPRESSIBLE) {
      block.asSlice(BLOCK / 2).fill((byte) 7);
    }
    return block;
  }

  /** Makes a template the block with a number. */
  void number(MemorySegment block, long number) {
    switch (this) {
      case UNIQUE, COMPRESSIBLE -> block.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, number);
      case DUPLICATE ->
          block.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, number % DIFFERENT_DUPLICATES);
      case ZERO -> {}
    }
  }
}
