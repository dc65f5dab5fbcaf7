package io.vdotools.engine.repair;

import io.vdotools.engine.ExactCounts;
import io.vdotools.engine.ReferenceFingerprints;
import io.vdotools.engine.Usage;
import io.vdotools.format.RecoveryJournalComponent;
import io.vdotools.format.VolumeState;
import io.vdotools.problem.ProblemCode;
import io.vdotools.problem.Structure;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Makes block map, counts, summary and totals of a volume that is at rest fit each other.
 *
 * <p>Counters that do not fit in the memory allowed are used for some slabs after the other, with a
 * walk over the block map for each.
 */
public final class StructureMend {
  /** Restoring pages opens what is below them, which can be wrong again: a height each time. */
  private static final int MOST_WALKS = 8;

  private final MendContext context;
  private final Set<ProblemCode> found;
  private final DepotMend.Suspicion suspicion;
  private final ProblemCode reason;

  /**
   * Prepares.
   *
   * @param context the volume, with a journal that is ended
   * @param found the codes that a check found
   * @param suspicion the slabs to set up anew in any case
   * @param reason the first problem because of which counts are looked at
   */
  public StructureMend(
      MendContext context,
      Set<ProblemCode> found,
      DepotMend.Suspicion suspicion,
      ProblemCode reason) {
    this.context = context;
    this.found = Set.copyOf(found);
    this.suspicion = suspicion;
    this.reason = reason;
  }

  /** Mends. */
  public void run() {
    new PageMend(context, found).run();
    var slabs = context.slabs();
    long perSlab = (long) slabs.slabBlocks() * Integer.BYTES;
    // Whole ranges of counters, so that no slab is cut.
    int least = Math.max(1, ReferenceFingerprints.RANGE_BLOCKS / slabs.slabBlocks());
    int affordable = (int) Math.min(context.resources().memoryBytes() / perSlab, slabs.slabCount());
    int atOnce = Math.max(least, affordable / least * least);
    var depot = new DepotMend(context, suspicion, reason);
    var usage = new Usage(0, 0);
    for (int from = 0; from < slabs.slabCount(); from += atOnce) {
      int to = Math.min(from + atOnce, slabs.slabCount());
      usage = mendSlabs(from, to, depot);
    }
    depot.finish();
    finish(usage);
  }

  private Usage mendSlabs(int from, int to, DepotMend depot) {
    int allRanges =
        (int) Math.ceilDiv(context.slabs().totalBlocks(), ReferenceFingerprints.RANGE_BLOCKS);
    long slabBlocks = context.slabs().slabBlocks();
    int first = (int) ((from * slabBlocks) >>> ReferenceFingerprints.RANGE_SHIFT);
    int end =
        Math.min(
            allRanges, (int) Math.ceilDiv(to * slabBlocks, ReferenceFingerprints.RANGE_BLOCKS));
    int[] ranges = IntStream.range(first, end).toArray();
    boolean readsFragments =
        found.contains(ProblemCode.COMPRESSED_VERSION)
            || found.contains(ProblemCode.FRAGMENT_BOUNDS)
            || found.contains(ProblemCode.FRAGMENT_INFLATION)
            || found.contains(ProblemCode.COMPRESSED_UNREADABLE);
    var map = new BlockMapMend(context, found);
    long before = -1;
    for (int walk = 0; ; walk++) {
      boolean mends = walk < MOST_WALKS;
      try (var counts = new ExactCounts(allRanges, ranges, context.resources().counterMemory())) {
        var usage = map.count(counts, mends);
        long shared =
            mends && map.changes() == Math.max(0, before)
                ? new SharingMend(context, counts, readsFragments).mend()
                : 0;
        if (map.changes() == Math.max(0, before) && shared == 0) {
          depot.mend(from, to, counts);
          return usage;
        }
        before = map.changes();
      }
    }
  }

  private void finish(Usage usage) {
    var old = context.volume().superBlock();
    var stored = old.recoveryJournal();
    var vdo = old.vdo();
    boolean isRight =
        stored.logicalBlocksUsed() == usage.logicalBlocks()
            && stored.blockMapDataBlocks() == usage.blockMapPages();
    if (isRight && vdo.state() == VolumeState.CLEAN) {
      return;
    }
    var next =
        HeadBlocks.with(
            HeadBlocks.zoned(old),
            vdo.withState(VolumeState.CLEAN),
            new RecoveryJournalComponent(
                stored.header(),
                stored.journalStart(),
                usage.logicalBlocks(),
                usage.blockMapPages()));
    HeadBlocks.writeSuperBlock(context.blocks(), context.volume().superBlockPbn(), next);
    if (!isRight) {
      context
          .log()
          .add(
              stored.logicalBlocksUsed() == usage.logicalBlocks()
                  ? ProblemCode.BLOCK_MAP_DATA_BLOCKS
                  : ProblemCode.LOGICAL_BLOCKS_USED,
              Structure.SUPER_BLOCK,
              context.volume().superBlockPbn(),
              "totals set to "
                  + usage.logicalBlocks()
                  + " logical blocks and "
                  + usage.blockMapPages()
                  + " pages",
              "the block map was counted",
              Confidence.CERTAIN);
    }
  }
}
