package io.vdotools.engine;

import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.format.depot.SlabGeometry;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Counts the mappings of leaf pages for one thread, and hands each reference to a data block on.
 *
 * <p>The loop over the 812 entries of a page is where a check spends its time.
 */
public final class LeafTally {
  /** Takes a reference to a data block. */
  public interface References {
    /**
     * A reference.
     *
     * @param block the block, counted from the first block of the first slab
     * @param state the mapping state
     * @param lbn the logical block
     */
    void reference(long block, int state, long lbn);
  }

  /** Takes an entry that is neither a mapping to a data block nor to the zero block. */
  public interface Faults {
    /** An entry at a slot that is wrong. */
    void fault(int slot, long packed);
  }

  private final byte[] page = new byte[BlockSize.BLOCK];
  private final ExactCounts.Batch batch = new ExactCounts.Batch();
  private final long firstBlock;
  private final long totalBlocks;
  private final long slabMask;
  private final int dataBlocks;
  private final long logicalBlocks;

  private long plain;
  private long compressed;
  private long zero;
  private long invalid;

  public LeafTally(SlabGeometry slabs, long logicalBlocks) {
    this.firstBlock = slabs.firstBlock();
    this.totalBlocks = slabs.totalBlocks();
    this.slabMask = slabs.slabBlocks() - 1L;
    this.dataBlocks = slabs.dataBlocks();
    this.logicalBlocks = logicalBlocks;
  }

  /**
   * Counts a page.
   *
   * @param pageNumber its number by LBN
   * @param buffer holds the page
   * @param offset where the page begins there, in bytes
   * @param references takes the references
   * @param faults takes entries that are wrong
   */
  public void count(
      long pageNumber, MemorySegment buffer, long offset, References references, Faults faults) {
    long firstLbn = pageNumber * BlockMapPage.ENTRIES;
    int slots = Math.clamp(logicalBlocks - firstLbn, 0, BlockMapPage.ENTRIES);
    // A copy on the heap: the compiler knows its bounds, and 812 checks of the buffer's go away.
    MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, offset, page, 0, page.length);
    long compressedHere = 0;
    long referencesHere = 0;
    for (int slot = 0; slot < slots; slot++) {
      long packed = BlockMapPage.entry(page, slot);
      if (packed == 0) {
        continue;
      }
      int state = BlockMapEntry.state(packed);
      long block = BlockMapEntry.pbn(packed) - firstBlock;
      if (state != MappingState.UNMAPPED
          && block >= 0
          && block < totalBlocks
          && (block & slabMask) < dataBlocks) {
        references.reference(block, state, firstLbn + slot);
        referencesHere++;
        compressedHere += state > MappingState.UNCOMPRESSED ? 1 : 0;
      } else if (packed == MappingState.UNCOMPRESSED) {
        zero++;
      } else {
        invalid += state == MappingState.UNMAPPED ? 0 : 1;
        faults.fault(slot, packed);
      }
    }
    compressed += compressedHere;
    plain += referencesHere - compressedHere;
    for (int slot = slots; slot < BlockMapPage.ENTRIES; slot++) {
      long packed = BlockMapPage.entry(page, slot);
      if (packed != 0) {
        faults.fault(slot, packed);
      }
    }
  }

  /**
   * Counts a page, and each of its references exactly.
   *
   * @param pageNumber its number by LBN
   * @param buffer holds the page
   * @param offset where the page begins there, in bytes
   * @param counts takes the references
   * @param faults takes entries that are wrong
   */
  public void count(
      long pageNumber, MemorySegment buffer, long offset, ExactCounts counts, Faults faults) {
    count(pageNumber, buffer, offset, batch, faults);
    counts.add(batch);
  }

  public long plain() {
    return plain;
  }

  public long compressed() {
    return compressed;
  }

  public long zero() {
    return zero;
  }

  /** {@return entries that count as used though they are wrong} */
  public long invalid() {
    return invalid;
  }
}
