package io.vdotools.check;

import io.vdotools.engine.ExactCounts;
import io.vdotools.engine.ForestObserver.LeafTask;
import io.vdotools.engine.ForestWalk;
import io.vdotools.engine.LeafTally;
import io.vdotools.engine.Parallel;
import io.vdotools.engine.ReferenceFingerprints;
import io.vdotools.engine.SilentForestObserver;
import io.vdotools.engine.SlabObserver;
import io.vdotools.engine.SlabReplay;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.problem.ProblemCode;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Counts the references of some ranges exactly and names what is wrong with them.
 *
 * <p>Needs a walk that has registered the pages, and knows the ranges in which references and
 * counts differ; or all ranges. Counters that do not fit in the memory allowed are used for one
 * part of the ranges after the other, with a walk for each. Checks V-087 to V-089, V-100 to V-102
 * and V-206.
 */
final class ExactPass {
  private final CheckContext context;
  private final CheckContext.Journal journal;
  private final ForestWalk walk;
  private final PageRegister register;
  private final TreeChecks tree;
  private final int allRanges;
  private final SlabGeometry slabs;

  ExactPass(
      CheckContext context,
      CheckContext.Journal journal,
      ForestWalk walk,
      PageRegister register,
      TreeChecks tree,
      int allRanges) {
    this.context = context;
    this.journal = journal;
    this.walk = walk;
    this.register = register;
    this.tree = tree;
    this.allRanges = allRanges;
    this.slabs = context.slabs();
  }

  /**
   * Counts and reports.
   *
   * @param ranges the ranges to count, ascending
   */
  void run(int[] ranges) {
    var faults = new CountFaults(context, journal);
    var suspects = new Suspects(slabs.firstBlock());
    int atOnce =
        Math.clamp(
            context.options().memoryBytes() / ExactCounts.BYTES_PER_RANGE, 1, Integer.MAX_VALUE);
    for (int from = 0; from < ranges.length; from += atOnce) {
      int to = Math.min(ranges.length, from + atOnce);
      try (var counts =
          new ExactCounts(
              allRanges, Arrays.copyOfRange(ranges, from, to), context.counterMemory())) {
        count(counts);
        compare(counts, faults, suspects);
        if (context.options().level() == CheckOptions.Level.THOROUGH) {
          CompressedPass.run(context, counts, suspects);
        }
      }
    }
    boolean mappingsAreMissing = faults.hasSurplus();
    faults.moveTo(suspects, mappingsAreMissing ? tree.causeOfMissingMappings() : "");
    tree.reportUnusable(mappingsAreMissing);
    if (suspects.needNames()) {
      context.progress().phase("names of logical blocks", register.leafCount());
      nameLeaves(suspects);
    }
    suspects.report(context.findings());
  }

  private void count(ExactCounts counts) {
    context.progress().phase("exact counts", register.leafCount());
    for (long pbn : register.interior()) {
      counts.page(pbn - slabs.firstBlock());
    }
    var task =
        new LeafTask<LeafTally>() {
          @Override
          public void allocated(LeafTally tally, long pbn) {
            counts.page(pbn - slabs.firstBlock());
          }

          @Override
          public void leaf(
              LeafTally tally, long pbn, long pageNumber, MemorySegment buffer, long offset) {
            tally.count(pageNumber, buffer, offset, counts, (_, _) -> {});
          }
        };
    walk.run(SilentForestObserver.INSTANCE, tallies(), task);
  }

  private void nameLeaves(Suspects suspects) {
    var task =
        new LeafTask<LeafTally>() {
          @Override
          public void allocated(LeafTally tally, long pbn) {}

          @Override
          public void leaf(
              LeafTally tally, long pbn, long pageNumber, MemorySegment buffer, long offset) {
            tally.count(pageNumber, buffer, offset, (_, _) -> {});
            suspects.name(tally);
          }
        };
    walk.run(SilentForestObserver.INSTANCE, tallies(), task);
  }

  private Parallel.States<LeafTally> tallies() {
    return context.parallel().states(() -> new LeafTally(slabs, context.forest().logicalBlocks()));
  }

  private void compare(ExactCounts counts, CountFaults faults, Suspects suspects) {
    boolean hasCounts = context.judgement().hasCounts();
    try (var replay = SlabLoader.newReplay(context, SlabObserver.NONE)) {
      int loaded = -1;
      for (int range : counts.ranges()) {
        long first = (long) range << ReferenceFingerprints.RANGE_SHIFT;
        long end = Math.min(first + ReferenceFingerprints.RANGE_BLOCKS, slabs.totalBlocks());
        for (long block = first; block < end; block++) {
          int slab = (int) (block >>> slabs.slabShift());
          int offset = (int) block & (slabs.slabBlocks() - 1);
          if (offset >= slabs.dataBlocks()) {
            continue;
          }
          if (slab != loaded && hasCounts) {
            load(replay, slab);
            loaded = slab;
          }
          if (counts.isOrdinary(block)
              && (!hasCounts || counts.expected(block) == (replay.counts()[offset] & 0xff))) {
            continue;
          }
          judge(replay, slab, offset, block, counts.count(block), faults, suspects);
        }
      }
    }
  }

  private void load(SlabReplay replay, int slab) {
    replay.load(slab, context.entries().get(slab), journal.replay().appends(slab));
  }

  private void judge(
      SlabReplay replay,
      int slab,
      int offset,
      long block,
      ExactCounts.Count count,
      CountFaults faults,
      Suspects suspects) {
    long pbn = slabs.firstBlock() + block;
    if (count.isPage() && count.references() > 0) {
      CountFaults.addData(
          suspects,
          ProblemCode.MAPPING_TO_PAGE,
          pbn,
          "PBN "
              + pbn
              + " is a block map page and has "
              + count.references()
              + " references of logical blocks");
    }
    if (count.asWhole() && count.fragments() != 0) {
      CountFaults.addData(
          suspects,
          ProblemCode.MIXED_KINDS,
          pbn,
          "PBN " + pbn + " is mapped as a whole block and as fragments");
    }
    if (count.references() > ReferenceBlock.MAXIMUM) {
      CountFaults.addData(
          suspects,
          ProblemCode.TOO_MANY_REFERENCES,
          pbn,
          "PBN "
              + pbn
              + " has "
              + (count.references() == ExactCounts.MOST_REFERENCES ? "at least " : "")
              + count.references()
              + " references, expected at most "
              + ReferenceBlock.MAXIMUM);
    }
    if (context.judgement().hasCounts()) {
      faults.compare(pbn, slab, replay.isUntouched(), replay.counts()[offset] & 0xff, count);
    }
  }
}
