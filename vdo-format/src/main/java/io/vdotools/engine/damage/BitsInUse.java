package io.vdotools.engine.damage;

import io.vdotools.format.BlockSize;
import io.vdotools.format.GeometryBlock;
import io.vdotools.format.SuperBlock;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.depot.SlabJournalBlock;
import io.vdotools.format.depot.SlabSummary;
import io.vdotools.format.depot.SlabSummaryEntry;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

/**
 * Chooses bits of a block which cannot change without a contradiction somewhere.
 *
 * <p>Others can: most structures carry no checksum, so a journal entry that names another free
 * block, or a mapping that names another fragment, is as good as the one before.
 */
final class BitsInUse {
  private static final int VERSION_BYTES = 8;

  private BitsInUse() {}

  /** {@return the number of a bit in the block} */
  static long pick(
      Area area, MemorySegment block, VolumeAreas areas, long pbn, SplittableRandom random) {
    return switch (area) {
      // The checksum covers everything before it.
      case GEOMETRY -> random.nextLong(8L * GeometryBlock.STRUCT_5.sizeBytes());
      case SUPER_BLOCK -> random.nextLong(8L * SuperBlock.STRUCT.sizeBytes());
      // Version, nonce and PBN, or the PBN of an entry.
      case ROOT, INTERIOR, LEAF ->
          random.nextBoolean()
              ? random.nextLong(8 * 24)
              : 8L * (BlockMapPage.HEADER_BYTES + 5L * random.nextInt(BlockMapPage.ENTRIES) + 1)
                  + random.nextInt(32);
      case REFERENCE_BLOCK -> random.nextLong(8L * BlockSize.BLOCK);
      // The sequence number and the nonce, or the offset of an entry.
      case SLAB_JOURNAL -> slabJournal(new SlabJournalBlock(block), random);
      case SUMMARY -> futureSlab(areas, pbn, random);
      // The sequence number, but not so far that it belongs to another lap, and the nonce.
      case RECOVERY_JOURNAL ->
          random.nextBoolean()
              ? 8L * 16
                  + random.nextInt(
                      Math.max(1, Long.numberOfTrailingZeros(areas.journal().blocks())))
              : 8L * 24 + random.nextInt(64);
      case COMPRESSED_BLOCK -> random.nextLong(8 * VERSION_BYTES);
    };
  }

  private static long slabJournal(SlabJournalBlock block, SplittableRandom random) {
    int entries = Math.min(block.entryCount(), SlabJournalBlock.FULL_ENTRIES);
    return switch (random.nextInt(entries == 0 ? 2 : 3)) {
      case 0 -> 8L * 8 + random.nextInt(40);
      case 1 -> 8L * 24 + random.nextInt(64);
      default ->
          8L * (SlabJournalBlock.STRUCT.sizeBytes() + 3L * random.nextInt(entries))
              + random.nextInt(22);
    };
  }

  /** A bit of an entry of a slab that does not exist: it must be default in every copy. */
  private static long futureSlab(VolumeAreas areas, long pbn, SplittableRandom random) {
    long first =
        (pbn - areas.summaryStart()) % SlabSummary.BLOCKS_PER_COPY * SlabSummary.ENTRIES_PER_BLOCK;
    // Where there is none, any bit of any slab.
    int from =
        (int) (Math.max(0, areas.slabs().slabCount() - first) % SlabSummary.ENTRIES_PER_BLOCK);
    return 8L * SlabSummaryEntry.SIZE_BYTES * random.nextInt(from, SlabSummary.ENTRIES_PER_BLOCK)
        + random.nextInt(8 * SlabSummaryEntry.SIZE_BYTES);
  }
}
