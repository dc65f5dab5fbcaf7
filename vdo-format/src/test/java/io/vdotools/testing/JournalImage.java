package io.vdotools.testing;

import io.vdotools.device.MemoryDevice;
import io.vdotools.engine.JournalReplay;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.journal.JournalEntry;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.format.journal.RecoveryJournalBlock;
import java.util.ArrayList;
import java.util.List;

/** The entries that a recovery journal holds when the power goes, and the blocks for them. */
final class JournalImage {
  private final JournalFormat format;
  private final List<JournalEntry> entries = new ArrayList<>();

  JournalImage(JournalFormat format) {
    this.format = format;
  }

  /** Adds the entries for a slot that changes. */
  void add(
      long pagePbn, int slot, boolean isNewPage, BlockMapEntry mapping, BlockMapEntry unmapping) {
    switch (format) {
      case CURRENT -> add(isNewPage ? 1 : 0, pagePbn, slot, mapping, unmapping);
      case V1 -> {
        add(isNewPage ? 3 : 1, pagePbn, slot, mapping, BlockMapEntry.UNMAPPED);
        if (!isNewPage) {
          add(0, pagePbn, slot, BlockMapEntry.UNMAPPED, unmapping);
        }
      }
    }
  }

  private void add(
      int code, long pagePbn, int slot, BlockMapEntry mapping, BlockMapEntry unmapping) {
    entries.add(new JournalEntry(format, code, pagePbn, slot, mapping, unmapping));
  }

  /**
   * Writes the blocks.
   *
   * @param device the volume
   * @param firstPbn the PBN of the journal
   * @param blocks its size
   * @param header that of the first block, with both heads at its own number
   */
  void write(MemoryDevice device, long firstPbn, long blocks, RecoveryJournalBlock.Header header) {
    long logicalBlocks = header.logicalBlocksUsed();
    long pages = header.blockMapDataBlocks();
    int perBlock = format.entriesPerBlock();
    for (int first = 0; first < entries.size(); first += perBlock) {
      long sequence = header.sequenceNumber() + first / perBlock;
      var block = new RecoveryJournalBlock(Segments.zeroBlock());
      block.format(
          new RecoveryJournalBlock.Header(
              header.blockMapHead(),
              header.slabJournalHead(),
              sequence,
              header.nonce(),
              format,
              logicalBlocks,
              pages,
              header.recoveryCount()),
          blocks);
      for (var entry : entries.subList(first, Math.min(entries.size(), first + perBlock))) {
        if (!block.append(entry)) {
          throw new IllegalStateException("recovery journal block " + sequence + " is full");
        }
        logicalBlocks += JournalReplay.logicalBlocks(entry);
        pages += entry.isBlockMapEntry() ? 1 : 0;
      }
      if (sequence - header.sequenceNumber() >= blocks) {
        throw new IllegalStateException("the recovery journal is full");
      }
      device.write(firstPbn + (sequence & (blocks - 1)), block.bytes());
    }
  }
}
