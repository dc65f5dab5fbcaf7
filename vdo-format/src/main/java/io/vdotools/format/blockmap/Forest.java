package io.vdotools.format.blockmap;

/**
 * The shape of the block map: which LBN lies in which slot of which page (format-spec, section 5).
 *
 * <p>Leaf pages are numbered by the LBNs that they hold: page {@code p} holds {@link
 * BlockMapPage#ENTRIES} LBNs from {@code p * 812} on. Consecutive pages belong to consecutive
 * trees. A page of height 1 to 4 has an index among the pages of its height in its tree; the page
 * with index {@code i} at height {@code h} has the pages {@code i * 812 ...} of height {@code h -
 * 1} below it.
 *
 * @param rootCount the number of trees, 1 to 255; 60 on every known volume
 * @param logicalBlocks the logical size, which bounds the pages
 */
public record Forest(int rootCount, long logicalBlocks) {
  /** The number of trees of every known volume. */
  public static final int DEFAULT_ROOT_COUNT = 60;

  /** The height of the root pages; leaf pages have height 0. */
  public static final int ROOT_HEIGHT = 4;

  private static final int FANOUT = BlockMapPage.ENTRIES;

  /**
   * Checks the arguments.
   *
   * @throws IllegalArgumentException if there is no tree or the size is negative
   */
  public Forest {
    if (rootCount < 1 || logicalBlocks < 0) {
      throw new IllegalArgumentException("roots " + rootCount + ", blocks " + logicalBlocks);
    }
  }

  /** {@return the number of leaf pages that the logical size needs, in all trees} */
  public long leafPages() {
    return ceilDiv(logicalBlocks, FANOUT);
  }

  /**
   * {@return the number of pages of a height in a tree that the logical size allows}
   *
   * @param tree 0 to {@code rootCount - 1}
   * @param height 0 (leaves) to 4 (the root)
   */
  public long pages(int tree, int height) {
    if (height == ROOT_HEIGHT) {
      return 1;
    }
    long pages = Math.max(0, ceilDiv(leafPages() - tree, rootCount));
    for (int h = 0; h < height; h++) {
      pages = ceilDiv(pages, FANOUT);
    }
    return pages;
  }

  /** {@return the number of pages outside the roots that the logical size allows, in all trees} */
  public long allocatablePages() {
    long pages = 0;
    for (int tree = 0; tree < rootCount; tree++) {
      for (int height = 0; height < ROOT_HEIGHT; height++) {
        pages += pages(tree, height);
      }
    }
    return pages;
  }

  /**
   * {@return the place of an LBN}
   *
   * @param lbn 0 to 2^40 - 1
   */
  public TreePlace place(long lbn) {
    long page = lbn / FANOUT;
    return new TreePlace((int) (page % rootCount), 0, page / rootCount, (int) (lbn % FANOUT));
  }

  /**
   * {@return the number of a leaf page among all leaf pages; its first LBN divided by 812}
   *
   * @param tree the tree
   * @param index the page's index among the leaves of its tree
   */
  public long leafPageNumber(int tree, long index) {
    return index * rootCount + tree;
  }

  /**
   * {@return the LBNs below a page, cut off at the logical size}
   *
   * @param tree the tree
   * @param height 0 to 4
   * @param index the page's index among the pages of its height in its tree
   */
  public LbnSet lbnsBelow(int tree, int height, long index) {
    long leaves = 1;
    for (int h = 0; h < height; h++) {
      leaves *= FANOUT;
    }
    return leavesFrom(tree, index * leaves, leaves);
  }

  /**
   * {@return the LBNs below one slot of a page, cut off at the logical size}
   *
   * @param place the slot
   */
  public LbnSet lbnsBelow(TreePlace place) {
    if (place.height() == 0) {
      long lbn = leafPageNumber(place.tree(), place.pageIndex()) * FANOUT + place.slot();
      return lbn < logicalBlocks ? new LbnSet(lbn, 1, 0, 1) : LbnSet.NONE;
    }
    return lbnsBelow(place.tree(), place.height() - 1, place.pageIndex() * FANOUT + place.slot());
  }

  /**
   * {@return the LBNs below some slots of a page, cut off at the logical size}
   *
   * @param place the first of the slots
   * @param slots how many there are, within the page
   */
  public LbnSet lbnsBelow(TreePlace place, int slots) {
    if (place.height() == 0) {
      long lbn = leafPageNumber(place.tree(), place.pageIndex()) * FANOUT + place.slot();
      return LbnSet.range(lbn, Math.clamp(logicalBlocks - lbn, 0, slots));
    }
    long leaves = 1;
    for (int h = 1; h < place.height(); h++) {
      leaves *= FANOUT;
    }
    return leavesFrom(
        place.tree(), (place.pageIndex() * FANOUT + place.slot()) * leaves, slots * leaves);
  }

  private LbnSet leavesFrom(int tree, long firstLeaf, long leaves) {
    long last = Math.min(firstLeaf + leaves, pages(tree, 0));
    if (last <= firstLeaf) {
      return LbnSet.NONE;
    }
    long first = leafPageNumber(tree, firstLeaf) * FANOUT;
    long count = last - firstLeaf;
    long lengthOfOne = count == 1 ? Math.min(FANOUT, logicalBlocks - first) : FANOUT;
    return new LbnSet(first, lengthOfOne, (long) rootCount * FANOUT, count);
  }

  private static long ceilDiv(long a, long b) {
    return Math.ceilDiv(a, b);
  }
}
