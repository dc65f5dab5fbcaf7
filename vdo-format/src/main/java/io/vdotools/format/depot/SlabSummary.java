package io.vdotools.format.depot;

import io.vdotools.format.BlockSize;
import io.vdotools.format.Limits;
import java.lang.foreign.MemorySegment;

/**
 * The slab summary, in place: sixteen copies of the entries of all possible slabs (format-spec,
 * section 7).
 *
 * <p>While several physical zones run, each writes only its own copy, and there only the entries of
 * its own slabs.
 *
 * @param bytes the 64 blocks
 */
public record SlabSummary(MemorySegment bytes) {
  /** Entries in a block. */
  public static final int ENTRIES_PER_BLOCK = BlockSize.BLOCK / SlabSummaryEntry.SIZE_BYTES;

  /** Blocks in a copy. */
  public static final int BLOCKS_PER_COPY = Limits.SLABS / ENTRIES_PER_BLOCK;

  /** Copies: one for each possible physical zone. */
  public static final int COPIES = Limits.PHYSICAL_ZONES;

  /** Blocks in all. */
  public static final int BLOCKS = COPIES * BLOCKS_PER_COPY;

  /** {@return the copy that holds the current entry of a slab when {@code zones} last ran} */
  public static int authoritativeCopy(int slab, int zones) {
    return zones <= 1 ? 0 : slab % zones;
  }

  /** {@return the block, counted from the start of the summary, that holds an entry} */
  public static int blockOf(int copy, int slab) {
    return copy * BLOCKS_PER_COPY + slab / ENTRIES_PER_BLOCK;
  }

  /** {@return the entry of a slab in one of the copies} */
  public SlabSummaryEntry entry(int copy, int slab) {
    return SlabSummaryEntry.decode(place(copy, slab));
  }

  /** Stores the entry of a slab in one of the copies. */
  public void setEntry(int copy, int slab, SlabSummaryEntry entry) {
    entry.encode(place(copy, slab));
  }

  /**
   * {@return the first slab whose entry in a copy differs from the given one, -1 if none does}
   *
   * @param copy the copy
   * @param firstSlab the slab from which on to look, 0 to {@link Limits#SLABS}
   * @param entry what is expected
   */
  public int firstOther(int copy, int firstSlab, SlabSummaryEntry entry) {
    if (firstSlab == Limits.SLABS) {
      return -1;
    }
    if (!entry(copy, firstSlab).equals(entry)) {
      return firstSlab;
    }
    // The first is the given one, and each of the others is the one before it.
    long length = (long) (Limits.SLABS - firstSlab - 1) * SlabSummaryEntry.SIZE_BYTES;
    long first =
        (long) blockOf(copy, 0) * BlockSize.BLOCK + (long) firstSlab * SlabSummaryEntry.SIZE_BYTES;
    long second = first + SlabSummaryEntry.SIZE_BYTES;
    long same =
        MemorySegment.mismatch(bytes, first, first + length, bytes, second, second + length);
    return same < 0 ? -1 : firstSlab + 1 + (int) (same / SlabSummaryEntry.SIZE_BYTES);
  }

  /** Makes all copies equal to the first. */
  public void copyFirstToOthers() {
    long length = (long) BLOCKS_PER_COPY * BlockSize.BLOCK;
    for (int copy = 1; copy < COPIES; copy++) {
      MemorySegment.copy(bytes, 0, bytes, copy * length, length);
    }
  }

  private MemorySegment place(int copy, int slab) {
    long at =
        (long) blockOf(copy, slab) * BlockSize.BLOCK
            + (long) (slab % ENTRIES_PER_BLOCK) * SlabSummaryEntry.SIZE_BYTES;
    return bytes.asSlice(at, SlabSummaryEntry.SIZE_BYTES);
  }
}
