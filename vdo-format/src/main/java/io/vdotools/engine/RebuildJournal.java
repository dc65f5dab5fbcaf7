package io.vdotools.engine;

import io.vdotools.device.BlockDevice;
import io.vdotools.format.journal.JournalFormat;

/**
 * The entries that a forced rebuild takes from the recovery journal: whatever is readable from the
 * block map head to the highest block, past gaps and torn blocks (format-spec, section 14).
 *
 * @param area where the journal lies
 * @param scan the result of scanning it
 */
public record RebuildJournal(JournalArea area, JournalScan scan) {
  /** Visits every entry that stores a mapping, in order, valid or not. */
  public void forEachEntry(BlockDevice device, JournalEntryVisitor visitor) {
    if (!scan.found()) {
      return;
    }
    try (var reader = new JournalBlockReader(device, area)) {
      var format = reader.formatAt(scan.top()).orElse(JournalFormat.CURRENT);
      long blocks = area.blocksBetween(scan.blockMapHead(), scan.top());
      for (long back = blocks - 1; back >= 0; back--) {
        long sequence = scan.top() - back;
        var exact = reader.exact(sequence);
        if (exact.isEmpty() || exact.get().metadataType() != format.metadataType()) {
          continue;
        }
        var block = exact.get();
        int left = Math.min(block.entryCount(), format.entriesPerBlock());
        int index = 0;
        for (int sector = 1; sector <= JournalFormat.ENTRY_SECTORS; sector++) {
          int share = Math.min(left, format.capacity(sector));
          int count =
              block.isSectorValid(format, sector)
                  ? Math.min(share, block.sectorEntryCount(sector))
                  : 0;
          for (int i = 0; i < count; i++) {
            var entry = block.entry(format, sector, i);
            if (entry.storesMapping()) {
              visitor.entry(sequence, index + i, entry);
            }
          }
          left -= share;
          index += format.entriesPerSector();
        }
      }
    }
  }
}
