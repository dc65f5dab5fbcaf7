package io.vdotools.tool.image;

import io.vdotools.VdoException;
import io.vdotools.device.BlockDevice;
import io.vdotools.engine.LogicalSink;
import io.vdotools.engine.LogicalSweep;
import io.vdotools.engine.LogicalSweep.Order;
import io.vdotools.engine.LogicalVolume;
import io.vdotools.engine.Loss;
import io.vdotools.engine.Parallel;
import io.vdotools.engine.Volume;
import io.vdotools.format.BlockSize;
import java.lang.foreign.MemorySegment;

/** What a volume holds, read without changing it, block by block in the order of LBNs. */
final class LogicalContent {
  private static final MemorySegment ZEROS =
      MemorySegment.ofArray(new byte[BlockSize.BLOCK]).asReadOnly();

  private LogicalContent() {}

  /** Takes blocks. */
  @FunctionalInterface
  interface Taker {
    /**
     * Takes one.
     *
     * @param lbn the block's LBN
     * @param block its 4096 bytes, valid during the call
     */
    void take(long lbn, MemorySegment block) throws VdoException;
  }

  /**
   * Reads a range.
   *
   * @throws StepException if a block cannot be had
   */
  static void read(BlockDevice device, long first, long end, Taker taker) throws VdoException {
    var volume = LogicalVolume.open(Volume.open(device));
    if (end > volume.logicalBlocks()) {
      throw new StepException(device.name() + ": LBN " + (end - 1) + " is beyond the logical size");
    }
    try (var parallel = new Parallel(1, 1, System::nanoTime)) {
      new LogicalSweep(volume, parallel, Order.BY_LBN)
          .run(first, end, new Sink(device.name(), taker));
    }
  }

  private record Sink(String name, Taker taker) implements LogicalSink {
    @Override
    public void data(long lbn, MemorySegment blocks) throws VdoException {
      for (long i = 0; i < blocks.byteSize() / BlockSize.BLOCK; i++) {
        taker.take(lbn + i, blocks.asSlice(i * BlockSize.BLOCK, BlockSize.BLOCK));
      }
    }

    @Override
    public void hole(long lbn, long count) throws VdoException {
      for (long i = 0; i < count; i++) {
        taker.take(lbn + i, ZEROS);
      }
    }

    @Override
    public void lost(long lbn, long count) throws VdoException {
      throw new StepException(
          name + ": LBN " + lbn + " cannot be read; see vdo_check, and vdo_export for the rest");
    }

    @Override
    public void damage(Loss loss) {}

    @Override
    public void suspect(Loss loss) {}

    @Override
    public void advance(long count, long mapped) {}
  }
}
