package io.vdotools.model;

import io.vdotools.format.Limits;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.format.depot.SlabGeometry;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The order and the bounds of what is told of the block map. */
final class BlockMapRules {
  private static final int TREES = Forest.DEFAULT_ROOT_COUNT;
  private static final int HEIGHTS = Forest.ROOT_HEIGHT + 1;
  private static final long NONE = -1;

  private boolean isWhole = true;
  private Forest forest = new Forest(TREES, Limits.LOGICAL_BLOCKS);
  private @Nullable SlabGeometry slabs;

  // The page told last of each height of each tree.
  private final long[] lastIndex = new long[TREES * HEIGHTS];
  private long lastPageLbn = NONE;
  private int lastPageHeight = HEIGHTS;
  // The LBN behind the mapping told last.
  private long nextLbn;
  // The leaf page told last, if its mappings can be told.
  private long leafLbn = NONE;

  BlockMapRules() {
    Arrays.fill(lastIndex, NONE);
  }

  void isWhole(boolean newIsWhole) {
    isWhole = newIsWhole;
  }

  void shape(@Nullable Forest newForest, @Nullable SlabGeometry newSlabs) {
    if (newForest != null) {
      forest = newForest;
    }
    slabs = newSlabs;
  }

  void page(PagePlace page) throws ModelException {
    long lbn = place(page, Forest.ROOT_HEIGHT - 1);
    if (page.pbn() != PagePlace.UNPLACED && !VisitorRules.isPossiblePbn(page.pbn(), slabs)) {
      throw new ModelException(
          words(page) + ": no page can lie at PBN " + Long.toUnsignedString(page.pbn()));
    }
    int parentHeight = page.height() + 1;
    long parent = page.index() / BlockMapPage.ENTRIES;
    if (isWhole
        && parentHeight < Forest.ROOT_HEIGHT
        && known(page.tree(), parentHeight) != parent) {
      throw new ModelException(words(page) + " comes without the page above it");
    }
    lastIndex[page.tree() * HEIGHTS + page.height()] = page.index();
    leafLbn = page.height() == 0 ? lbn : NONE;
  }

  void unreadablePage(PagePlace page) throws ModelException {
    place(page, Forest.ROOT_HEIGHT);
    leafLbn = NONE;
  }

  /** Checks the place of a page and its turn, and gives its first LBN. */
  private long place(PagePlace page, int highest) throws ModelException {
    boolean isPossible =
        page.height() >= 0
            && page.height() <= highest
            && page.tree() >= 0
            && page.tree() < TREES
            && page.index() >= 0
            && page.index() < forest.pages(page.tree(), page.height());
    if (!isPossible) {
      throw new ModelException(
          words(page) + " is none of a volume of " + forest.logicalBlocks() + " logical blocks");
    }
    long lbn = page.firstLbn(TREES);
    boolean isTurn = lbn > lastPageLbn || (lbn == lastPageLbn && page.height() < lastPageHeight);
    if (!isTurn || lbn < nextLbn) {
      throw new ModelException(
          words(page) + " is out of order: its first LBN " + lbn + " was passed");
    }
    lastPageLbn = lbn;
    lastPageHeight = page.height();
    return lbn;
  }

  private long known(int tree, int height) {
    return lastIndex[tree * HEIGHTS + height];
  }

  private static String words(PagePlace page) {
    return "page " + page.index() + " of height " + page.height() + " in tree " + page.tree();
  }

  void mapping(MappingRun run) throws ModelException {
    lbns(run.firstLbn(), run.count());
    switch (run) {
      case MappingRun.Data data -> pbns(run.firstLbn(), data.firstPbn(), data.count());
      case MappingRun.Zeros _ -> {}
      case MappingRun.Fragments fragments -> {
        pbns(run.firstLbn(), fragments.pbn(), 1);
        int most = MappingState.fragment(MappingState.COMPRESSED_MAX) + 1;
        if (fragments.firstFragment() < 0
            || fragments.firstFragment() >= most
            || fragments.count() > most - fragments.firstFragment()) {
          throw new ModelException(
              "LBN %d: %d fragments from %d on, where a block has at most %d"
                  .formatted(run.firstLbn(), run.count(), fragments.firstFragment(), most));
        }
      }
    }
  }

  /** Checks one of many runs, as {@link #mapping(MappingRun)} does. */
  void mapping(MappingBatch runs, int index) throws ModelException {
    if (runs.isData(index)) {
      long lbn = runs.firstLbn(index);
      lbns(lbn, runs.count(index));
      pbns(lbn, runs.pbn(index), runs.count(index));
    } else {
      mapping(runs.run(index));
    }
  }

  void unreadableMapping(long lbn) throws ModelException {
    lbns(lbn, 1);
  }

  private void lbns(long first, long count) throws ModelException {
    if (first < 0
        || count < 1
        || first >= forest.logicalBlocks()
        || count > forest.logicalBlocks() - first) {
      throw new ModelException(
          "LBN %s: %s blocks from there on do not lie within the logical size of %d blocks"
              .formatted(
                  Long.toUnsignedString(first),
                  Long.toUnsignedString(count),
                  forest.logicalBlocks()));
    }
    if (first < nextLbn) {
      throw new ModelException(
          "LBN %d is out of order: the LBNs before %d were told".formatted(first, nextLbn));
    }
    if (isWhole) {
      boolean isInLeaf =
          leafLbn != NONE && first >= leafLbn && first + count <= leafLbn + BlockMapPage.ENTRIES;
      if (!isInLeaf) {
        throw new ModelException(
            "LBN %d: the %d blocks from there on do not lie within the last leaf page"
                .formatted(first, count));
      }
    }
    nextLbn = first + count;
  }

  private void pbns(long lbn, long first, long count) throws ModelException {
    boolean isPossible =
        VisitorRules.isPossiblePbn(first, slabs)
            && VisitorRules.isPossiblePbn(first + count - 1, slabs)
            && (slabs == null || slabs.slabOf(first) == slabs.slabOf(first + count - 1));
    if (!isPossible) {
      throw new ModelException(
          "LBN %d: no data can lie at PBN %s%s"
              .formatted(
                  lbn,
                  Long.toUnsignedString(first),
                  count == 1 ? "" : " and the " + (count - 1) + " after it"));
    }
  }
}
