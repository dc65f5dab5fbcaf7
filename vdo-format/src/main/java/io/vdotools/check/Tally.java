package io.vdotools.check;

/**
 * What a check counted. Numbers that it did not come to are 0.
 *
 * @param plainMappings LBNs mapped to a whole block
 * @param compressedMappings LBNs mapped to a fragment
 * @param zeroMappings LBNs mapped to the zero block
 * @param leafPages leaf pages allocated
 * @param interiorPages pages allocated between roots and leaves
 * @param usedBlocks data blocks whose count is not 0
 * @param freeBlocks data blocks whose count is 0
 * @param usedSlabs slabs that were ever used
 * @param replayedEntries recovery journal entries that a recovery replays
 * @param changedSlots block map slots that they change
 * @param appendedEntries slab journal entries that they append
 * @param missingDecrements decrements that the crash kept from being logged; old format only
 * @param ignoredBlocks journal blocks behind a gap that a recovery ignores
 */
public record Tally(
    long plainMappings,
    long compressedMappings,
    long zeroMappings,
    long leafPages,
    long interiorPages,
    long usedBlocks,
    long freeBlocks,
    int usedSlabs,
    long replayedEntries,
    long changedSlots,
    long appendedEntries,
    long missingDecrements,
    long ignoredBlocks) {
  /** {@return LBNs whose mapping is not "unmapped"} */
  public long mappings() {
    return plainMappings + compressedMappings + zeroMappings;
  }

  /** {@return LBNs that refer to a data block} */
  public long references() {
    return plainMappings + compressedMappings;
  }

  /** {@return data blocks in use for data, not for the block map} */
  public long dataBlocks() {
    return Math.max(0, usedBlocks - leafPages - interiorPages);
  }
}
