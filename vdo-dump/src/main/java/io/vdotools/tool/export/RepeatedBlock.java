package io.vdotools.tool.export;

import io.vdotools.VdoException;
import io.vdotools.device.BlockBuffers;
import io.vdotools.format.BlockSize;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** One block many times over, to be written where there are no other data. */
final class RepeatedBlock {
  private static final int BLOCKS = 256;

  private final MemorySegment blocks;

  private RepeatedBlock(MemorySegment blocks) {
    this.blocks = blocks;
  }

  /**
   * {@return blocks that begin with the pattern and repeat it to their end}
   *
   * @param pattern at least one byte
   */
  static RepeatedBlock of(byte[] pattern) {
    var memory = BlockBuffers.allocate(Arena.ofAuto(), BLOCKS);
    for (int at = 0; at < BlockSize.BLOCK; at++) {
      memory.set(ValueLayout.JAVA_BYTE, at, pattern[at % pattern.length]);
    }
    for (int block = 1; block < BLOCKS; block++) {
      MemorySegment.copy(memory, 0, memory, (long) block * BlockSize.BLOCK, BlockSize.BLOCK);
    }
    return new RepeatedBlock(memory.asReadOnly());
  }

  /** Writes as many as are asked for, some at a time. */
  <E extends VdoException> void forEach(long first, long count, Writer<E> writer) throws E {
    for (long done = 0; done < count; done += BLOCKS) {
      long some = Math.min(BLOCKS, count - done);
      writer.write(first + done, blocks.asSlice(0, some * BlockSize.BLOCK));
    }
  }

  /**
   * Writes blocks.
   *
   * @param <E> what it throws
   */
  interface Writer<E extends VdoException> {
    void write(long block, MemorySegment blocks) throws E;
  }
}
