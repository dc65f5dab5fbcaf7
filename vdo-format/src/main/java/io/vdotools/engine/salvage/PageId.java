package io.vdotools.engine.salvage;

import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.blockmap.LbnSet;
import io.vdotools.format.blockmap.TreePlace;
import java.util.Comparator;

/**
 * Which page of the forest a page is, as one number: its height in the lowest three bits, above
 * them its index among the pages of its height in its tree, times the number of trees, plus the
 * tree.
 */
final class PageId {
  private static final int HEIGHT_BITS = 3;
  private static final int HEIGHT_MASK = (1 << HEIGHT_BITS) - 1;
  private static final int TREES = Forest.DEFAULT_ROOT_COUNT;
  private static final int FANOUT = BlockMapPage.ENTRIES;

  /** From the roots down, and in the order of the pages in each height. */
  static final Comparator<Long> TOP_DOWN =
      Comparator.<Long>comparingInt(id -> -height(id)).thenComparingLong(PageId::number);

  private PageId() {}

  static long of(int height, int tree, long index) {
    return ((index * TREES + tree) << HEIGHT_BITS) | height;
  }

  static long of(TreePlace place) {
    return of(place.height(), place.tree(), place.pageIndex());
  }

  /** {@return the leaf that holds the LBNs from 812 times a number on} */
  static long ofLeaf(long pageNumber) {
    return pageNumber << HEIGHT_BITS;
  }

  static int height(long id) {
    return (int) id & HEIGHT_MASK;
  }

  static long number(long id) {
    return id >>> HEIGHT_BITS;
  }

  static int tree(long id) {
    return (int) (number(id) % TREES);
  }

  static long index(long id) {
    return number(id) / TREES;
  }

  static long child(long id, int slot) {
    return of(height(id) - 1, tree(id), index(id) * FANOUT + slot);
  }

  static long parent(long id) {
    return of(height(id) + 1, tree(id), index(id) / FANOUT);
  }

  static int slotInParent(long id) {
    return (int) (index(id) % FANOUT);
  }

  static TreePlace place(long id) {
    return slot(id, 0);
  }

  static TreePlace slot(long id, int slot) {
    return new TreePlace(tree(id), height(id), index(id), slot);
  }

  static LbnSet lbns(long id, Forest forest) {
    return forest.lbnsBelow(tree(id), height(id), index(id));
  }

  /** {@return whether the logical size asks for such a page} */
  static boolean isIn(long id, Forest forest) {
    return height(id) <= Forest.ROOT_HEIGHT && index(id) < forest.pages(tree(id), height(id));
  }

  /** {@return how many slots of a page lead to something that the logical size asks for} */
  static int slots(long id, Forest forest) {
    long first = index(id) * FANOUT;
    if (height(id) > 0) {
      return Math.clamp(forest.pages(tree(id), height(id) - 1) - first, 0, FANOUT);
    }
    return Math.clamp(forest.logicalBlocks() - number(id) * FANOUT, 0, FANOUT);
  }
}
