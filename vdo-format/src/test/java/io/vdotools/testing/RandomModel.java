package io.vdotools.testing;

import io.vdotools.bytes.Bytes;
import io.vdotools.engine.format.FormatOptions;
import io.vdotools.engine.format.LayoutException;
import io.vdotools.engine.format.VolumeLayout;
import io.vdotools.format.GeometryFormat;
import io.vdotools.format.IndexConfig;
import io.vdotools.format.VolumeState;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.model.CountRun;
import io.vdotools.model.DumpScope;
import io.vdotools.model.GeometryFields;
import io.vdotools.model.MappingRun;
import io.vdotools.model.PagePlace;
import io.vdotools.model.SlabState;
import io.vdotools.model.SuperBlockFields;
import io.vdotools.model.SuperBlockFields.JournalState;
import io.vdotools.model.UnreadableCause;
import io.vdotools.model.UnreadableCounts;
import io.vdotools.model.UnreadableMapping;
import io.vdotools.model.UnreadablePage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * What a volume could hold, made up: pages, runs of every kind, shared and compressed blocks,
 * counts that differ. The same seed makes the same. It is a volume that drivers load, unless counts
 * differ.
 */
public final class RandomModel {
  private static final int FANOUT = BlockMapPage.ENTRIES;
  private static final int TREES = Forest.DEFAULT_ROOT_COUNT;
  private static final int MOST_LEAVES = 24;

  private final Random random;
  private final boolean countsDiffer;
  private final boolean isDamaged;
  private final List<Object> calls = new ArrayList<>();
  private final Map<Long, Integer> implied = new HashMap<>();
  private final Set<Integer> usedSlabs = new TreeSet<>();
  private final List<MappingRun.Data> shareable = new ArrayList<>();
  private final long[] nextInSlab;
  private final VolumeLayout layout;
  private final SlabGeometry slabs;
  private final Forest forest;
  private long mapped;
  private long pages;

  private RandomModel(long seed, boolean countsDiffer, boolean isDamaged) {
    this.random = new Random(seed);
    this.countsDiffer = countsDiffer;
    this.isDamaged = isDamaged;
    this.layout = randomLayout();
    this.slabs = layout.slabs();
    this.forest = new Forest(TREES, layout.logicalBlocks());
    this.nextInSlab = new long[slabs.slabCount()];
  }

  /** {@return a volume that is told whole, with counts that follow from the block map} */
  public static RecordedVisit sound(long seed) {
    return new RandomModel(seed, false, false).visit();
  }

  /** {@return a volume that is told whole, with some counts that do not} */
  public static RecordedVisit withOtherCounts(long seed) {
    return new RandomModel(seed, true, false).visit();
  }

  /** {@return the best reading of a damaged volume} */
  public static RecordedVisit damaged(long seed) {
    return new RandomModel(seed, true, true).visit();
  }

  private VolumeLayout randomLayout() {
    int bits = random.nextInt(13, 16);
    int slabCount = random.nextInt(1, 6);
    long physical = 680_000 + 40_000 + ((long) slabCount << bits) + random.nextInt(1 << bits);
    long logical =
        switch (random.nextInt(4)) {
          case 0 -> random.nextLong(1, 5_000);
          case 1 -> random.nextLong(5_000, 1_000_000);
          case 2 -> random.nextLong(1, 1L << 40);
          default -> 1L << 40;
        };
    try {
      return VolumeLayout.of(
          FormatOptions.defaults(
                  physical, new UUID(random.nextLong(), random.nextLong()), random.nextLong())
              .withSlabBits(bits)
              .withLogicalBlocks(logical));
    } catch (LayoutException e) {
      throw new IllegalStateException(e);
    }
  }

  private RecordedVisit visit() {
    var blockMap = new ArrayList<Object>();
    blockMap(blockMap);
    calls.add(new DumpScope(true, isDamaged));
    calls.add(geometry());
    calls.add(superBlock());
    if (isDamaged) {
      calls.add("the geometry block is lost & <gone>");
    }
    calls.add(RecordedVisit.Mark.BEGIN_BLOCK_MAP);
    calls.addAll(blockMap);
    calls.add(RecordedVisit.Mark.END_BLOCK_MAP);
    calls.add(RecordedVisit.Mark.BEGIN_SLABS);
    for (int slab = 0; slab < slabs.slabCount(); slab++) {
      slab(slab);
    }
    calls.add(RecordedVisit.Mark.END_SLABS);
    calls.add(RecordedVisit.Mark.END);
    return RecordedVisit.of(calls);
  }

  private GeometryFields geometry() {
    var options = layout.options();
    return new GeometryFields(
        random.nextBoolean() ? GeometryFormat.V5 : GeometryFormat.V4,
        random.nextBoolean() ? 0 : 131_337,
        options.nonce(),
        options.uuid(),
        0,
        VolumeLayout.INDEX_START,
        layout.superBlockPbn(),
        new IndexConfig(options.indexMemory().code(), random.nextInt(2) * 300L, 0),
        random.nextInt(4) == 0 ? Bytes.ofAscii("left over") : Bytes.zeros(0));
  }

  private SuperBlockFields superBlock() {
    var fresh = SuperBlockFields.of(layout.superBlock());
    return new SuperBlockFields(
        fresh.releaseVersion(),
        fresh.volumeVersion(),
        fresh.componentVersion(),
        VolumeState.CLEAN.code(),
        random.nextInt(300),
        random.nextInt(3),
        fresh.config(),
        fresh.nonce(),
        fresh.layout(),
        new JournalState(random.nextLong(1, 1L << 40), mapped, pages),
        new SuperBlockFields.Depot(
            fresh.depot().slabConfig(),
            fresh.depot().firstBlock(),
            fresh.depot().lastBlock(),
            random.nextInt(Math.min(16, slabs.slabCount()) + 1)),
        fresh.blockMap(),
        Bytes.zeros(0));
  }

  private void blockMap(List<Object> into) {
    var places =
        new TreeSet<PagePlace>(
            Comparator.comparingLong((PagePlace page) -> page.firstLbn(TREES))
                .thenComparing(PagePlace::height, Comparator.reverseOrder()));
    long number = random.nextLong(forest.leafPages());
    for (int i = random.nextInt(MOST_LEAVES); i > 0; i--) {
      number =
          switch (random.nextInt(4)) {
            case 0 -> random.nextLong(forest.leafPages());
            case 1 -> (number + TREES) % forest.leafPages();
            default -> (number + 1) % forest.leafPages();
          };
      long index = number / TREES;
      for (int height = 0; height < Forest.ROOT_HEIGHT; height++) {
        places.add(new PagePlace(height, (int) (number % TREES), index, 0));
        index /= FANOUT;
      }
    }
    var lost = new HashSet<PagePlace>();
    for (var place : places) {
      var parent = new PagePlace(place.height() + 1, place.tree(), place.index() / FANOUT, 0);
      if (lost.contains(parent)) {
        lost.add(place);
      } else if (isDamaged && random.nextInt(20) == 0) {
        lost.add(place);
        into.add(new UnreadablePage(withPbn(place, random.nextInt(100_000)), anyCause()));
      } else {
        page(place, into);
      }
    }
  }

  private UnreadableCause anyCause() {
    var causes = List.of(UnreadableCause.values());
    return causes.get(random.nextInt(causes.size()));
  }

  private static PagePlace withPbn(PagePlace place, long pbn) {
    return new PagePlace(place.height(), place.tree(), place.index(), pbn);
  }

  private void page(PagePlace place, List<Object> into) {
    long pbn = allocate(1);
    implied.put(pbn, ReferenceBlock.MAXIMUM);
    pages++;
    into.add(withPbn(place, pbn));
    if (place.height() == 0) {
      long first = place.firstLbn(TREES);
      leaf(first, Math.min(first + FANOUT, forest.logicalBlocks()), into);
    }
  }

  private void leaf(long first, long end, List<Object> into) {
    long lbn = first + (random.nextBoolean() ? 0 : random.nextInt(FANOUT));
    while (lbn < end) {
      int most = (int) Math.min(end - lbn, random.nextBoolean() ? 3 : FANOUT);
      int count = 1 + random.nextInt(most);
      switch (random.nextInt(isDamaged ? 6 : 5)) {
        case 0 -> lbn += map(new MappingRun.Zeros(lbn, count), into);
        case 1 -> {
          int from = random.nextInt(14);
          lbn +=
              map(
                  new MappingRun.Fragments(lbn, Math.min(count, 14 - from), allocate(1), from),
                  into);
        }
        case 2 -> {
          if (!shareable.isEmpty()) {
            var other = shareable.get(random.nextInt(shareable.size()));
            lbn +=
                map(
                    new MappingRun.Data(lbn, Math.min(count, other.count()), other.firstPbn()),
                    into);
          }
        }
        case 3 -> {
          var run = new MappingRun.Data(lbn, count, allocate(count));
          shareable.add(run);
          lbn += map(run, into);
        }
        case 4 -> lbn += count;
        default -> {
          into.add(new UnreadableMapping(lbn, new BlockMapEntry(7, 0), anyCause()));
          lbn++;
        }
      }
    }
  }

  /** Adds a run, unless it would carry on the one before it, or a count would be too high. */
  private long map(MappingRun run, List<Object> into) {
    if (!into.isEmpty()
        && into.getLast() instanceof MappingRun before
        && isFollowedBy(before, run)) {
      return 0;
    }
    for (long i = 0; i < run.count(); i++) {
      if (implied.getOrDefault(run.entry(i).pbn(), 0) >= ReferenceBlock.MAXIMUM) {
        return 0;
      }
    }
    for (long i = 0; i < run.count(); i++) {
      if (run.entry(i).pbn() != 0) {
        implied.merge(run.entry(i).pbn(), 1, Integer::sum);
      }
    }
    mapped += run.count();
    into.add(run);
    return run.count();
  }

  private static boolean isFollowedBy(MappingRun before, MappingRun run) {
    if (before.firstLbn() + before.count() != run.firstLbn()) {
      return false;
    }
    return switch (before) {
      case MappingRun.Data data ->
          run instanceof MappingRun.Data more && more.firstPbn() == data.firstPbn() + data.count();
      case MappingRun.Zeros _ -> run instanceof MappingRun.Zeros;
      case MappingRun.Fragments fragments ->
          run instanceof MappingRun.Fragments more
              && more.pbn() == fragments.pbn()
              && more.firstFragment() == fragments.firstFragment() + fragments.count();
    };
  }

  /** Takes blocks that nobody has, all in one slab. */
  private long allocate(long count) {
    int slab = random.nextInt(slabs.slabCount());
    while (nextInSlab[slab] + count > slabs.dataBlocks()) {
      slab = (slab + 1) % slabs.slabCount();
    }
    long pbn = slabs.slabStart(slab) + nextInSlab[slab];
    nextInSlab[slab] += count + (random.nextInt(3) == 0 ? 1 : 0);
    usedSlabs.add(slab);
    return pbn;
  }

  private void slab(int slab) {
    boolean isUsed = usedSlabs.contains(slab) || random.nextInt(3) == 0;
    if (!isUsed) {
      return;
    }
    calls.add(new SlabState(slab, true));
    if (!countsDiffer) {
      return;
    }
    long pbn = slabs.slabStart(slab);
    long end = pbn + slabs.dataBlocks();
    for (int i = random.nextInt(5); i > 0; i--) {
      pbn += random.nextInt(1000);
      int before = implied.getOrDefault(pbn, 0);
      int value = random.nextInt(ReferenceBlock.MAXIMUM + 1);
      if (pbn < end && isDamaged && random.nextInt(4) == 0) {
        calls.add(new UnreadableCounts(pbn, 1, UnreadableCause.READ_ERROR));
      } else if (pbn < end && value != before) {
        calls.add(new CountRun(pbn, 1, value));
      }
      pbn += 2;
    }
  }
}
