package io.vdotools.bench;

import io.vdotools.device.BlockDevice;
import io.vdotools.engine.Volume;
import io.vdotools.format.BlockSize;
import io.vdotools.format.GeometryBlock;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.depot.SlabSummary;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * The blocks of a clean and consistent volume without which nobody can tell that it is: the first
 * block, the super block, the block map, the counts of slabs in use, and the slab summary.
 *
 * <p>In the order of the device, neighbours joined to runs.
 */
final class MetadataBlocks {
  private final long[] first;
  private final int[] length;
  private final int size;

  private MetadataBlocks(long[] sorted, int longestRun) {
    this.first = new long[sorted.length];
    this.length = new int[sorted.length];
    int runs = 0;
    for (long pbn : sorted) {
      boolean continues =
          runs > 0 && first[runs - 1] + length[runs - 1] == pbn && length[runs - 1] < longestRun;
      if (!continues) {
        first[runs++] = pbn;
      }
      length[runs - 1]++;
    }
    this.size = runs;
  }

  /**
   * Lists the blocks of a volume.
   *
   * @param volume a volume without faults, not that of a stranger
   * @param longestRun blocks to join at most
   */
  static MetadataBlocks of(Volume volume, int longestRun) {
    var slabs = volume.slabs().orElseThrow();
    long summaryStart = volume.summaryStart().orElseThrow();
    long origin = volume.superBlock().blockMap().rootOrigin();
    long[] level =
        LongStream.range(origin, origin + volume.forest().orElseThrow().rootCount()).toArray();
    LongStream all = LongStream.of(GeometryBlock.LOCATION, volume.superBlockPbn());
    for (int height = Forest.ROOT_HEIGHT; height > 0; height--) {
      all = LongStream.concat(all, Arrays.stream(level));
      level = Arrays.stream(level).flatMap(pbn -> children(volume, pbn)).toArray();
    }
    var summary =
        new SlabSummary(Arena.ofAuto().allocate((long) SlabSummary.BLOCKS * BlockSize.BLOCK));
    if (!volume.device().read(summaryStart, summary.bytes()).isEmpty()) {
      throw new IllegalStateException("the slab summary cannot be read");
    }
    for (int slab = 0; slab < slabs.slabCount(); slab++) {
      if (summary.entry(0, slab).loadRefCounts()) {
        long start = slabs.referenceStart(slab);
        all = LongStream.concat(all, LongStream.range(start, start + slabs.usedReferenceBlocks()));
      }
    }
    long[] pbns =
        LongStream.concat(
                LongStream.concat(all, Arrays.stream(level)),
                LongStream.range(summaryStart, summaryStart + SlabSummary.BLOCKS))
            .sorted()
            .toArray();
    return new MetadataBlocks(pbns, longestRun);
  }

  private static LongStream children(Volume volume, long pbn) {
    var page = new BlockMapPage(Arena.ofAuto().allocate(BlockDevice.BLOCK_SIZE));
    if (!volume.device().read(pbn, page.bytes()).isEmpty()) {
      throw new IllegalStateException("page " + pbn + " cannot be read");
    }
    return LongStream.range(0, BlockMapPage.ENTRIES)
        .map(slot -> page.entry((int) slot))
        .filter(packed -> packed != 0)
        .map(BlockMapEntry::pbn);
  }

  /** {@return the number of runs} */
  int size() {
    return size;
  }

  /** {@return the first PBN of a run} */
  long first(int run) {
    return first[run];
  }

  /** {@return the blocks of a run} */
  int length(int run) {
    return length[run];
  }

  /** {@return the blocks of all runs} */
  long blocks() {
    return Arrays.stream(length).asLongStream().sum();
  }
}
