package io.vdotools.engine.salvage;

import io.vdotools.engine.ForestObserver;
import io.vdotools.engine.SilentForestObserver;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Pages that lie where they say and that nothing in the block map names; and which of them are no
 * pages, but data that look like one.
 */
final class Orphans {
  /** One of them. */
  static final class Orphan {
    private final long pbn;
    private final int entries;
    private int height = UnplacedPage.UNKNOWN_HEIGHT;
    private boolean isBelowAnother;
    private boolean isVisited;

    private Orphan(long pbn, int entries) {
      this.pbn = pbn;
      this.entries = entries;
    }

    long pbn() {
      return pbn;
    }

    /** {@return how many of its entries are not empty} */
    int entries() {
      return entries;
    }

    /**
     * {@return its height by what its entries name, {@link UnplacedPage#UNKNOWN_HEIGHT} if none}
     */
    int height() {
      return height;
    }

    /** {@return whether another orphan names it} */
    boolean isBelowAnother() {
      return isBelowAnother;
    }
  }

  // Of the blocks that an orphan names so many are looked up in the counts, at most.
  private static final int MOST_ASKED = 32;

  private final Ground ground;
  private final PageImages images;
  private final CountEvidence counts;
  private final boolean countsAreUsable;
  private final JournalEvidence journal;
  private final SortedMap<Long, Orphan> pages = new TreeMap<>();
  private final Set<Long> mappedAsData = new HashSet<>();
  private final List<Long> data = new ArrayList<>();

  private Orphans(
      Ground ground,
      PageImages images,
      CountEvidence counts,
      boolean countsAreUsable,
      JournalEvidence journal) {
    this.ground = ground;
    this.images = images;
    this.counts = counts;
    this.countsAreUsable = countsAreUsable;
    this.journal = journal;
  }

  /**
   * Sorts out what a search has found.
   *
   * @param countsAreUsable whether stored counts know the pages of this block map
   */
  static Orphans of(
      Ground ground,
      PageImages images,
      CountEvidence counts,
      boolean countsAreUsable,
      JournalEvidence journal) {
    var orphans = new Orphans(ground, images, counts, countsAreUsable, journal);
    if (!images.isEmpty()) {
      orphans.findReferences();
      images.disbelieve(orphans.mappedAsData);
      orphans.load();
      orphans.measure();
    }
    return orphans;
  }

  /** Finds images that leaves in their place map as data. */
  private void findReferences() {
    var locations = new PageTable();
    for (long location : images.locations()) {
      locations.add(location, location);
    }
    locations.seal();
    var task =
        new ForestObserver.LeafTask<Set<Long>>() {
          @Override
          public void allocated(Set<Long> mapped, long pbn) {}

          @Override
          public void leaf(
              Set<Long> mapped, long pbn, long pageNumber, MemorySegment buffer, long offset) {
            for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
              long target = BlockMapEntry.pbn(BlockMapPage.entry(buffer, offset, slot));
              if (target != 0 && locations.contains(target)) {
                mapped.add(target);
              }
            }
          }
        };
    var sets = ground.parallel().<Set<Long>>states(HashSet::new);
    ground.walk(SilentForestObserver.INSTANCE, sets, task);
    sets.all().forEach(mappedAsData::addAll);
  }

  private void load() {
    for (long location : images.locations()) {
      if (!images.isAtHome(location) || ground.isRoot(location)) {
        continue;
      }
      var bytes = ground.read(location);
      if (bytes.isEmpty()) {
        continue;
      }
      if (isData(location)) {
        data.add(location);
      } else {
        int entries = PageExam.of(bytes.get(), location, 0, ground).entries();
        pages.put(location, new Orphan(location, entries));
      }
    }
  }

  /** {@return whether a block belongs to a logical block, whatever it looks like} */
  boolean isData(long pbn) {
    return mappedAsData.contains(pbn) || (isCountedAsData(pbn) && journal.of(pbn).isEmpty());
  }

  private boolean isCountedAsData(long pbn) {
    return countsAreUsable && counts.of(pbn) == CountEvidence.Use.DATA;
  }

  private void measure() {
    for (var orphan : pages.values()) {
      height(orphan);
    }
    for (var orphan : List.copyOf(pages.values())) {
      if (orphan.height == 0) {
        forgetData(orphan);
      }
    }
    for (var orphan : pages.values()) {
      if (orphan.height > 0) {
        forEachChild(orphan, child -> child.isBelowAnother |= child.height < orphan.height);
      }
    }
  }

  /** What an orphaned leaf maps is data, too. */
  private void forgetData(Orphan leaf) {
    for (long target : targets(leaf)) {
      if (target != leaf.pbn && pages.containsKey(target) && journal.of(target).isEmpty()) {
        pages.remove(target);
        mappedAsData.add(target);
        data.add(target);
      }
    }
  }

  private interface ChildVisitor {
    void child(Orphan child);
  }

  private void forEachChild(Orphan orphan, ChildVisitor visitor) {
    for (long target : targets(orphan)) {
      var child = target == orphan.pbn ? null : pages.get(target);
      if (child != null) {
        visitor.child(child);
      }
    }
  }

  /** {@return the blocks that its entries name, ascending} */
  private long[] targets(Orphan orphan) {
    return ground.read(orphan.pbn).stream()
        .flatMapToLong(bytes ->
            IntStream.range(0, BlockMapPage.ENTRIES)
                .mapToLong(slot -> BlockMapEntry.pbn(BlockMapPage.entry(bytes, slot))))
        .filter(pbn -> pbn != 0)
        .sorted()
        .toArray();
  }

  /** One above what most of its entries name, if these are pages; 0 if they are not. */
  private int height(Orphan orphan) {
    if (orphan.isVisited || orphan.entries == 0) {
      return orphan.height;
    }
    orphan.isVisited = true;
    int[] named = new int[Forest.ROOT_HEIGHT + 1];
    int pagesNamed = 0;
    int asked = 0;
    int counted = 0;
    for (long target : targets(orphan)) {
      var child = target == orphan.pbn ? null : pages.get(target);
      if (child != null) {
        pagesNamed++;
        int height = height(child);
        if (height >= 0 && height < Forest.ROOT_HEIGHT) {
          named[height + 1]++;
        }
      } else if (asked < MOST_ASKED) {
        asked++;
        counted += isCountedAsPage(target) ? 1 : 0;
      }
    }
    if (pagesNamed * 2 <= orphan.entries && counted * 2 <= asked) {
      orphan.height = 0;
      return 0;
    }
    int best = UnplacedPage.UNKNOWN_HEIGHT;
    for (int height = 1; height < Forest.ROOT_HEIGHT; height++) {
      if (named[height] > 0 && (best < 0 || named[height] > named[best])) {
        best = height;
      }
    }
    orphan.height = best;
    return best;
  }

  private boolean isCountedAsPage(long pbn) {
    return countsAreUsable && counts.of(pbn) == CountEvidence.Use.PAGE;
  }

  /** {@return those that have no place yet, ascending} */
  Collection<Orphan> pages() {
    return pages.values();
  }

  /** {@return the orphan at a PBN, null if there is none} */
  @Nullable Orphan at(long pbn) {
    return pages.get(pbn);
  }

  /** An orphan has found its place. */
  void adopt(long pbn) {
    pages.remove(pbn);
  }

  /** {@return blocks of data that look like pages of their own PBN, ascending} */
  List<Long> data() {
    return data.stream().sorted().toList();
  }
}
