package io.vdotools.testing;

import io.vdotools.device.MemoryDevice;
import io.vdotools.format.BlockSize;
import io.vdotools.format.JournalPoint;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.depot.SlabJournalBlock;
import io.vdotools.format.depot.SlabJournalEntry;
import io.vdotools.format.depot.SlabJournalEntry.Operation;
import io.vdotools.format.depot.SlabSummaryEntry;
import java.util.ArrayList;
import java.util.List;

/** The changes that one slab has seen, and the blocks that they leave behind. */
final class SlabImage {
  private static final int LEAST_JOURNAL_BLOCKS = 3;
  private static final int CHANGES_PER_RECOVERY_BLOCK = 200;

  private final List<SlabJournalEntry> changes = new ArrayList<>();
  private SlabForm form = SlabForm.OFFLINE;

  void setForm(SlabForm newForm) {
    form = newForm;
  }

  void add(int offset, Operation operation) {
    changes.add(new SlabJournalEntry(offset, operation));
  }

  boolean isUnused() {
    return changes.isEmpty();
  }

  private int changesPerBlock() {
    return Math.clamp(changes.size() / LEAST_JOURNAL_BLOCKS, 1, SlabJournalBlock.FULL_ENTRIES);
  }

  private int journalBlocks() {
    return Math.ceilDiv(changes.size(), changesPerBlock());
  }

  private long lastPoint(int count) {
    int last = count - 1;
    return JournalPoint.pack(1 + last / changesPerBlock(), last % changesPerBlock());
  }

  /** {@return the number of the last recovery journal block that the slab journal knows of} */
  long lastRecoveryBlock() {
    return form.hasJournal() ? 1 + changes.size() / CHANGES_PER_RECOVERY_BLOCK : 0;
  }

  /** Writes counts and journal; {@return the slab's entry in the summary}. */
  SlabSummaryEntry write(MemoryDevice device, SlabGeometry slabs, int slab, long nonce) {
    if (isUnused()) {
      return slabs.unusedEntry();
    }
    int known = form == SlabForm.BEHIND ? changesPerBlock() : changes.size();
    int[] counts = counts(slabs, form.hasCounts() ? known : 0);
    if (form.hasCounts()) {
      writeCounts(device, slabs, slab, counts, form.hasJournal() ? lastPoint(known) : 0);
    }
    if (form.hasJournal()) {
      writeJournal(device, slabs, slab, nonce);
    }
    int free = 0;
    for (int count : counts(slabs, changes.size())) {
      free += count == 0 ? 1 : 0;
    }
    int offset = form.hasJournal() ? slabs.journalPosition(journalBlocks() + 1L) : 0;
    return new SlabSummaryEntry(offset, slabs.fullnessHint(free), form.hasCounts(), form.isDirty());
  }

  private int[] counts(SlabGeometry slabs, int known) {
    int[] counts = new int[slabs.dataBlocks()];
    for (var change : changes.subList(0, known)) {
      switch (change.operation()) {
        case DATA_INCREMENT -> counts[change.offsetInSlab()]++;
        case DECREMENT -> counts[change.offsetInSlab()]--;
        case BLOCK_MAP_INCREMENT -> counts[change.offsetInSlab()] = ReferenceBlock.MAXIMUM;
      }
    }
    return counts;
  }

  private static void writeCounts(
      MemoryDevice device, SlabGeometry slabs, int slab, int[] counts, long commitPoint) {
    for (int i = 0; i < slabs.usedReferenceBlocks(); i++) {
      var block = new ReferenceBlock(Segments.zeroBlock());
      for (int sector = 0; sector < BlockSize.SECTORS_PER_BLOCK; sector++) {
        block.setCommitPoint(sector, commitPoint);
      }
      int first = i * ReferenceBlock.COUNTS_PER_BLOCK;
      int end = Math.min(counts.length, first + ReferenceBlock.COUNTS_PER_BLOCK);
      for (int offset = first; offset < end; offset++) {
        block.setCount(offset - first, counts[offset]);
      }
      device.write(slabs.referenceStart(slab) + i, block.bytes());
    }
  }

  private void writeJournal(MemoryDevice device, SlabGeometry slabs, int slab, long nonce) {
    for (int sequence = 1; sequence <= journalBlocks(); sequence++) {
      var block = new SlabJournalBlock(Segments.zeroBlock());
      block.format(1, sequence, nonce);
      int first = (sequence - 1) * changesPerBlock();
      int end = Math.min(changes.size(), first + changesPerBlock());
      for (int i = first; i < end; i++) {
        if (!block.append(changes.get(i), recoveryPoint(i))) {
          throw new IllegalStateException("slab journal block " + sequence + " is full");
        }
      }
      device.write(slabs.journalStart(slab) + slabs.journalPosition(sequence), block.bytes());
    }
  }

  private long recoveryPoint(int change) {
    int index = 2 * (change % CHANGES_PER_RECOVERY_BLOCK);
    return JournalPoint.pack(
        1 + change / CHANGES_PER_RECOVERY_BLOCK,
        changes.get(change).isIncrement() ? index : index + 1);
  }
}
