package io.vdotools.tool.map;

import io.vdotools.engine.LogicalVolume;
import io.vdotools.format.GeometryBlock;
import io.vdotools.format.Partition;
import io.vdotools.format.PartitionId;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.blockmap.LbnSet;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.format.depot.SlabSummary;

/**
 * What lies at some PBNs by the layout of the volume, and what is lost with it.
 *
 * @param kind what it is
 * @param end the PBN behind the last block of which all of this is true
 * @param words more about it, for a person; empty if there is nothing to add
 * @param lbns the LBNs that cannot be reached any more if it is lost
 */
record PhysicalArea(Kind kind, long end, String words, LbnSet lbns) {
  /** What can lie at a PBN. */
  enum Kind {
    /** PBN 0. */
    GEOMETRY_BLOCK("geometry block"),
    /** The deduplication index. */
    INDEX("deduplication index"),
    /** The super block. */
    SUPER_BLOCK("super block"),
    /** The root of a tree of the block map. */
    BLOCK_MAP_ROOT("block map root"),
    /** A block that data or a page of the block map may lie in. */
    DATA_BLOCK("data block"),
    /** Reference counts. */
    REFERENCE_COUNTS("reference counts"),
    /** A slab journal. */
    SLAB_JOURNAL("slab journal"),
    /** The recovery journal. */
    RECOVERY_JOURNAL("recovery journal"),
    /** The slab summary. */
    SLAB_SUMMARY("slab summary"),
    /** Nothing: what is left behind the last slab, or inside of one. */
    UNUSED("unused"),
    /** Behind the end of the volume. */
    OUTSIDE("outside of the volume");

    private final String title;

    Kind(String title) {
      this.title = title;
    }

    /** {@return the kind in words} */
    String title() {
      return title;
    }
  }

  private static PhysicalArea of(Kind kind, long end, String words) {
    return new PhysicalArea(kind, end, words, LbnSet.NONE);
  }

  /** {@return what lies at a PBN of a volume, and up to where the same is true} */
  static PhysicalArea at(LogicalVolume volume, long pbn) {
    var slabs = volume.slabs();
    if (slabs.contains(pbn)) {
      return inSlab(volume, pbn);
    }
    long superBlock = volume.volume().superBlockPbn();
    if (pbn == GeometryBlock.LOCATION) {
      return of(Kind.GEOMETRY_BLOCK, pbn + 1, "can be made again from the super block");
    }
    if (pbn < superBlock) {
      return of(Kind.INDEX, superBlock, "no data: the driver makes a new one");
    }
    if (pbn == superBlock) {
      return new PhysicalArea(
          Kind.SUPER_BLOCK, pbn + 1, "", LbnSet.range(0, volume.logicalBlocks()));
    }
    long root = pbn - volume.rootOrigin();
    if (root >= 0 && root < Forest.DEFAULT_ROOT_COUNT) {
      return new PhysicalArea(
          Kind.BLOCK_MAP_ROOT,
          pbn + 1,
          "tree " + root,
          volume.forest().lbnsBelow((int) root, Forest.ROOT_HEIGHT, 0));
    }
    return behindSlabs(volume, pbn);
  }

  private static PhysicalArea inSlab(LogicalVolume volume, long pbn) {
    var slabs = volume.slabs();
    int slab = slabs.slabOf(pbn);
    long start = slabs.slabStart(slab);
    if (pbn < slabs.referenceStart(slab)) {
      return of(Kind.DATA_BLOCK, slabs.referenceStart(slab), "slab " + slab);
    }
    if (pbn < slabs.journalStart(slab)) {
      long first = start + (pbn - slabs.referenceStart(slab)) * ReferenceBlock.COUNTS_PER_BLOCK;
      long last = Math.min(first + ReferenceBlock.COUNTS_PER_BLOCK, start + slabs.dataBlocks()) - 1;
      return first > last
          ? of(Kind.UNUSED, pbn + 1, "slab " + slab)
          : of(
              Kind.REFERENCE_COUNTS,
              pbn + 1,
              "slab %d, of PBN %d..%d: can be made again from the block map"
                  .formatted(slab, first, last));
    }
    long journalEnd = slabs.journalStart(slab) + slabs.journalBlocks();
    return pbn < journalEnd
        ? of(Kind.SLAB_JOURNAL, journalEnd, "slab " + slab + ": can be made again")
        : of(Kind.UNUSED, start + slabs.slabBlocks(), "slab " + slab);
  }

  private static PhysicalArea behindSlabs(LogicalVolume volume, long pbn) {
    var block = volume.volume().superBlock();
    var summary = volume.volume().summaryStart();
    if (summary.isPresent()
        && pbn >= summary.getAsLong()
        && pbn < summary.getAsLong() + SlabSummary.BLOCKS) {
      return of(Kind.SLAB_SUMMARY, summary.getAsLong() + SlabSummary.BLOCKS, "can be made again");
    }
    var journal = block.layout().partition(PartitionId.RECOVERY_JOURNAL);
    if (journal.isPresent() && contains(journal.get(), pbn)) {
      return of(
          Kind.RECOVERY_JOURNAL,
          journal.get().end(),
          block.vdo().state().needsRecovery()
              ? "holds mappings that are nowhere else: the volume was not stopped cleanly"
              : "of no use on a volume that was stopped cleanly");
    }
    long end = Math.max(block.vdo().config().physicalBlocks(), volume.slabs().endBlock());
    if (pbn >= end) {
      return of(Kind.OUTSIDE, Long.MAX_VALUE, "");
    }
    long next = end;
    for (var partition : block.layout().partitions()) {
      next = partition.offset() > pbn ? Math.min(next, partition.offset()) : next;
    }
    return of(Kind.UNUSED, next, "");
  }

  private static boolean contains(Partition partition, long pbn) {
    return pbn >= partition.offset() && pbn < partition.end();
  }
}
