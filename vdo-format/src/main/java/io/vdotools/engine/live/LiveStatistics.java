package io.vdotools.engine.live;

/**
 * What a running volume holds, and what was done to it since it was opened.
 *
 * @param logicalBlocks the logical size
 * @param logicalBlocksUsed LBNs whose mapping is not "unmapped"
 * @param blockMapPages pages of the block map outside the roots
 * @param dataBlocks data blocks in all slabs
 * @param freeBlocks of these, those that nobody uses
 * @param blocksRead blocks read
 * @param blocksWritten blocks written, in whole or in part
 * @param blocksDiscarded blocks discarded
 * @param flushes flushes
 * @param zeroBlocks writes of zeros
 * @param duplicates writes that refer to a block that was there
 * @param staleAdvice advice of the index that the comparison did not confirm
 * @param collisions blocks of one name and different content, met at the same time
 * @param fragments fragments packed into compressed blocks
 * @param compressedBlocks compressed blocks written
 */
public record LiveStatistics(
    long logicalBlocks,
    long logicalBlocksUsed,
    long blockMapPages,
    long dataBlocks,
    long freeBlocks,
    long blocksRead,
    long blocksWritten,
    long blocksDiscarded,
    long flushes,
    long zeroBlocks,
    long duplicates,
    long staleAdvice,
    long collisions,
    long fragments,
    long compressedBlocks) {}
