package io.vdotools.engine;

import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.blockmap.TreePlace;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.format.depot.SlabGeometry;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A first look at the whole block map and all counts, before anything is told of them: whether they
 * are sound, and which counts differ from what the block map implies.
 *
 * <p>Pages are read in the order in which they lie; references and counts are compared by
 * fingerprints, for as many blocks at a time as a table holds.
 */
final class VolumeSurvey {
  // Eight bytes for 4096 blocks: enough for volumes of 32 TiB at once, others take several walks.
  private static final int MOST_RANGES = 1 << 21;
  private static final int MOST_TABLE_BYTES = 16 << 20;
  // Up to 2 TiB stored counts have a table of their own: they are read while the walk goes on.
  private static final int MOST_RANGES_BESIDE = 1 << 17;
  private static final int WINDOW_PAGES = 1 << 18;

  private final LogicalVolume volume;
  private final SlabGeometry slabs;
  private final SlabSource source;
  private final Parallel parallel;
  private final ForestWalk.WalkProgress progress;
  private final ReferenceFingerprints fingerprints;
  private final SurveyFaults faults = new SurveyFaults();
  private final AtomicLong faultCount = new AtomicLong();
  private final AtomicLong unwritten = new AtomicLong();
  private @Nullable String firstFault;
  private RangeSet differences = new RangeSet();

  VolumeSurvey(
      LogicalVolume volume,
      SlabSource source,
      Parallel parallel,
      ForestWalk.WalkProgress progress) {
    this.volume = volume;
    this.slabs = volume.slabs();
    this.source = source;
    this.parallel = parallel;
    this.progress = progress;
    this.fingerprints = ReferenceFingerprints.of(slabs);
  }

  /**
   * Looks.
   *
   * @param withCounts whether counts are looked at, too, which nobody needs who is told of none
   */
  void run(boolean withCounts) {
    int window = Math.min(MOST_RANGES, fingerprints.ranges());
    int tables = Math.max(1, MOST_TABLE_BYTES / (window * Long.BYTES));
    for (int from = 0; from < fingerprints.ranges(); from += window) {
      int firstRange = from;
      var workers =
          parallel.states(tables, () -> new Worker(fingerprints.newTable(firstRange, window)));
      var observer = new Faults(workers, from == 0);
      var slabFaults = new ArrayList<String>();
      boolean isBeside = withCounts && window <= MOST_RANGES_BESIDE;
      var stored = fingerprints.newTable(firstRange, isBeside ? window : 0);
      Runnable walk =
          () ->
              walk(volume, WINDOW_PAGES, parallel, progress)
                  .run(observer, workers, new Leaves(firstRange == 0, withCounts));
      if (isBeside) {
        parallel.both(walk, () -> count(stored, slabFaults));
      } else {
        walk.run();
      }
      var sum = workers.all().getFirst();
      for (var worker : workers.all().subList(1, workers.all().size())) {
        sum.table.add(worker.table);
      }
      if (from == 0) {
        judgeTotals(workers.all().stream().mapToLong(Worker::mapped).sum());
      }
      if (!withCounts) {
        return;
      }
      if (isBeside) {
        sum.table.add(stored);
      } else {
        count(sum.table, slabFaults);
      }
      if (from == 0) {
        slabFaults.forEach(this::fault);
      }
      for (int range : sum.table.differences()) {
        differences.add(range);
      }
    }
  }

  /** Takes the counts of all slabs away from a table, and notes what is wrong with them. */
  private void count(ReferenceFingerprints.Table table, List<String> slabFaults) {
    source.forEach(
        (slab, counts) ->
            table.subtractCounts(
                slabs.slabStart(slab) - slabs.firstBlock(), counts, slabs.dataBlocks()),
        slabFaults::add);
  }

  /** {@return a walk over the block map of a volume} */
  static ForestWalk walk(
      LogicalVolume volume, int windowPages, Parallel parallel, ForestWalk.WalkProgress progress) {
    return new ForestWalk(
        volume.device(),
        volume.forest(),
        volume.slabs(),
        volume.rootOrigin(),
        volume.nonce(),
        windowPages,
        parallel,
        progress);
  }

  /** Pages that were never written are in order, unless mappings are missing. */
  private void judgeTotals(long mapped) {
    var used = volume.usedBlocks();
    if (unwritten.get() > 0 && used.isPresent() && used.getAsLong() > mapped) {
      faults.mappingsAreMissing();
      fault(
          "%d logical blocks in use have lost their mapping: %d blocks that should be pages of the"
                  .formatted(used.getAsLong() - mapped, unwritten.get())
              + " block map are none");
    }
  }

  private synchronized void fault(String what) {
    faultCount.incrementAndGet();
    if (firstFault == null) {
      firstFault = what;
    }
  }

  /**
   * {@return what is wrong, in words, with the number of all faults; nothing if the volume is
   * sound}
   */
  Optional<String> verdict() {
    long more = faultCount.get() - 1;
    return firstFault == null
        ? Optional.empty()
        : Optional.of(more == 0 ? firstFault : firstFault + " (and " + more + " more faults)");
  }

  /** {@return what cannot be seen from one page alone} */
  SurveyFaults faults() {
    return faults;
  }

  /** {@return the ranges of 4096 blocks in which counts differ from what the block map implies} */
  RangeSet differences() {
    return differences;
  }

  /** What one thread computes with. */
  private final class Worker {
    final LeafTally tally = new LeafTally(slabs, volume.logicalBlocks());
    final ReferenceFingerprints.Table table;

    Worker(ReferenceFingerprints.Table table) {
      this.table = table;
    }

    long mapped() {
      return tally.plain() + tally.compressed() + tally.zero();
    }
  }

  private final class Leaves implements ForestObserver.LeafTask<Worker> {
    private final boolean isFirst;
    private final boolean withCounts;

    Leaves(boolean isFirst, boolean withCounts) {
      this.isFirst = isFirst;
      this.withCounts = withCounts;
    }

    @Override
    public void allocated(Worker worker, long pbn) {
      worker.table.addReferences(pbn - slabs.firstBlock(), ReferenceBlock.MAXIMUM);
    }

    @Override
    public void leaf(Worker worker, long pbn, long pageNumber, MemorySegment buffer, long offset) {
      long firstLbn = pageNumber * BlockMapPage.ENTRIES;
      worker.tally.count(
          pageNumber,
          buffer,
          offset,
          (slot, packed) ->
              faultyEntry(pbn, firstLbn + slot, packed, firstLbn + slot >= volume.logicalBlocks()));
      if (withCounts) {
        worker.table.addReferences(worker.tally.blocks(), worker.tally.size());
      }
    }

    private void faultyEntry(long pbn, long lbn, long packed, boolean isBeyond) {
      if (!isFirst) {
        return;
      }
      var entry = BlockMapEntry.unpack(packed);
      fault(
          "block map page at PBN %d: LBN %d %s (%s)"
              .formatted(
                  pbn,
                  lbn,
                  isBeyond ? "lies behind the logical size" : "has an impossible mapping",
                  entry));
    }
  }

  private final class Faults implements ForestObserver {
    private final Parallel.States<Worker> workers;
    private final boolean isFirst;

    Faults(Parallel.States<Worker> workers, boolean isFirst) {
      this.workers = workers;
      this.isFirst = isFirst;
    }

    @Override
    public void unusable(long pbn, TreePlace place, PageFault reason, BlockMapPage page) {
      if (place.height() > 0 && place.height() < Forest.ROOT_HEIGHT) {
        addPage(pbn);
      }
      if (!isFirst) {
        return;
      }
      var cause = faults.causeOf(volume, pbn, place.height(), reason == PageFault.UNREADABLE, page);
      if (cause != null) {
        fault("block map page at PBN %d: %s".formatted(pbn, cause.title()));
      } else if (place.height() < Forest.ROOT_HEIGHT) {
        unwritten.incrementAndGet();
      }
    }

    @Override
    public void interior(long pbn, TreePlace place, BlockMapPage page) {
      if (place.height() < Forest.ROOT_HEIGHT) {
        addPage(pbn);
      }
    }

    private void addPage(long pbn) {
      var worker = workers.borrow();
      try {
        worker.table.addReferences(pbn - slabs.firstBlock(), ReferenceBlock.MAXIMUM);
      } finally {
        workers.giveBack(worker);
      }
    }

    @Override
    public void refused(long pbn, TreePlace place, long packed, ChildFault reason) {
      if (isFirst) {
        fault(
            "block map page at PBN %d: entry %d names no possible page (%s)"
                .formatted(pbn, place.slot(), BlockMapEntry.unpack(packed)));
      }
    }

    @Override
    public void duplicate(long pbn, TreePlace kept, TreePlace other) {
      if (isFirst) {
        faults.namedTwice(
            pbn, kept.height(), kept.pageIndex() * volume.forest().rootCount() + kept.tree());
        fault("the block at PBN %d is a page of the block map twice".formatted(pbn));
      }
    }
  }
}
