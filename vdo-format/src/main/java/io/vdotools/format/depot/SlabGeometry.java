package io.vdotools.format.depot;

import io.vdotools.format.Limits;
import java.util.Optional;

/**
 * Where slabs and their parts lie (format-spec, sections 4 and 6). Exists only for a depot whose
 * numbers make sense, so that the arithmetic below cannot overflow.
 *
 * @param firstBlock the first PBN of slab 0
 * @param slabCount 1 to 8192
 * @param slabShift the base-2 logarithm of the slab size in blocks
 * @param dataBlocks data blocks in a slab
 * @param referenceBlocks reference count blocks in a slab
 * @param journalBlocks slab journal blocks in a slab
 */
public record SlabGeometry(
    long firstBlock,
    int slabCount,
    int slabShift,
    int dataBlocks,
    int referenceBlocks,
    int journalBlocks) {
  /**
   * {@return the geometry of a depot, or nothing if its numbers do not fit together}
   *
   * @param firstBlock the first PBN of slab 0
   * @param lastBlock the PBN after the last slab
   * @param config the division of a slab
   */
  public static Optional<SlabGeometry> of(long firstBlock, long lastBlock, SlabConfig config) {
    long slab = config.slabBlocks();
    boolean isSane =
        firstBlock > 0
            && lastBlock > firstBlock
            && lastBlock <= Limits.PHYSICAL_BLOCKS
            && Long.bitCount(slab) == 1
            && slab > 0
            && slab <= Limits.MAXIMUM_SLAB_BLOCKS
            && within(config.dataBlocks(), slab)
            && within(config.referenceCountBlocks(), slab)
            && within(config.slabJournalBlocks(), slab)
            && config.dataBlocks() + config.referenceCountBlocks() + config.slabJournalBlocks()
                <= slab
            && config.referenceCountBlocks() * ReferenceBlock.COUNTS_PER_BLOCK
                >= config.dataBlocks();
    if (!isSane) {
      return Optional.empty();
    }
    long count = (lastBlock - firstBlock) / slab;
    if (count < 1 || count > Limits.SLABS) {
      return Optional.empty();
    }
    return Optional.of(
        new SlabGeometry(
            firstBlock,
            (int) count,
            Long.numberOfTrailingZeros(slab),
            (int) config.dataBlocks(),
            (int) config.referenceCountBlocks(),
            (int) config.slabJournalBlocks()));
  }

  private static boolean within(long value, long most) {
    return value > 0 && value <= most;
  }

  /** {@return blocks in a slab} */
  public int slabBlocks() {
    return 1 << slabShift;
  }

  /** {@return the PBN after the last slab} */
  public long endBlock() {
    return firstBlock + ((long) slabCount << slabShift);
  }

  /** {@return the blocks of all slabs} */
  public long totalBlocks() {
    return (long) slabCount << slabShift;
  }

  /** {@return whether the PBN lies in a slab} */
  public boolean contains(long pbn) {
    return pbn >= firstBlock && pbn < endBlock();
  }

  /** {@return whether the PBN is one that data or a block map page may lie at} */
  public boolean isDataBlock(long pbn) {
    return contains(pbn) && offsetInSlab(pbn) < dataBlocks;
  }

  /** {@return the number of the slab that holds the PBN, which must lie in one} */
  public int slabOf(long pbn) {
    return (int) ((pbn - firstBlock) >>> slabShift);
  }

  /** {@return the offset of the PBN in its slab (SBN)} */
  public int offsetInSlab(long pbn) {
    return (int) (pbn - firstBlock) & (slabBlocks() - 1);
  }

  /** {@return the first PBN of a slab} */
  public long slabStart(int slab) {
    return firstBlock + ((long) slab << slabShift);
  }

  /** {@return the first PBN of a slab's reference count blocks} */
  public long referenceStart(int slab) {
    return slabStart(slab) + dataBlocks;
  }

  /**
   * {@return the number of reference count blocks that are in use}
   *
   * <p>Large slabs have one more than their data needs: drivers neither read nor write it.
   */
  public int usedReferenceBlocks() {
    return Math.ceilDiv(dataBlocks, ReferenceBlock.COUNTS_PER_BLOCK);
  }

  /** {@return the first PBN of a slab's journal} */
  public long journalStart(int slab) {
    return referenceStart(slab) + referenceBlocks;
  }

  /** {@return the place in the slab journal's ring of the block with a sequence number} */
  public int journalPosition(long sequenceNumber) {
    return (int) Long.remainderUnsigned(sequenceNumber, journalBlocks);
  }

  /** {@return how far to shift a count of free blocks right to get the summary's hint} */
  public int hintShift() {
    return Math.max(0, slabShift - SlabSummaryEntry.HINT_BITS);
  }

  /** {@return the hint that the summary stores for a number of free blocks} */
  public int fullnessHint(int freeBlocks) {
    return freeBlocks == 0 ? 0 : Math.max(1, freeBlocks >> hintShift());
  }

  /** {@return the summary entry of a slab that was never used} */
  public SlabSummaryEntry unusedEntry() {
    return new SlabSummaryEntry(0, fullnessHint(dataBlocks), false, false);
  }
}
