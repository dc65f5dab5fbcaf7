package io.vdotools.engine.damage;

import io.vdotools.bytes.Struct;
import io.vdotools.format.GeometryBlock;
import io.vdotools.format.JournalPoint;
import io.vdotools.format.SuperBlock;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.format.depot.SlabJournalBlock;
import io.vdotools.format.depot.SlabSummary;
import io.vdotools.format.depot.SlabSummaryEntry;
import io.vdotools.format.journal.RecoveryJournalBlock;
import java.lang.foreign.MemorySegment;

/** What blocks held before their last write, as a disk leaves it that lost that write. */
final class StaleBlocks {
  private StaleBlocks() {}

  /** Makes a block what it was some time before. */
  static void makeStale(Area area, MemorySegment block, long pbn, VolumeAreas areas) {
    switch (area) {
      // It is written once in the life of a volume; before that the device held another volume.
      case GEOMETRY -> {
        StructFields.set(GeometryBlock.STRUCT_5, block, "nonce", areas.nonce() - 1);
        long checksum = GeometryBlock.computeChecksum(block);
        StructFields.set(GeometryBlock.STRUCT_5, block, "checksum", checksum);
      }
      case SUPER_BLOCK -> {
        var journal = areas.volume().superBlock().recoveryJournal();
        set(block, "recovery_journal.logical_blocks_used", journal.logicalBlocksUsed() - 1);
        set(block, "recovery_journal.block_map_data_blocks", journal.blockMapDataBlocks() - 1);
        SuperBlock.sealChecksum(block);
      }
      case ROOT, INTERIOR, LEAF -> unmapHalf(new BlockMapPage(block));
      case REFERENCE_BLOCK -> forgetHalf(new ReferenceBlock(block));
      case SLAB_JOURNAL -> {
        long sequence = new SlabJournalBlock(block).sequenceNumber();
        lapBefore(SlabJournalBlock.STRUCT, block, sequence, areas.slabs().journalBlocks());
      }
      case SUMMARY -> forgetSlabs(block, pbn, areas);
      case RECOVERY_JOURNAL -> {
        long sequence = new RecoveryJournalBlock(block).sequenceNumber();
        lapBefore(RecoveryJournalBlock.STRUCT, block, sequence, areas.journal().blocks());
      }
      // Free blocks hold whatever was written to them last.
      case COMPRESSED_BLOCK -> block.fill((byte) 0x5a);
    }
  }

  private static void set(MemorySegment block, String path, long value) {
    StructFields.set(SuperBlock.STRUCT, block, path, value);
  }

  /** A ring's place holds the block of the lap before; before the first lap it is empty. */
  private static void lapBefore(Struct struct, MemorySegment block, long sequence, long ring) {
    if (sequence <= ring) {
      block.fill((byte) 0);
    } else {
      StructFields.set(struct, block, "sequence_number", sequence - ring);
    }
  }

  private static void unmapHalf(BlockMapPage page) {
    int mapped = 0;
    for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
      mapped += page.entry(slot) == 0 ? 0 : 1;
    }
    int kept = mapped / 2;
    for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
      if (page.entry(slot) != 0 && kept-- <= 0) {
        page.setEntry(slot, 0);
      }
    }
  }

  private static void forgetHalf(ReferenceBlock block) {
    for (int sector = 0; sector < 8; sector++) {
      block.setCommitPoint(sector, JournalPoint.NONE);
    }
    for (int i = 1; i < ReferenceBlock.COUNTS_PER_BLOCK; i += 2) {
      block.setCount(i, ReferenceBlock.EMPTY);
    }
  }

  private static void forgetSlabs(MemorySegment block, long pbn, VolumeAreas areas) {
    var unused = areas.slabs().unusedEntry();
    if ((pbn - areas.summaryStart()) % SlabSummary.BLOCKS_PER_COPY == 0) {
      for (int slab = 0; slab < areas.slabs().slabCount(); slab++) {
        int at = slab * SlabSummaryEntry.SIZE_BYTES;
        unused.encode(block.asSlice(at, SlabSummaryEntry.SIZE_BYTES));
      }
    }
  }
}
