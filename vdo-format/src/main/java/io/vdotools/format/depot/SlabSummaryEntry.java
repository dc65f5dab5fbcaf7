package io.vdotools.format.depot;

import io.vdotools.bytes.Field;
import io.vdotools.bytes.Struct;
import java.lang.foreign.MemorySegment;

/**
 * Where a slab journal ended, as the slab summary remembers it: {@code struct slab_summary_entry}
 * (format-spec, section 7).
 *
 * @param tailBlockOffset the place in the slab journal's ring behind the last committed block
 * @param fullnessHint roughly how many blocks of the slab are free; see {@link
 *     SlabGeometry#fullnessHint}
 * @param loadRefCounts whether the reference counts on disk have a meaning
 * @param isDirty whether the slab journal has entries that the counts on disk may lack
 */
public record SlabSummaryEntry(
    int tailBlockOffset, int fullnessHint, boolean loadRefCounts, boolean isDirty) {
  /** The width of the hint, in bits. */
  public static final int HINT_BITS = 6;

  /** The field table. */
  public static final Struct STRUCT = Struct.named("slab_summary_entry");

  private static final Field.U8 TAIL_BLOCK_OFFSET = STRUCT.u8("tail_block_offset");
  private static final Field.U8 STATE = STRUCT.u8("state");

  /** The length of an entry, in bytes. */
  public static final int SIZE_BYTES = STRUCT.sizeBytes();

  //  7      6     5 ............. 0
  //  dirty  load  fullness hint
  private static final int HINT_MASK = (1 << HINT_BITS) - 1;
  private static final int LOAD_BIT = 0x40;
  private static final int DIRTY_BIT = 0x80;

  /** {@return the entry stored in {@code bytes}} */
  public static SlabSummaryEntry decode(MemorySegment bytes) {
    int state = STATE.get(bytes);
    return new SlabSummaryEntry(
        TAIL_BLOCK_OFFSET.get(bytes),
        state & HINT_MASK,
        (state & LOAD_BIT) != 0,
        (state & DIRTY_BIT) != 0);
  }

  /** Stores this entry in {@code bytes}. */
  public void encode(MemorySegment bytes) {
    TAIL_BLOCK_OFFSET.set(bytes, tailBlockOffset);
    STATE.set(
        bytes,
        (fullnessHint & HINT_MASK) | (loadRefCounts ? LOAD_BIT : 0) | (isDirty ? DIRTY_BIT : 0));
  }

  /** {@return whether the slab is one that was never used, by this entry} */
  public boolean isUnused() {
    return !loadRefCounts && !isDirty && tailBlockOffset == 0;
  }

  @Override
  public String toString() {
    return "offset "
        + tailBlockOffset
        + ", hint "
        + fullnessHint
        + (loadRefCounts ? ", load" : "")
        + (isDirty ? ", dirty" : "");
  }
}
