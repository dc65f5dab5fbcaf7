package io.vdotools.engine;

import io.vdotools.device.BlockBuffers;
import io.vdotools.device.BlockDevice;
import io.vdotools.format.JournalPoint;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.depot.SlabJournalBlock;
import io.vdotools.format.depot.SlabSummaryEntry;
import java.lang.foreign.Arena;

/**
 * Where a slab journal stands, as a load computes it from the summary entry and the last committed
 * block (format-spec, section 13).
 *
 * @param origin what it was computed from
 * @param head the oldest live block; equal to the tail if no block is live
 * @param tail the sequence number of the next block
 * @param recoveryPoint the recovery journal's point of the last entry
 * @param lastEntry the slab journal's point of the last entry, {@link JournalPoint#NONE} if blank
 */
public record SlabTail(Origin origin, long head, long tail, long recoveryPoint, long lastEntry) {
  /** What a tail was computed from. */
  public enum Origin {
    /** The summary says that the slab was never used: nothing was read. */
    UNUSED,
    /** The last committed block. */
    BLOCK,
    /** There is no block of this volume's slab journals at the place of the last one. */
    BLANK,
    /** The block at the place of the last one cannot be read. */
    UNREADABLE
  }

  private static final SlabTail UNUSED = new SlabTail(Origin.UNUSED, 1, 1, JournalPoint.NONE, 0);

  /** {@return where the journal of a slab stands} */
  public static SlabTail read(
      BlockDevice device, SlabGeometry slabs, int slab, SlabSummaryEntry entry, long nonce) {
    if (!entry.loadRefCounts() && entry.tailBlockOffset() == 0) {
      return UNUSED;
    }
    try (var arena = Arena.ofConfined()) {
      var bytes = BlockBuffers.allocate(arena, 1);
      if (!device.read(lastBlockPbn(slabs, slab, entry), bytes).isEmpty()) {
        return new SlabTail(Origin.UNREADABLE, 1, 1, JournalPoint.NONE, JournalPoint.NONE);
      }
      var block = new SlabJournalBlock(bytes);
      if (!block.belongsTo(nonce)) {
        return new SlabTail(Origin.BLANK, 1, 1, JournalPoint.NONE, JournalPoint.NONE);
      }
      long tail = block.sequenceNumber() + 1;
      return new SlabTail(
          Origin.BLOCK,
          entry.isDirty() ? block.head() : tail,
          tail,
          block.recoveryPoint(),
          JournalPoint.pack(block.sequenceNumber(), Math.max(0, block.entryCount() - 1)));
    }
  }

  /** {@return the PBN of the last committed block of a slab journal, by its summary entry} */
  public static long lastBlockPbn(SlabGeometry slabs, int slab, SlabSummaryEntry entry) {
    int journalBlocks = slabs.journalBlocks();
    int offset = entry.tailBlockOffset() % journalBlocks;
    return slabs.journalStart(slab) + (offset + journalBlocks - 1) % journalBlocks;
  }
}
