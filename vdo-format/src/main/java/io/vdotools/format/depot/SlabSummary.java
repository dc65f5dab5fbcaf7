package io.vdotools.format.depot;

import io.vdotools.format.BlockSize;
import io.vdotools.format.Limits;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

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

  // As a number an entry is only compared, so that the order of its bytes does not matter.
  private static final ValueLayout.OfShort PACKED = ValueLayout.JAVA_SHORT_UNALIGNED;

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
   * {@return the first of some slabs whose entry in a copy differs from the given one, -1 if none
   * does}
   *
   * @param copy the copy
   * @param firstSlab the slab from which on to look, at least 0
   * @param endSlab the slab behind the last to look at, at most {@link Limits#SLABS}
   * @param entry what is expected
   */
  public int firstOther(int copy, int firstSlab, int endSlab, SlabSummaryEntry entry) {
    if (firstSlab >= endSlab) {
      return -1;
    }
    if (bytes.get(PACKED, offset(copy, firstSlab)) != packed(entry)) {
      return firstSlab;
    }
    // The first is the given one, and each of the others is the one before it.
    long length = (long) (endSlab - firstSlab - 1) * SlabSummaryEntry.SIZE_BYTES;
    long first = offset(copy, firstSlab);
    long second = first + SlabSummaryEntry.SIZE_BYTES;
    long same =
        MemorySegment.mismatch(bytes, first, first + length, bytes, second, second + length);
    return same < 0 ? -1 : firstSlab + 1 + (int) (same / SlabSummaryEntry.SIZE_BYTES);
  }

  /**
   * {@return how many of some slabs have another entry in a copy than the given one}
   *
   * @param copy the copy
   * @param firstSlab the slab from which on to look, at least 0
   * @param endSlab the slab behind the last to look at, at most {@link Limits#SLABS}
   * @param entry what is expected
   */
  public int countOthers(int copy, int firstSlab, int endSlab, SlabSummaryEntry entry) {
    short packed = packed(entry);
    int count = 0;
    for (int slab = firstSlab; slab < endSlab; slab++) {
      count += bytes.get(PACKED, offset(copy, slab)) == packed ? 0 : 1;
    }
    return count;
  }

  private static short packed(SlabSummaryEntry entry) {
    var bytes = MemorySegment.ofArray(new byte[SlabSummaryEntry.SIZE_BYTES]);
    entry.encode(bytes);
    return bytes.get(PACKED, 0);
  }

  /** Makes all copies equal to the first. */
  public void copyFirstToOthers() {
    long length = (long) BLOCKS_PER_COPY * BlockSize.BLOCK;
    for (int copy = 1; copy < COPIES; copy++) {
      MemorySegment.copy(bytes, 0, bytes, copy * length, length);
    }
  }

  private MemorySegment place(int copy, int slab) {
    return bytes.asSlice(offset(copy, slab), SlabSummaryEntry.SIZE_BYTES);
  }

  private static long offset(int copy, int slab) {
    return (long) blockOf(copy, slab) * BlockSize.BLOCK
        + (long) (slab % ENTRIES_PER_BLOCK) * SlabSummaryEntry.SIZE_BYTES;
  }
}
