package io.vdotools.engine;

import io.vdotools.VdoException;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.model.CountRun;
import io.vdotools.model.SlabState;
import io.vdotools.model.UnreadableCause;
import io.vdotools.model.UnreadableCounts;
import io.vdotools.model.VolumeVisitor;
import java.util.BitSet;

/** Tells slabs, and counts: all of them, or those that differ from what the block map implies. */
final class SlabWalk {
  private static final int RANGE_BLOCKS = ReferenceFingerprints.RANGE_BLOCKS;

  private final SlabGeometry slabs;
  private final SlabSource source;
  private final RangeSet differences;
  private final ImpliedCounts implied;
  private final boolean isComplete;
  private final VolumeVisitor visitor;

  // The run of equal counts that is not told yet.
  private long runPbn;
  private long runBlocks;
  private int runValue;

  /**
   * Prepares.
   *
   * @param volume the volume
   * @param source its slabs, which were loaded once
   * @param differences the ranges in which counts differ
   * @param isComplete whether to tell all counts
   * @param parallel the threads
   * @param visitor is told
   */
  SlabWalk(
      LogicalVolume volume,
      SlabSource source,
      RangeSet differences,
      boolean isComplete,
      Parallel parallel,
      VolumeVisitor visitor) {
    this.slabs = volume.slabs();
    this.source = source;
    this.differences = differences;
    this.implied = new ImpliedCounts(volume, differences, parallel);
    this.isComplete = isComplete;
    this.visitor = visitor;
  }

  void run() throws VdoException {
    visitor.beginSlabs(isComplete);
    var watch = source.new Watch();
    try (var replay = source.newReplay(watch)) {
      for (int slab = 0; slab < slabs.slabCount(); slab++) {
        boolean isUsed = source.isUsed(slab);
        boolean needsCounts = source.isFaulty(slab) || (isComplete ? isUsed : hasDifferences(slab));
        if (isUsed || needsCounts) {
          visitor.slab(new SlabState(slab, isUsed));
        }
        if (needsCounts) {
          watch.clear();
          source.load(replay, slab);
          var fault = source.fault(slab, watch);
          if (fault != null) {
            visitor.unreadableCounts(
                new UnreadableCounts(slabs.slabStart(slab), slabs.dataBlocks(), fault));
          } else {
            tellCounts(slab, replay.counts(), watch.unreadableBlocks());
          }
        }
      }
    }
    visitor.endSlabs();
  }

  private long firstBlock(int slab) {
    return slabs.slabStart(slab) - slabs.firstBlock();
  }

  private boolean hasDifferences(int slab) {
    int next = differences.next((int) (firstBlock(slab) / RANGE_BLOCKS));
    return next >= 0 && (long) next * RANGE_BLOCKS < firstBlock(slab) + slabs.dataBlocks();
  }

  private void tellCounts(int slab, byte[] counts, BitSet unreadable) throws VdoException {
    int perBlock = ReferenceBlock.COUNTS_PER_BLOCK;
    int data = slabs.dataBlocks();
    int from = 0;
    while (from < data) {
      int block = from / perBlock;
      if (unreadable.get(block)) {
        int end = (int) Math.min(data, (long) unreadable.nextClearBit(block) * perBlock);
        visitor.unreadableCounts(
            new UnreadableCounts(
                slabs.slabStart(slab) + from, end - from, UnreadableCause.READ_ERROR));
        from = end;
      } else {
        int next = unreadable.nextSetBit(block);
        int end = next < 0 ? data : (int) Math.min(data, (long) next * perBlock);
        tellCounts(slab, counts, from, end);
        from = end;
      }
    }
  }

  private void tellCounts(int slab, byte[] counts, int from, int end) throws VdoException {
    long first = firstBlock(slab);
    int offset = from;
    while (offset < end) {
      long block = first + offset;
      if (!isComplete) {
        int range = differences.next((int) (block / RANGE_BLOCKS));
        long wanted = range < 0 ? Long.MAX_VALUE : (long) range * RANGE_BLOCKS;
        if (wanted > block) {
          offset = (int) Math.min(end, wanted - first);
          continue;
        }
      }
      int value = counts[offset] & 0xff;
      if (isComplete ? value != 0 : value != implied.of(block)) {
        add(slabs.slabStart(slab) + offset, value);
      }
      offset++;
    }
    tellRun();
  }

  private void add(long pbn, int value) throws VdoException {
    if (runBlocks > 0 && runPbn + runBlocks == pbn && runValue == value) {
      runBlocks++;
      return;
    }
    tellRun();
    runPbn = pbn;
    runBlocks = 1;
    runValue = value;
  }

  private void tellRun() throws VdoException {
    if (runBlocks > 0) {
      visitor.counts(new CountRun(runPbn, runBlocks, runValue));
      runBlocks = 0;
    }
  }
}
