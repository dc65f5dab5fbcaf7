package io.vdotools.tool.stats;

import io.vdotools.engine.LogicalVolume;
import io.vdotools.format.Limits;
import io.vdotools.format.PartitionId;
import io.vdotools.format.depot.SlabSummary;

/**
 * What the physical blocks of a volume are used for. All are blocks; of a sound volume they add up
 * to {@code physical}.
 *
 * @param physical the physical size
 * @param data blocks that hold data
 * @param pages pages of the block map outside the roots
 * @param free blocks that could hold either
 * @param index geometry block and deduplication index: all before the super block
 * @param roots super block and roots of the block map
 * @param recoveryJournal the recovery journal
 * @param slabJournals the journals of all slabs
 * @param referenceCounts the reference count blocks of all slabs
 * @param slabSummary the slab summary
 * @param unused what is left over, too little for a slab
 */
record Space(
    long physical,
    long data,
    long pages,
    long free,
    long index,
    long roots,
    long recoveryJournal,
    long slabJournals,
    long referenceCounts,
    long slabSummary,
    long unused) {

  static Space of(LogicalVolume volume, long data, long pages) {
    var block = volume.volume().superBlock();
    var slabs = volume.slabs();
    long physical = bounded(block.vdo().config().physicalBlocks());
    long dataArea = (long) slabs.slabCount() * slabs.dataBlocks();
    long index = volume.volume().superBlockPbn();
    long roots = 1L + volume.forest().rootCount();
    long journal =
        block
            .layout()
            .partition(PartitionId.RECOVERY_JOURNAL)
            .map(partition -> bounded(partition.count()))
            .orElse(0L);
    long slabJournals = (long) slabs.slabCount() * slabs.journalBlocks();
    long counts = (long) slabs.slabCount() * slabs.referenceBlocks();
    long known = dataArea + index + roots + journal + slabJournals + counts + SlabSummary.BLOCKS;
    return new Space(
        physical,
        data,
        pages,
        Math.max(0, dataArea - data - pages),
        index,
        roots,
        journal,
        slabJournals,
        counts,
        SlabSummary.BLOCKS,
        Math.max(0, physical - known));
  }

  /** A damaged super block may say anything; no sum of these overflows. */
  private static long bounded(long blocks) {
    return blocks < 0 ? Limits.PHYSICAL_BLOCKS : Math.min(blocks, Limits.PHYSICAL_BLOCKS);
  }

  /** {@return what the driver calls overhead: all but data and free blocks} */
  long overhead() {
    return Math.max(0, physical - data - free);
  }

  /** {@return how many of a hundred physical blocks are not free, rounded to the nearest} */
  long usedPercent() {
    return Math.round(100.0 * (physical - free) / Math.max(1, physical));
  }
}
