package io.vdotools.testing;

import io.vdotools.VdoException;
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
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.model.DumpScope;
import io.vdotools.model.GeometryFields;
import io.vdotools.model.MappingRun;
import io.vdotools.model.PagePlace;
import io.vdotools.model.SlabState;
import io.vdotools.model.SuperBlockFields;
import io.vdotools.model.VolumeVisitor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * The content of a volume, drawn from a seed, to be told to a visitor: a volume that nobody has
 * written yet.
 */
public final class RandomContent {
  private static final int FANOUT = BlockMapPage.ENTRIES;

  private final GeometryFields geometry;
  private final SuperBlockFields superBlock;
  private final SlabGeometry slabs;
  private final Forest forest;
  private final SortedMap<Long, BlockMapEntry> mappings = new TreeMap<>();
  private final Map<Key, Long> pages = new HashMap<>();
  private final Set<Long> used = new HashSet<>();
  private final Map<Long, Integer> references = new HashMap<>();
  private final Map<Long, Boolean> kinds = new HashMap<>();

  /**
   * A page.
   *
   * @param height 0 to 3
   * @param tree the tree
   * @param index which of its height and tree
   */
  public record Key(int height, int tree, long index) {}

  private RandomContent(GeometryFields geometry, SuperBlockFields superBlock) {
    this.geometry = geometry;
    this.superBlock = superBlock;
    this.slabs = superBlock.slabs().orElseThrow();
    this.forest = superBlock.forest().orElseThrow();
  }

  /**
   * {@return content drawn from a seed}
   *
   * @param seed draws it
   * @param runs how many runs of mappings
   */
  public static RandomContent of(long seed, int runs) {
    var random = new SplittableRandom(seed);
    var drawn = empty(random.nextInt(1, 6), 13, 1 + random.nextLong(100_000_000));
    for (int i = 0; i < runs; i++) {
      drawn.addRun(random);
    }
    for (int i = 0; i < random.nextInt(3); i++) {
      // A page that was allocated and holds nothing.
      drawn.addPages(random.nextLong(drawn.forest.leafPages()), random);
    }
    drawn.placePages(random);
    return drawn;
  }

  /** {@return a volume without content, in state CLEAN, with an index region of a few blocks} */
  public static RandomContent empty(int slabCount, int slabBits, long logicalBlocks) {
    long physical = 679129 + 60 + ((long) slabCount << slabBits) + 32768 + 64 + 5;
    try {
      var layout =
          VolumeLayout.of(
              FormatOptions.defaults(physical, new UUID(1, 2), 0x1234_5678_9abcL)
                  .withSlabBits(slabBits)
                  .withLogicalBlocks(logicalBlocks));
      var fresh = SuperBlockFields.of(layout.superBlock());
      var geometry =
          new GeometryFields(
              GeometryFormat.V5,
              0,
              fresh.nonce(),
              new UUID(1, 2),
              0,
              1,
              layout.superBlockPbn(),
              new IndexConfig(-256, 0, 0),
              Bytes.copyOf(new byte[0]));
      return new RandomContent(geometry, fresh);
    } catch (LayoutException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private void addRun(SplittableRandom random) {
    if (kinds.size() > slabs.slabCount() * slabs.dataBlocks() / 2 - 3000) {
      // There has to be room for the pages.
      return;
    }
    long lbn = random.nextLong(forest.logicalBlocks());
    long count = Math.min(1 + random.nextInt(3000), forest.logicalBlocks() - lbn);
    long pbn = dataBlock(random);
    switch (random.nextInt(5)) {
      case 0 -> {
        for (long i = 0; i < count; i++) {
          map(lbn + i, BlockMapEntry.ZERO);
        }
      }
      case 1 -> {
        int first = random.nextInt(14);
        for (int i = 0; i < Math.min(count, 14 - first); i++) {
          map(lbn + i, new BlockMapEntry(pbn, MappingState.ofFragment(first + i)));
        }
      }
      case 2 -> {
        for (long i = 0; i < Math.min(count, 200); i++) {
          map(lbn + i, new BlockMapEntry(dataBlock(random), MappingState.UNCOMPRESSED));
        }
      }
      default -> {
        for (long i = 0; i < count && slabs.isDataBlock(pbn + i); i++) {
          map(lbn + i, new BlockMapEntry(pbn + i, MappingState.UNCOMPRESSED));
        }
      }
    }
  }

  private long dataBlock(SplittableRandom random) {
    return slabs.slabStart(random.nextInt(slabs.slabCount())) + random.nextInt(slabs.dataBlocks());
  }

  /** Maps an LBN, unless the block has too many references by then, or of another kind. */
  public void map(long lbn, BlockMapEntry entry) {
    if (entry.pbn() != 0) {
      boolean isCompressed = MappingState.isCompressed(entry.state());
      boolean isAlike = kinds.computeIfAbsent(entry.pbn(), _ -> isCompressed) == isCompressed;
      if (!isAlike || references.merge(entry.pbn(), 1, Integer::sum) > 254) {
        return;
      }
    }
    mappings.put(lbn, entry);
  }

  private void addPages(long leafNumber, SplittableRandom random) {
    int tree = (int) (leafNumber % forest.rootCount());
    long index = leafNumber / forest.rootCount();
    for (int height = 0; height < Forest.ROOT_HEIGHT; height++) {
      pages.putIfAbsent(new Key(height, tree, index), 0L);
      index /= FANOUT;
    }
    if (random.nextInt(4) == 0) {
      // Only the pages above it.
      pages.remove(new Key(0, tree, leafNumber / forest.rootCount()));
    }
  }

  /** Gives every page that the mappings need a place of its own. */
  public void placePages(SplittableRandom random) {
    mappings.values().forEach(entry -> used.add(entry.pbn()));
    for (long lbn : mappings.keySet()) {
      long number = lbn / FANOUT;
      int tree = (int) (number % forest.rootCount());
      long index = number / forest.rootCount();
      for (int height = 0; height < Forest.ROOT_HEIGHT; height++) {
        pages.putIfAbsent(new Key(height, tree, index), 0L);
        index /= FANOUT;
      }
    }
    for (var key : inOrder()) {
      long pbn = dataBlock(random);
      while (!used.add(pbn)) {
        pbn = dataBlock(random);
      }
      pages.put(key, pbn);
    }
  }

  private List<Key> inOrder() {
    return pages.keySet().stream()
        .sorted(
            Comparator.comparingLong((Key key) -> place(key, 0).firstLbn(forest.rootCount()))
                .thenComparingInt(key -> -key.height()))
        .toList();
  }

  private static PagePlace place(Key key, long pbn) {
    return new PagePlace(key.height(), key.tree(), key.index(), pbn);
  }

  /** {@return the entries by LBN} */
  public SortedMap<Long, BlockMapEntry> mappings() {
    return mappings;
  }

  /** {@return the places of the pages} */
  public Map<Key, Long> pages() {
    return pages;
  }

  /** {@return where the slabs lie} */
  public SlabGeometry slabs() {
    return slabs;
  }

  /** {@return what the super block says, with totals that fit the content} */
  public SuperBlockFields superBlock() {
    return new SuperBlockFields(
        superBlock.releaseVersion(),
        superBlock.volumeVersion(),
        superBlock.componentVersion(),
        VolumeState.CLEAN.code(),
        3,
        1,
        superBlock.config(),
        superBlock.nonce(),
        superBlock.layout(),
        new SuperBlockFields.JournalState(77, mappings.size(), pages.size()),
        new SuperBlockFields.Depot(
            superBlock.depot().slabConfig(),
            superBlock.depot().firstBlock(),
            superBlock.depot().lastBlock(),
            1),
        superBlock.blockMap(),
        superBlock.unused());
  }

  /** {@return what the geometry block says} */
  public GeometryFields geometry() {
    return geometry;
  }

  /** Tells all of it. */
  public void tell(VolumeVisitor visitor) throws VdoException {
    tell(visitor, pages);
  }

  /**
   * Tells all of it.
   *
   * @param places where pages lie, 0 for those whose place is to be chosen
   */
  public void tell(VolumeVisitor visitor, Map<Key, Long> places) throws VdoException {
    visitor.begin(DumpScope.WHOLE);
    visitor.geometry(geometry);
    visitor.superBlock(superBlock());
    visitor.beginBlockMap();
    for (var key : inOrder()) {
      visitor.page(place(key, places.getOrDefault(key, 0L)));
      if (key.height() == 0) {
        long first = place(key, 0).firstLbn(forest.rootCount());
        for (var run : runs(mappings.subMap(first, first + FANOUT))) {
          visitor.mapping(run);
        }
      }
    }
    visitor.endBlockMap();
    visitor.beginSlabs(false);
    for (int slab : usedSlabs(places)) {
      visitor.slab(new SlabState(slab, true));
    }
    visitor.endSlabs();
    visitor.end();
  }

  private Set<Integer> usedSlabs(Map<Key, Long> places) {
    var all = new TreeSet<Integer>();
    mappings.values().stream()
        .filter(entry -> entry.pbn() != 0)
        .forEach(entry -> all.add(slabs.slabOf(entry.pbn())));
    places.values().stream().filter(pbn -> pbn != 0).forEach(pbn -> all.add(slabs.slabOf(pbn)));
    return all;
  }

  private List<MappingRun> runs(SortedMap<Long, BlockMapEntry> leaf) {
    var runs = new ArrayList<MappingRun>();
    leaf.forEach((lbn, entry) -> {
      var last = runs.isEmpty() ? null : runs.getLast();
      boolean isNext =
          last != null && last.firstLbn() + last.count() == lbn && continues(last, entry);
      if (isNext) {
        runs.set(runs.size() - 1, longer(last));
      } else {
        runs.add(single(lbn, entry));
      }
    });
    return runs;
  }

  private boolean continues(MappingRun run, BlockMapEntry entry) {
    return switch (run) {
      case MappingRun.Data data ->
          entry.equals(data.entry(data.count()))
              && slabs.slabOf(entry.pbn()) == slabs.slabOf(data.firstPbn());
      case MappingRun.Zeros _ -> entry.equals(BlockMapEntry.ZERO);
      case MappingRun.Fragments fragments ->
          fragments.firstFragment() + fragments.count() < 14
              && entry.equals(fragments.entry(fragments.count()));
    };
  }

  private static MappingRun longer(MappingRun run) {
    return switch (run) {
      case MappingRun.Data(long lbn, long count, long pbn) ->
          new MappingRun.Data(lbn, count + 1, pbn);
      case MappingRun.Zeros(long lbn, long count) -> new MappingRun.Zeros(lbn, count + 1);
      case MappingRun.Fragments(long lbn, long count, long pbn, int first) ->
          new MappingRun.Fragments(lbn, count + 1, pbn, first);
    };
  }

  private static MappingRun single(long lbn, BlockMapEntry entry) {
    if (MappingState.isCompressed(entry.state())) {
      return new MappingRun.Fragments(lbn, 1, entry.pbn(), MappingState.fragment(entry.state()));
    }
    return entry.pbn() == 0
        ? new MappingRun.Zeros(lbn, 1)
        : new MappingRun.Data(lbn, 1, entry.pbn());
  }
}
