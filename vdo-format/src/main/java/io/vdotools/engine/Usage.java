package io.vdotools.engine;

/**
 * The two totals that the super block keeps.
 *
 * @param logicalBlocks LBNs whose mapping is not "unmapped"
 * @param blockMapPages pages of the block map outside the roots
 */
public record Usage(long logicalBlocks, long blockMapPages) {
  Usage plus(long moreLogicalBlocks, long moreBlockMapPages) {
    return new Usage(logicalBlocks + moreLogicalBlocks, blockMapPages + moreBlockMapPages);
  }
}
