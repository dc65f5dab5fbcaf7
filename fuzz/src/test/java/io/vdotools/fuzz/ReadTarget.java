package io.vdotools.fuzz;

import io.vdotools.VdoException;
import io.vdotools.engine.LogicalSink;
import io.vdotools.engine.LogicalSweep;
import io.vdotools.engine.LogicalVolume;
import io.vdotools.engine.Loss;
import io.vdotools.engine.Parallel;
import io.vdotools.engine.Volume;
import io.vdotools.format.BlockSize;
import java.lang.foreign.MemorySegment;

/** Reads the logical content of a volume; each block is told exactly once, whatever is wrong. */
public final class ReadTarget {
  /** A volume that claims more would only be read for long. */
  private static final long MOST_BLOCKS = 1 << 14;

  private ReadTarget() {}

  /** Runs on one input. */
  public static void fuzzerTestOneInput(byte[] input) {
    var device = VolumeEdits.of(input);
    try (var parallel = new Parallel(1, 1, () -> 0)) {
      var volume = LogicalVolume.open(Volume.open(device));
      long blocks = Math.min(MOST_BLOCKS, volume.logicalBlocks());
      var count = new Count();
      new LogicalSweep(volume, parallel, LogicalSweep.Order.BY_LBN).run(0, blocks, count);
      if (count.told != blocks) {
        throw new IllegalStateException(count.told + " of " + blocks + " blocks were told");
      }
    } catch (VdoException _) {
      // Refused with a reason.
    }
  }

  private static final class Count implements LogicalSink {
    private long told;

    @Override
    public void data(long lbn, MemorySegment blocks) {
      told += blocks.byteSize() / BlockSize.BLOCK;
    }

    @Override
    public void hole(long lbn, long count) {
      told += count;
    }

    @Override
    public void lost(long lbn, long count) {
      told += count;
    }

    @Override
    public void damage(Loss loss) {}

    @Override
    public void suspect(Loss loss) {}

    @Override
    public void advance(long count, long mapped) {}
  }
}
