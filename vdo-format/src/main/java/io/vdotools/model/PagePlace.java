package io.vdotools.model;

import io.vdotools.format.blockmap.BlockMapPage;

/**
 * A page of the block map outside the roots, and where it lies.
 *
 * @param height 0 for a leaf page to 3 for a child of a root; 4 only for a root that is unreadable
 * @param tree 0 to 59
 * @param index the page's index among the pages of its height in its tree
 * @param pbn the block that holds it, or {@link #UNPLACED}
 */
public record PagePlace(int height, int tree, long index, long pbn) {
  /**
   * Stands for a block that is still to be chosen, by whoever makes a volume. Pages of a volume
   * that is there are never told so.
   */
  public static final long UNPLACED = 0;

  /**
   * {@return the first LBN below the page}
   *
   * @param rootCount the number of trees
   */
  public long firstLbn(int rootCount) {
    long leaves = index;
    for (int h = 0; h < height; h++) {
      leaves *= BlockMapPage.ENTRIES;
    }
    return (leaves * rootCount + tree) * BlockMapPage.ENTRIES;
  }
}
