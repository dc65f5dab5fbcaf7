package io.vdotools.tool.stats;

/**
 * How full a slab is.
 *
 * @param number its number, from 0
 * @param firstPbn its first block
 * @param dataBlocks blocks that hold data
 * @param pageBlocks blocks that hold pages of the block map
 * @param freeBlocks the others that could
 */
record SlabFigures(int number, long firstPbn, int dataBlocks, int pageBlocks, int freeBlocks) {
  /** {@return blocks in use} */
  int usedBlocks() {
    return dataBlocks + pageBlocks;
  }

  /** {@return how many of a hundred blocks are in use, rounded down; 100 only for all} */
  int usedPercent() {
    return (int) (100L * usedBlocks() / (usedBlocks() + freeBlocks));
  }
}
