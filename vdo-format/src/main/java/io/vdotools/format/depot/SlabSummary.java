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

  /** {@return whether all entries of a copy from a slab on are equal to the given one} */
  public boolean areAll(int copy, int firstSlab, SlabSummaryEntry entry) {
    long length = (long) (Limits.SLABS - firstSlab) * SlabSummaryEntry.SIZE_BYTES;
    if (length == 0) {
      return true;
    }
    long start = (long) blockOf(copy, 0) * BlockSize.BLOCK;
    var all = bytes.asSlice(start + (long) firstSlab * SlabSummaryEntry.SIZE_BYTES, length);
    // The first is the given one, and each of the others is the one before it.
    return SlabSummaryEntry.decode(all).equals(entry)
        && all.asSlice(SlabSummaryEntry.SIZE_BYTES)
                .mismatch(all.asSlice(0, length - SlabSummaryEntry.SIZE_BYTES))
            < 0;
  }

  private MemorySegment place(int copy, int slab) {
    long at =
        (long) blockOf(copy, slab) * BlockSize.BLOCK
            + (long) (slab % ENTRIES_PER_BLOCK) * SlabSummaryEntry.SIZE_BYTES;
    return bytes.asSlice(at, SlabSummaryEntry.SIZE_BYTES);
  }
}
