package io.vdotools.check;

import io.vdotools.engine.ForestObserver.LeafTask;
import io.vdotools.engine.ForestWalk;
import io.vdotools.engine.LeafTally;
import io.vdotools.engine.MetadataAreas;
import io.vdotools.engine.Parallel;
import io.vdotools.engine.ReferenceFingerprints;
import io.vdotools.engine.SlabReplay;
import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.TreePlace;
import io.vdotools.format.depot.ReferenceBlock;
import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;

/**
 * The block map and the reference counts, against each other.
 *
 * <p>Needs the journal pass. Computes the counts of all slabs as a load would (which checks the
 * slabs), walks the block map (which checks its pages and entries), and compares, by fingerprints
 * of ranges first; only ranges that differ are counted exactly. Checks by itself V-200 and V-201,
 * and with {@link ExactPass} V-087 to V-089, V-100 to V-102, V-202 and V-206.
 */
final class ReferencePass {
  // A loader takes 25 MiB where slabs are largest; machines with very many cores make do with ten.
  private static final long MOST_LOADER_BYTES = 256L << 20;

  private final CheckContext context;
  private final CheckContext.Journal journal;
  private final MetadataAreas areas;
  private final PageRegister register = new PageRegister();
  private final JournalPages journalPages;
  private final TreeChecks tree;
  private final ForestWalk walk;
  private final ReferenceFingerprints fingerprints;
  private final boolean comparesFingerprints;
  private final FingerprintBudget budget;

  private ReferencePass(CheckContext context, CheckContext.Journal journal) {
    this.context = context;
    this.journal = journal;
    this.areas = new MetadataAreas(context.volume(), context.slabs());
    this.journalPages = new JournalPages(context, journal);
    this.tree = new TreeChecks(context, journal, areas, register, journalPages);
    this.fingerprints = ReferenceFingerprints.of(context.slabs());
    // Who counts every reference anyway has no use for them.
    this.comparesFingerprints =
        context.judgement().hasCounts() && !context.options().countsExactly();
    this.budget =
        FingerprintBudget.of(
            context.options().memoryBytes(), fingerprints.ranges(), context.options().cores());
    this.walk =
        new ForestWalk(
            journal.device(),
            context.forest(),
            context.slabs(),
            context.rootOrigin(),
            context.nonce(),
            context.options().windowPages(),
            context.parallel(),
            context.progress()::advance);
  }

  static Tally run(CheckContext context, CheckContext.Journal journal) {
    return new ReferencePass(context, journal).run();
  }

  /** What one thread counts with. */
  private final class Worker {
    final LeafTally tally = new LeafTally(context.slabs(), context.forest().logicalBlocks());
    final ReferenceFingerprints.Table table =
        fingerprints.newTable(0, comparesFingerprints ? budget.windowRanges() : 0);
    long usedBlocks;
    long freeBlocks;
    int usedSlabs;
    long leaves;
  }

  private final class Leaves implements LeafTask<Worker> {
    @Override
    public void allocated(Worker worker, long pbn) {
      worker.table.addReferences(pbn - context.slabs().firstBlock(), ReferenceBlock.MAXIMUM);
      worker.leaves++;
      journalPages.seen(pbn, 0);
    }

    @Override
    public void leaf(Worker worker, long pbn, long pageNumber, MemorySegment buffer, long offset) {
      LeafFaults[] faults = {null};
      worker.tally.count(
          pageNumber,
          buffer,
          offset,
          (slot, packed) -> {
            if (faults[0] == null) {
              faults[0] = new LeafFaults(context, areas, pbn, pageNumber);
            }
            faults[0].add(slot, packed);
          });
      worker.table.addReferences(worker.tally.blocks(), worker.tally.size());
      if (faults[0] != null) {
        faults[0].report();
      }
      var page = new BlockMapPage(buffer.asSlice(offset, BlockSize.BLOCK));
      if (page.entryOffset() != 0 || page.hasStrayBytes()) {
        TreeChecks.checkHeader(context, pbn, place(pageNumber), page);
      }
      if (journal.filled().test(pbn)) {
        tree.checkFilled(pbn, place(pageNumber));
      }
    }

    private TreePlace place(long pageNumber) {
      int trees = context.forest().rootCount();
      return new TreePlace((int) (pageNumber % trees), 0, pageNumber / trees, 0);
    }
  }

  private Tally run() {
    var workers = context.parallel().states(budget.tables(), Worker::new);
    if (context.judgement().hasCounts()) {
      countSlabs(workers);
    }
    long expected = context.volume().superBlock().recoveryJournal().blockMapDataBlocks();
    context.progress().phase("block map", Math.max(1, expected));
    walk.run(tree, workers, new Leaves());
    var sum = workers.all().getFirst();
    long firstBlock = context.slabs().firstBlock();
    for (long pbn : register.interior()) {
      sum.table.addReferences(pbn - firstBlock, ReferenceBlock.MAXIMUM);
    }
    for (var worker : workers.all().subList(1, workers.all().size())) {
      sum.table.add(worker.table);
    }
    workers.all().forEach(worker -> register.addLeaves(worker.leaves));
    var tally = tally(workers);
    var exact = new ExactPass(context, journal, walk, register, tree, fingerprints.ranges());
    exact.run(
        comparesFingerprints
            ? differences(sum.table)
            : IntStream.range(0, fingerprints.ranges()).toArray());
    journalPages.report();
    checkTotals(tally, workers);
    return tally;
  }

  /** Ranges that had no place in the tables of the first walk get walks of their own. */
  private int[] differences(ReferenceFingerprints.Table firstWindow) {
    var differences = IntStream.of(firstWindow.differences());
    for (int first = budget.windowRanges();
        first < fingerprints.ranges();
        first += budget.windowRanges()) {
      var window = new FingerprintWindow(context, journal, walk, register, fingerprints, budget);
      differences = IntStream.concat(differences, IntStream.of(window.differences(first)));
    }
    return differences.toArray();
  }

  private void countSlabs(Parallel.States<Worker> workers) {
    int slabs = context.slabs().slabCount();
    context.progress().phase("reference counts", slabs);
    long atOnce = MOST_LOADER_BYTES / SlabReplay.memoryBytes(context.slabs());
    var replays =
        context
            .parallel()
            .states((int) Math.max(1, atOnce), () -> new SlabLoader(context, journal));
    try {
      context
          .parallel()
          .forEach(
              slabs,
              (chunk, _) -> {
                int slab = (int) chunk;
                var loader = replays.borrow();
                try {
                  countSlab(loader, slab, workers);
                } finally {
                  replays.giveBack(loader);
                }
                context.progress().advance(1);
              });
    } finally {
      replays.all().forEach(SlabLoader::close);
    }
  }

  private void countSlab(SlabLoader loader, int slab, Parallel.States<Worker> workers) {
    SlabReplay counts = loader.load(slab);
    int dataBlocks = context.slabs().dataBlocks();
    int free = counts.isUntouched() ? dataBlocks : counts.freeBlocks();
    loader.checks().checkCounts(slab, counts, free);
    var worker = workers.borrow();
    try {
      worker.freeBlocks += free;
      if (!counts.isUntouched()) {
        worker.usedSlabs++;
        worker.usedBlocks += dataBlocks - free;
        long start = context.slabs().slabStart(slab) - context.slabs().firstBlock();
        worker.table.subtractCounts(start, counts.counts(), dataBlocks);
      }
    } finally {
      workers.giveBack(worker);
    }
  }

  private Tally tally(Parallel.States<Worker> workers) {
    long plain = 0;
    long compressed = 0;
    long zero = 0;
    long leaves = 0;
    long used = 0;
    long free = 0;
    int usedSlabs = 0;
    for (var worker : workers.all()) {
      plain += worker.tally.plain();
      compressed += worker.tally.compressed();
      zero += worker.tally.zero();
      leaves += worker.leaves;
      used += worker.usedBlocks;
      free += worker.freeBlocks;
      usedSlabs += worker.usedSlabs;
    }
    return new Tally(
        plain,
        compressed,
        zero,
        leaves,
        register.interiorCount(),
        used,
        free,
        usedSlabs,
        journal.totalEntries(),
        journal.replay().patches().size(),
        journal.replay().appendedEntries(),
        journal.replay().missingDecrements(),
        journal.ignoredBlocks());
  }

  private void checkTotals(Tally tally, Parallel.States<Worker> workers) {
    if (context.judgement().hasCounts()) {
      long invalid = workers.all().stream().mapToLong(w -> w.tally.invalid()).sum();
      TotalsPass.run(
          context, journal, tally.mappings() + invalid, tally.leafPages() + tally.interiorPages());
    }
  }
}
