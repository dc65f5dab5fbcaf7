package io.vdotools.format.blockmap;

/**
 * One slot of one page of the block map.
 *
 * @param tree the tree, 0 to 59
 * @param height 0 for a leaf page, 4 for a root
 * @param pageIndex the page's index among the pages of its height in its tree
 * @param slot 0 to 811
 */
public record TreePlace(int tree, int height, long pageIndex, int slot) {
  @Override
  public String toString() {
    return "tree " + tree + " height " + height + " page " + pageIndex + " slot " + slot;
  }
}
