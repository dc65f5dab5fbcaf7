package io.vdotools.bench;

import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.depot.SlabGeometry;

/**
 * Where the data blocks and the pages of the block map lie.
 *
 * <p>Blocks are handed out in one order, from 0 on:
 *
 * <pre>
 *   interior pages | leaf 0, data of leaf 0 | leaf 1, data of leaf 1 | ...
 * </pre>
 *
 * <p>A driver allocates a leaf page when it first writes to one of its LBNs, and so does this. It
 * would allocate an interior page then, too; here they come first, all of them: there is only one
 * for 812 leaf pages. Each leaf has room for as many data blocks behind it as there are data blocks
 * for a leaf on average, rounded up, so that the last leaves may have room to spare: such blocks
 * stay free.
 *
 * <p>The n-th block handed out is the n-th data block of the depot; or, if the shape has pieces,
 * the blocks of the depot are cut into these, and they are permuted.
 */
final class Allocation {
  /** The answer of {@link #dataAt} for a page of the block map. */
  static final long PAGE = -1;

  /** The answer of {@link #dataAt} for a block that is free. */
  static final long FREE = -2;

  private final SlabGeometry slabs;
  private final long interiorPages;
  private final long leafPages;
  private final long dataPerLeaf;
  private final int pieceBlocks;
  private final PieceOrder pieces;
  private final long permuted;
  // By height and tree: the number of the first interior page.
  private final long[][] firstInterior = new long[Forest.ROOT_HEIGHT][Forest.DEFAULT_ROOT_COUNT];

  /**
   * @param slabs the depot
   * @param forest the block map as far as it is used
   * @param dataBlocks the data blocks to place
   * @param shape tells how pieces lie
   * @param seed selects the permutation
   */
  Allocation(SlabGeometry slabs, Forest forest, long dataBlocks, Shape shape, long seed) {
    this.slabs = slabs;
    long interior = 0;
    for (int height = Forest.ROOT_HEIGHT - 1; height > 0; height--) {
      for (int tree = 0; tree < forest.rootCount(); tree++) {
        firstInterior[height][tree] = interior;
        interior += forest.pages(tree, height);
      }
    }
    this.interiorPages = interior;
    this.leafPages = forest.leafPages();
    this.dataPerLeaf = Math.ceilDiv(dataBlocks, leafPages);
    this.pieceBlocks = shape.pieceBlocks();
    long capacity = (long) slabs.slabCount() * slabs.dataBlocks();
    long pieceCount = pieceBlocks == 0 ? 0 : capacity / pieceBlocks;
    this.pieces = shape.pieceOrder(Math.max(1, pieceCount), seed);
    this.permuted = pieceCount * pieceBlocks;
    if (handedOut() > capacity) {
      throw new IllegalArgumentException(
          "%d blocks are needed for data and block map, and the slabs have %d"
              .formatted(handedOut(), capacity));
    }
  }

  /** The blocks that are handed out, in their order; those behind them are free. */
  private long handedOut() {
    return interiorPages + leafPages * (1 + dataPerLeaf);
  }

  /** {@return the number of pages outside the roots} */
  long pages() {
    return interiorPages + leafPages;
  }

  /** {@return the PBN of a leaf page, by its number among all leaf pages} */
  long leafPbn(long page) {
    return pbnOf(interiorPages + page * (1 + dataPerLeaf));
  }

  /**
   * {@return the PBN of an interior page}
   *
   * @param tree its tree
   * @param height 1 to 3
   * @param index its index among the pages of its height in its tree
   */
  long interiorPbn(int tree, int height, long index) {
    return pbnOf(firstInterior[height][tree] + index);
  }

  /** {@return the PBN of a data block} */
  long dataPbn(long data) {
    long leaf = data / dataPerLeaf;
    return pbnOf(interiorPages + leaf + 1 + data);
  }

  private long pbnOf(long order) {
    long place = order;
    if (order < permuted) {
      long piece = order / pieceBlocks;
      place = pieces.apply(piece) * pieceBlocks + (order - piece * pieceBlocks);
    }
    long slab = place / slabs.dataBlocks();
    return slabs.slabStart((int) slab) + (place - slab * slabs.dataBlocks());
  }

  /**
   * {@return what lies at a place: the number of a data block, which may not exist, {@link #PAGE},
   * or {@link #FREE}}
   *
   * @param slab the slab
   * @param offset the offset in the slab, below its number of data blocks
   */
  long dataAt(int slab, int offset) {
    long order = (long) slab * slabs.dataBlocks() + offset;
    if (order < permuted) {
      long piece = order / pieceBlocks;
      order = pieces.invert(piece) * pieceBlocks + (order - piece * pieceBlocks);
    }
    if (order < interiorPages) {
      return PAGE;
    }
    long behind = order - interiorPages;
    long leaf = behind / (1 + dataPerLeaf);
    if (leaf >= leafPages) {
      return FREE;
    }
    long inGroup = behind - leaf * (1 + dataPerLeaf);
    return inGroup == 0 ? PAGE : leaf * dataPerLeaf + inGroup - 1;
  }

  /**
   * {@return whether nothing was handed out of a run of blocks}
   *
   * <p>Looks at each piece once, which on a large volume with few blocks in use is far quicker than
   * {@link #dataAt} for each block.
   *
   * @param slab the slab
   * @param offset the first block, as an offset in the slab
   * @param length how many blocks
   */
  boolean isFree(int slab, int offset, int length) {
    long place = (long) slab * slabs.dataBlocks() + offset;
    long end = place + length;
    while (place < end && place < permuted) {
      long piece = place / pieceBlocks;
      if (pieces.invert(piece) * pieceBlocks < handedOut()) {
        return false;
      }
      place = (piece + 1) * pieceBlocks;
    }
    return place >= end || place >= handedOut();
  }
}
