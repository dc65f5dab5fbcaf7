package io.vdotools.engine;

import io.vdotools.device.BlockBuffers;
import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.blockmap.TreePlace;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/**
 * Finds leaf pages by their number, quickly where the numbers ascend.
 *
 * <p>Consecutive leaves belong to consecutive trees. So it keeps, of each height above the leaves,
 * the pages of all trees with one index: 60 pages of each of four heights, however large the volume
 * is. Whoever goes through the LBNs in order meets each page above the leaves once.
 *
 * <p>For one thread at a time.
 */
final class LeafFinder {
  /** There is no page: what lies below is unmapped. */
  static final long NONE = 0;

  /** The way to the page is lost. */
  static final long LOST = -1;

  private static final int FANOUT = BlockMapPage.ENTRIES;
  private static final int LARGEST_GAP_FACTOR = 4;

  private enum Status {
    /** Not allocated, or to be taken for empty. */
    EMPTY,
    USABLE,
    LOST
  }

  private final LogicalVolume volume;
  private final PageJudge judge;
  private final Consumer<Loss> losses;
  private final int trees;
  private final Level[] levels = new Level[Forest.ROOT_HEIGHT + 1];
  private final MemorySegment buffer;

  /** The pages of one height that have the same index in each tree. */
  private static final class Level {
    private long index = -1;
    private final Status[] statuses;
    private final long[] pbns;
    private final MemorySegment pages;

    Level(int trees, Arena arena) {
      this.statuses = new Status[trees];
      this.pbns = new long[trees];
      this.pages = BlockBuffers.allocate(arena, trees);
    }

    BlockMapPage page(int tree) {
      return ForestWalk.pageAt(pages, (long) tree * BlockSize.BLOCK);
    }
  }

  /**
   * Prepares; nothing is read yet.
   *
   * @param volume the volume
   * @param judge judges pages
   * @param losses takes what is lost with entries that name no page, once for each time that the
   *     page with the entry is read
   * @param arena owns the memory
   */
  LeafFinder(LogicalVolume volume, PageJudge judge, Consumer<Loss> losses, Arena arena) {
    this.volume = volume;
    this.judge = judge;
    this.losses = losses;
    this.trees = volume.forest().rootCount();
    this.buffer = BlockBuffers.allocate(arena, LARGEST_GAP_FACTOR * trees);
    for (int height = 1; height < levels.length; height++) {
      levels[height] = new Level(trees, arena);
    }
  }

  /** {@return how many consecutive leaf pages share the pages above them} */
  long stripePages() {
    return (long) FANOUT * trees;
  }

  /** {@return whether no leaf page whose number has this quotient by the stripe is allocated} */
  boolean isEmptyStripe(long stripe) {
    for (var status : level(1, stripe).statuses) {
      if (status != Status.EMPTY) {
        return false;
      }
    }
    return true;
  }

  /**
   * {@return the PBN of a leaf page, {@link #NONE} or {@link #LOST}}
   *
   * @param pageNumber its number by LBN, below the forest's number of leaf pages
   */
  long leaf(long pageNumber) {
    int tree = (int) (pageNumber % trees);
    return child(1, tree, pageNumber / trees);
  }

  /** Where the page of the height below lies that has an index in its tree. */
  private long child(int height, int tree, long childIndex) {
    var level = level(height, childIndex / FANOUT);
    return switch (level.statuses[tree]) {
      case EMPTY -> NONE;
      case LOST -> LOST;
      case USABLE -> {
        long packed = level.page(tree).entry((int) (childIndex % FANOUT));
        if (packed == 0) {
          yield NONE;
        }
        var fault =
            ForestWalk.childFault(
                volume.slabs(), packed, childIndex, volume.forest().pages(tree, height - 1));
        yield fault == null ? BlockMapEntry.pbn(packed) : LOST;
      }
    };
  }

  private Level level(int height, long index) {
    var level = levels[height];
    if (level.index != index) {
      load(level, height, index);
      level.index = index;
    }
    return level;
  }

  private void load(Level level, int height, long index) {
    var wanted = new PageList(trees);
    for (int tree = 0; tree < trees; tree++) {
      long pbn = place(height, tree, index);
      level.pbns[tree] = pbn;
      level.statuses[tree] = pbn == LOST ? Status.LOST : Status.EMPTY;
      if (pbn != NONE && pbn != LOST) {
        wanted.add(pbn, tree);
      }
    }
    // A page that several trees name is read once, and copied below.
    wanted.sortAndUnite((_, _, _) -> {});
    var reads = ScatteredRead.of(volume.device(), wanted, 0, wanted.size(), buffer);
    for (int tree = 0; tree < trees; tree++) {
      if (level.pbns[tree] == NONE || level.pbns[tree] == LOST) {
        continue;
      }
      int at = wanted.indexOf(level.pbns[tree]);
      var place = new TreePlace(tree, height, index, 0);
      level.statuses[tree] =
          switch (judge.judge(level.pbns[tree], place, reads.isUnreadable(at), reads.page(at))) {
            case USABLE -> Status.USABLE;
            case EMPTY -> Status.EMPTY;
            case LOST -> Status.LOST;
          };
      if (level.statuses[tree] == Status.USABLE) {
        level.page(tree).bytes().copyFrom(reads.page(at).bytes());
        reportEntries(level, place);
      }
    }
  }

  private long place(int height, int tree, long index) {
    if (index >= volume.forest().pages(tree, height)) {
      return NONE;
    }
    return height == Forest.ROOT_HEIGHT
        ? volume.rootOrigin() + tree
        : child(height + 1, tree, index);
  }

  private void reportEntries(Level level, TreePlace place) {
    var page = level.page(place.tree());
    long limit = volume.forest().pages(place.tree(), place.height() - 1);
    for (int slot = 0; slot < FANOUT; slot++) {
      long packed = page.entry(slot);
      long childIndex = place.pageIndex() * FANOUT + slot;
      if (packed == 0 || ForestWalk.childFault(volume.slabs(), packed, childIndex, limit) == null) {
        continue;
      }
      var below =
          volume
              .forest()
              .lbnsBelow(new TreePlace(place.tree(), place.height(), place.pageIndex(), slot));
      // Behind the logical size there is nothing to lose.
      if (!below.isEmpty()) {
        losses.accept(
            new Loss(
                below, LossReason.TREE_ENTRY_INVALID, level.pbns[place.tree()], place.height()));
      }
    }
  }
}
