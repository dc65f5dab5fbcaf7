package io.vdotools.tool.repair;

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
import io.vdotools.format.blockmap.LbnSet;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * The logical content of a volume.
 *
 * @param blocks a hash of each logical block that is not all zeros
 * @param lost the logical blocks that cannot be read
 */
record Content(Map<Long, Integer> blocks, TreeSet<Long> lost) {
  /** {@return what a volume holds, as its users see it once it is recovered} */
  static Content of(BlockDevice device) throws VdoException {
    var volume = LogicalVolume.open(Volume.open(device));
    var content = new Content(new HashMap<>(), new TreeSet<>());
    try (var parallel = new Parallel(1, 1, () -> 0)) {
      new LogicalSweep(volume, parallel, Order.BY_LBN)
          .run(0, volume.logicalBlocks(), content.new Sink());
    }
    return content;
  }

  private final class Sink implements LogicalSink {
    @Override
    public void data(long lbn, MemorySegment bytes) {
      for (long at = 0; at < bytes.byteSize(); at += BlockSize.BLOCK) {
        byte[] block = bytes.asSlice(at, BlockSize.BLOCK).toArray(ValueLayout.JAVA_BYTE);
        int hash = Arrays.hashCode(block);
        if (hash != Arrays.hashCode(new byte[BlockSize.BLOCK])) {
          blocks.put(lbn + at / BlockSize.BLOCK, hash);
        }
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

  /** {@return the logical blocks that differ, unless they could not be read before or are named} */
  TreeSet<Long> changedIn(Content after, Collection<LbnSet> named) {
    var changed = new TreeSet<Long>();
    blocks.forEach((lbn, hash) -> {
      if (!hash.equals(after.blocks.get(lbn))) {
        changed.add(lbn);
      }
    });
    after.blocks.keySet().stream()
        .filter(lbn -> !blocks.containsKey(lbn) && !lost.contains(lbn))
        .forEach(changed::add);
    changed.removeIf(lbn -> named.stream().anyMatch(set -> !set.within(lbn, lbn + 1).isEmpty()));
    return changed;
  }
}
