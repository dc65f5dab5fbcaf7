package io.vdotools.engine;

import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.format.depot.SlabGeometry;
import java.lang.foreign.MemorySegment;

/**
 * Counts the mappings of leaf pages for one thread, and tells the references of each page to data
 * blocks.
 *
 * <p>The loops over the 812 entries of a page are where a check spends its time. Each does one
 * thing to all of them, whatever they are: a branch would be foreseen wrongly as often as mappings
 * are mixed.
 */
public final class LeafTally {
  private static final int ENTRIES = BlockMapPage.ENTRIES;
  private static final int SIGN = Long.SIZE - 1;

  /** Takes an entry that is neither a mapping to a data block nor to the zero block. */
  public interface Faults {
    /** An entry at a slot that is wrong. */
    void fault(int slot, long packed);
  }

  private final byte[] page = new byte[BlockSize.BLOCK];
  private final MemorySegment ofPage = MemorySegment.ofArray(page);
  private final long[] packed = new long[ENTRIES];
  private final long[] blocks = new long[ENTRIES];
  private final int[] slotOf = new int[ENTRIES];
  private final ExactCounts.Batch batch = new ExactCounts.Batch();
  private final long firstBlock;
  private final long totalBlocks;
  private final long slabMask;
  private final int dataBlocks;
  private final long logicalBlocks;

  private long firstLbn;
  private int size;
  private boolean isDense;

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
   * Counts a page, whose references can be asked for afterwards.
   *
   * @param pageNumber its number by LBN
   * @param buffer holds the page
   * @param offset where the page begins there, in bytes
   * @param faults takes entries that are wrong, by slot
   */
  public void count(long pageNumber, MemorySegment buffer, long offset, Faults faults) {
    firstLbn = pageNumber * ENTRIES;
    int slots = Math.clamp(logicalBlocks - firstLbn, 0, ENTRIES);
    // A copy on the heap: the compiler knows its bounds, and 812 checks of the buffer's go away.
    MemorySegment.copy(buffer, offset, ofPage, 0, page.length);
    load();
    isDense = areReferences(slots);
    long compressedHere = compressed(slots);
    size = slots;
    if (!isDense) {
      size = gather(slots);
      long zeros = zeros(slots);
      zero += zeros;
      if (used(slots) > size + zeros) {
        tellFaults(slots, faults);
      }
    }
    compressed += compressedHere;
    plain += size - compressedHere;
    for (int slot = slots; slot < ENTRIES; slot++) {
      if (packed[slot] != 0) {
        faults.fault(slot, packed[slot]);
      }
    }
  }

  private void load() {
    byte[] bytes = page;
    long[] into = packed;
    for (int slot = 0; slot < ENTRIES; slot++) {
      into[slot] = BlockMapPage.entry(bytes, slot);
    }
  }

  /**
   * Tells the block of each entry, with its sign set if the entry is no reference.
   *
   * @return whether all are references
   */
  private boolean areReferences(int slots) {
    long[] from = packed;
    long[] into = blocks;
    long first = firstBlock;
    long last = totalBlocks - 1;
    long mask = slabMask;
    long lastData = dataBlocks - 1L;
    long all = 0;
    for (int slot = 0; slot < slots; slot++) {
      long entry = from[slot];
      long block = BlockMapEntry.pbn(entry) - first;
      // Each is negative for one reason to be none.
      long none = (last - block) | (lastData - (block & mask)) | (BlockMapEntry.state(entry) - 1L);
      long signed = block | (none & Long.MIN_VALUE);
      into[slot] = signed;
      all |= signed;
    }
    return all >= 0;
  }

  /** {@return 1 for a reference, else 0} */
  private static long isReference(long signedBlock) {
    return ~signedBlock >>> SIGN;
  }

  /** {@return 1 if the state is that of a fragment, else 0} */
  private static long isCompressed(long entry) {
    return (MappingState.UNCOMPRESSED - (long) BlockMapEntry.state(entry)) >>> SIGN;
  }

  private long compressed(int slots) {
    long compressedHere = 0;
    for (int slot = 0; slot < slots; slot++) {
      compressedHere += isCompressed(packed[slot]) & isReference(blocks[slot]);
    }
    return compressedHere;
  }

  private long zeros(int slots) {
    long zeros = 0;
    for (int slot = 0; slot < slots; slot++) {
      // Only 0 less 1 is negative.
      zeros += ((packed[slot] ^ MappingState.UNCOMPRESSED) - 1) >>> SIGN;
    }
    return zeros;
  }

  private long used(int slots) {
    long used = 0;
    for (int slot = 0; slot < slots; slot++) {
      used += -packed[slot] >>> SIGN;
    }
    return used;
  }

  /**
   * Leaves the blocks of references alone.
   *
   * @return how many there are
   */
  private int gather(int slots) {
    long[] from = blocks;
    int[] slotInto = slotOf;
    int references = 0;
    for (int slot = 0; slot < slots; slot++) {
      long block = from[slot];
      from[references] = block;
      slotInto[references] = slot;
      references += (int) isReference(block);
    }
    return references;
  }

  private void tellFaults(int slots, Faults faults) {
    int reference = 0;
    for (int slot = 0; slot < slots; slot++) {
      long entry = packed[slot];
      if (reference < size && slotOf[reference] == slot) {
        reference++;
      } else if (entry != 0 && entry != MappingState.UNCOMPRESSED) {
        invalid += BlockMapEntry.state(entry) == MappingState.UNMAPPED ? 0 : 1;
        faults.fault(slot, entry);
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
    count(pageNumber, buffer, offset, faults);
    counts.add(this, batch);
  }

  /** {@return how many references to data blocks the last page has} */
  public int size() {
    return size;
  }

  /**
   * {@return the data blocks of the references of the last page, in the order of their slots,
   * counted from the first block of the first slab; what lies behind the last one means nothing}
   */
  public long[] blocks() {
    return blocks;
  }

  /** {@return the mapping state of a reference of the last page} */
  public int state(int reference) {
    return BlockMapEntry.state(packed[slot(reference)]);
  }

  /** {@return the logical block of a reference of the last page} */
  public long lbn(int reference) {
    return firstLbn + slot(reference);
  }

  private int slot(int reference) {
    return isDense ? reference : slotOf[reference];
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
