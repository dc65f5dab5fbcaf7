package io.vdotools.engine;

import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.blockmap.TreePlace;
import io.vdotools.format.depot.ReferenceBlock;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The counts that the block map implies, for a few ranges of blocks at a time: each time that
 * others are asked for, the block map is walked.
 */
final class ImpliedCounts {
  private static final int MOST_RANGES = 512;
  private static final int WINDOW_PAGES = 1 << 18;
  private static final int RANGE_BLOCKS = ReferenceFingerprints.RANGE_BLOCKS;
  // Far above all that mappings can add up to: a block has 254 of them, or a fault.
  private static final int PAGE = 1 << 30;

  private final LogicalVolume volume;
  private final RangeSet wanted;
  private final Parallel parallel;
  private int[] ranges = {};
  private AtomicIntegerArray counts = new AtomicIntegerArray(0);

  /**
   * Prepares.
   *
   * @param volume the volume
   * @param wanted the ranges that will be asked for, ascending
   * @param parallel the threads
   */
  ImpliedCounts(LogicalVolume volume, RangeSet wanted, Parallel parallel) {
    this.volume = volume;
    this.wanted = wanted;
    this.parallel = parallel;
  }

  /**
   * {@return the count that a block should have}
   *
   * @param block the block, counted from the first block of the first slab, in a wanted range; of
   *     the ranges asked for before, none behind the block's
   */
  int of(long block) {
    int range = (int) (block / RANGE_BLOCKS);
    int at = Arrays.binarySearch(ranges, range);
    if (at < 0) {
      count(range);
      at = 0;
    }
    int count = counts.get(at * RANGE_BLOCKS + (int) (block % RANGE_BLOCKS));
    return count >= PAGE ? ReferenceBlock.MAXIMUM : count;
  }

  private void count(int firstRange) {
    int[] next = new int[MOST_RANGES];
    int size = 0;
    for (int range = firstRange; range >= 0 && size < MOST_RANGES; range = wanted.next(range + 1)) {
      next[size++] = range;
    }
    ranges = Arrays.copyOf(next, size);
    counts = new AtomicIntegerArray(size * RANGE_BLOCKS);
    VolumeSurvey.walk(volume, WINDOW_PAGES, parallel, _ -> {})
        .run(new Pages(), parallel.states(() -> this), new Leaves());
  }

  private void add(long pbn, int amount) {
    long block = pbn - volume.slabs().firstBlock();
    int at = block < 0 ? -1 : Arrays.binarySearch(ranges, (int) (block / RANGE_BLOCKS));
    if (at >= 0) {
      int index = at * RANGE_BLOCKS + (int) (block % RANGE_BLOCKS);
      // A hostile block map may name a block more often than a number can hold.
      counts.accumulateAndGet(
          index,
          amount,
          (old, more) -> amount == PAGE || old >= PAGE ? PAGE : Math.min(old + more, PAGE - 1));
    }
  }

  private final class Leaves implements ForestObserver.LeafTask<ImpliedCounts> {
    @Override
    public void allocated(ImpliedCounts state, long pbn) {
      add(pbn, PAGE);
    }

    @Override
    public void leaf(
        ImpliedCounts state, long pbn, long pageNumber, MemorySegment buffer, long offset) {
      long firstLbn = pageNumber * BlockMapPage.ENTRIES;
      long slots = Math.clamp(volume.logicalBlocks() - firstLbn, 0, BlockMapPage.ENTRIES);
      for (int slot = 0; slot < slots; slot++) {
        long packed = BlockMapPage.entry(buffer, offset, slot);
        if (packed != 0 && MappingRuns.fault(volume.slabs(), packed) == null) {
          add(BlockMapEntry.pbn(packed), 1);
        }
      }
    }
  }

  private final class Pages implements ForestObserver {
    @Override
    public void unusable(long pbn, TreePlace place, PageFault fault, BlockMapPage page) {
      interior(pbn, place, page);
    }

    @Override
    public void interior(long pbn, TreePlace place, BlockMapPage page) {
      if (place.height() > 0 && place.height() < Forest.ROOT_HEIGHT) {
        add(pbn, PAGE);
      }
    }

    @Override
    public void refused(long pbn, TreePlace place, long packed, ChildFault fault) {}

    @Override
    public void duplicate(long pbn, TreePlace kept, TreePlace other) {}
  }
}
