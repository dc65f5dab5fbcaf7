package io.vdotools.engine;

import io.vdotools.VdoException;
import io.vdotools.device.BlockBuffers;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.BlockError;
import io.vdotools.format.Limits;
import io.vdotools.format.depot.SlabJournalBlock;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.format.journal.RecoveryJournalBlock;
import io.vdotools.model.JournalBlockFields;
import io.vdotools.model.JournalEntryFields;
import io.vdotools.model.SlabJournalBlockFields;
import io.vdotools.model.SlabJournalEntryFields;
import io.vdotools.model.SummaryFields;
import io.vdotools.model.VolumeVisitor;
import java.lang.foreign.Arena;

/** Tells journals and the slab summary as they are stored. */
final class JournalWalk {
  private final LogicalVolume volume;
  private final BlockDevice device;
  private final VolumeVisitor visitor;

  JournalWalk(LogicalVolume volume, VolumeVisitor visitor) {
    this.volume = volume;
    this.device = volume.volume().device();
    this.visitor = visitor;
  }

  /** Tells the blocks of the recovery journal that are valid and in their place, in order. */
  void recoveryJournal() throws VdoException {
    visitor.beginRecoveryJournal();
    var area = volume.volume().journalArea();
    if (area.isPresent()) {
      long top = JournalScan.of(device, area.get(), new Silent()).top();
      try (var reader = new JournalBlockReader(device, area.get())) {
        for (long sequence = Math.max(1, top - area.get().blocks() + 1);
            sequence <= top && sequence < Limits.SEQUENCE_NUMBERS;
            sequence++) {
          var block = reader.exact(sequence);
          if (block.isPresent()) {
            tell(block.get(), block.get().format().orElseThrow());
          }
        }
      }
    }
    visitor.endRecoveryJournal();
  }

  private static final class Silent implements JournalScan.Visitor {
    @Override
    public void block(long position, RecoveryJournalBlock block) {}

    @Override
    public void unreadable(long position, BlockError error) {}
  }

  private void tell(RecoveryJournalBlock block, JournalFormat format) throws VdoException {
    visitor.journalBlock(
        new JournalBlockFields(
            block.sequenceNumber(),
            format,
            block.blockMapHead(),
            block.slabJournalHead(),
            block.entryCount(),
            block.logicalBlocksUsed(),
            block.blockMapDataBlocks()));
    int left = block.entryCount();
    for (int sector = 1; sector <= JournalFormat.ENTRY_SECTORS && left > 0; sector++) {
      if (!block.isSectorValid(format, sector)) {
        return;
      }
      int entries = Math.min(left, block.sectorEntryCount(sector));
      for (int i = 0; i < entries; i++) {
        int index = (sector - 1) * format.entriesPerSector() + i;
        visitor.journalEntry(new JournalEntryFields(index, block.entry(format, sector, i)));
      }
      left -= entries;
    }
  }

  /** Tells the blocks of slab journals that their last block names as live, in order. */
  void slabJournals(SlabSource source) throws VdoException {
    visitor.beginSlabJournals();
    var slabs = volume.slabs();
    try (var arena = Arena.ofConfined()) {
      var bytes = BlockBuffers.allocate(arena, 1);
      var block = new SlabJournalBlock(bytes);
      for (int slab = 0; slab < slabs.slabCount(); slab++) {
        var tail = SlabTail.read(device, slabs, slab, source.entry(slab), volume.nonce());
        if (tail.origin() != SlabTail.Origin.BLOCK || tail.tail() > Limits.SEQUENCE_NUMBERS) {
          continue;
        }
        long last = tail.tail() - 1;
        if (!device.read(slabs.journalStart(slab) + slabs.journalPosition(last), bytes).isEmpty()) {
          continue;
        }
        long head = Math.clamp(block.head(), Math.max(1, last - slabs.journalBlocks() + 1), last);
        for (long sequence = head; sequence <= last; sequence++) {
          long pbn = slabs.journalStart(slab) + slabs.journalPosition(sequence);
          boolean isReadable = device.read(pbn, bytes).isEmpty();
          if (isReadable && block.belongsTo(volume.nonce()) && block.sequenceNumber() == sequence) {
            tell(slab, block);
          }
        }
      }
    }
    visitor.endSlabJournals();
  }

  private void tell(int slab, SlabJournalBlock block) throws VdoException {
    visitor.slabJournalBlock(
        new SlabJournalBlockFields(
            slab,
            block.sequenceNumber(),
            block.head(),
            block.recoveryPoint(),
            block.hasBlockMapIncrements(),
            block.entryCount()));
    int entries = Math.min(block.entryCount(), block.capacity());
    for (int i = 0; i < entries; i++) {
      visitor.slabJournalEntry(
          new SlabJournalEntryFields(
              i,
              block.entryOperation(i),
              volume.slabs().slabStart(slab) + block.entryOffsetInSlab(i)));
    }
  }

  /** Tells the entries of the slab summary that count. */
  void summary(SlabSource source) throws VdoException {
    visitor.beginSummary();
    for (int slab = 0; slab < volume.slabs().slabCount(); slab++) {
      visitor.summaryEntry(new SummaryFields(slab, source.entry(slab)));
    }
    visitor.endSummary();
  }
}
