package io.vdotools.corpus;

import io.vdotools.VdoException;
import io.vdotools.engine.LogicalSink;
import io.vdotools.engine.LogicalSweep;
import io.vdotools.engine.LogicalVolume;
import io.vdotools.engine.Loss;
import io.vdotools.engine.Parallel;
import io.vdotools.engine.Volume;
import io.vdotools.format.BlockSize;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.zip.CRC32C;

/**
 * What the logical blocks of a volume hold.
 *
 * @param blocks checksums by LBN; zeros are left out
 * @param lost the LBNs that cannot be read
 */
record Content(Map<Long, Integer> blocks, Set<Long> lost) {
  /** A volume that claims more would only be read for long. */
  private static final long MOST_BLOCKS = 1 << 18;

  private static final ConcurrentMap<String, Content> SOUND = new ConcurrentHashMap<>();

  static Content ofSound(String name) {
    return SOUND.computeIfAbsent(
        name,
        _ -> {
          try {
            return of(LogicalVolume.open(Volume.open(Specimen.VOLUMES.get(name).device())));
          } catch (VdoException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  static Content of(LogicalVolume volume) throws VdoException {
    var sink = new Sink();
    try (var parallel = new Parallel(1, 1, () -> 0)) {
      new LogicalSweep(volume, parallel, LogicalSweep.Order.BY_LBN)
          .run(0, Math.min(MOST_BLOCKS, volume.logicalBlocks()), sink);
    }
    return new Content(sink.blocks, sink.lost);
  }

  /**
   * What is left of a content.
   *
   * @param same blocks that were not zero and read as they were
   * @param lost blocks that were not zero and are told to be lost
   * @param other blocks that read as something else, or as zeros, without a word
   */
  record Comparison(int same, int lost, int other) {
    @Override
    public String toString() {
      return "same=" + same + " lost=" + lost + " other=" + other;
    }
  }

  Comparison comparedTo(Content sound) {
    int same = 0;
    int gone = 0;
    int other = 0;
    for (var block : sound.blocks.entrySet()) {
      if (lost.contains(block.getKey())) {
        gone++;
      } else if (block.getValue().equals(blocks.get(block.getKey()))) {
        same++;
      } else {
        other++;
      }
    }
    for (long lbn : blocks.keySet()) {
      if (!sound.blocks.containsKey(lbn)) {
        other++;
      }
    }
    return new Comparison(same, gone, other);
  }

  private static final class Sink implements LogicalSink {
    private final Map<Long, Integer> blocks = new HashMap<>();
    private final Set<Long> lost = new HashSet<>();

    @Override
    public void data(long lbn, MemorySegment content) {
      for (long at = 0; at < content.byteSize(); at += BlockSize.BLOCK) {
        var checksum = new CRC32C();
        checksum.update(content.asSlice(at, BlockSize.BLOCK).asByteBuffer());
        blocks.put(lbn + at / BlockSize.BLOCK, (int) checksum.getValue());
      }
    }

    @Override
    public void hole(long lbn, long count) {}

    @Override
    public void lost(long lbn, long count) {
      for (long i = 0; i < count; i++) {
        lost.add(lbn + i);
      }
    }

    @Override
    public void damage(Loss loss) {}

    @Override
    public void suspect(Loss loss) {}

    @Override
    public void advance(long count, long mapped) {}
  }
}
