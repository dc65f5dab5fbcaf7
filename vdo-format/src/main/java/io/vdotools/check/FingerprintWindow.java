package io.vdotools.check;

import io.vdotools.engine.ForestObserver.LeafTask;
import io.vdotools.engine.ForestWalk;
import io.vdotools.engine.LeafTally;
import io.vdotools.engine.ReferenceFingerprints;
import io.vdotools.engine.SilentForestObserver;
import io.vdotools.engine.SlabObserver;
import io.vdotools.format.depot.ReferenceBlock;
import java.lang.foreign.MemorySegment;

/**
 * Fingerprints of ranges for which the first walk had no memory.
 *
 * <p>Needs a first walk, which has reported what is wrong with slabs and pages. Finds ranges in
 * which references and counts differ, and nothing else.
 */
final class FingerprintWindow {
  private final CheckContext context;
  private final CheckContext.Journal journal;
  private final ForestWalk walk;
  private final PageRegister register;
  private final ReferenceFingerprints fingerprints;
  private final FingerprintBudget budget;

  FingerprintWindow(
      CheckContext context,
      CheckContext.Journal journal,
      ForestWalk walk,
      PageRegister register,
      ReferenceFingerprints fingerprints,
      FingerprintBudget budget) {
    this.context = context;
    this.journal = journal;
    this.walk = walk;
    this.register = register;
    this.fingerprints = fingerprints;
    this.budget = budget;
  }

  private record Worker(LeafTally tally, ReferenceFingerprints.Table table) {}

  /** {@return the ranges that differ, from a range on, as many as a table holds} */
  int[] differences(int firstRange) {
    context.progress().phase("block map, further ranges", register.leafCount());
    var workers =
        context
            .parallel()
            .states(
                budget.tables(),
                () ->
                    new Worker(
                        new LeafTally(context.slabs(), context.forest().logicalBlocks()),
                        fingerprints.newTable(firstRange, budget.windowRanges())));
    var sum = workers.all().getFirst().table();
    long firstBlock = context.slabs().firstBlock();
    subtractCounts(sum);
    walk.run(
        SilentForestObserver.INSTANCE,
        workers,
        new LeafTask<Worker>() {
          @Override
          public void allocated(Worker worker, long pbn) {
            worker.table().addReferences(pbn - firstBlock, ReferenceBlock.MAXIMUM);
          }

          @Override
          public void leaf(
              Worker worker, long pbn, long pageNumber, MemorySegment buffer, long offset) {
            worker.tally().count(pageNumber, buffer, offset, (_, _) -> {});
            worker.table().addReferences(worker.tally().blocks(), worker.tally().size());
          }
        });
    for (long pbn : register.interior()) {
      sum.addReferences(pbn - firstBlock, ReferenceBlock.MAXIMUM);
    }
    for (var worker : workers.all().subList(1, workers.all().size())) {
      sum.add(worker.table());
    }
    return sum.differences();
  }

  private void subtractCounts(ReferenceFingerprints.Table table) {
    var slabs = context.slabs();
    try (var replay = SlabLoader.newReplay(context, SlabObserver.NONE)) {
      for (int slab = 0; slab < slabs.slabCount(); slab++) {
        replay.load(slab, context.entries().get(slab), journal.replay().appends(slab));
        if (!replay.isUntouched()) {
          table.subtractCounts(
              slabs.slabStart(slab) - slabs.firstBlock(), replay.counts(), slabs.dataBlocks());
        }
      }
    }
  }
}
