package io.vdotools.tool.pack;

import io.vdotools.device.BlockBuffers;
import io.vdotools.engine.Volume;
import io.vdotools.format.BlockSize;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.journal.JournalEntry;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.format.journal.RecoveryJournalBlock;
import java.lang.foreign.Arena;

/**
 * Blocks that a recovery journal names which is still to be replayed: pages that the tree need not
 * lead to yet, and data that no page need mention yet.
 */
final class JournalNames {
  private static final int BLOCKS_AT_ONCE = 64;

  private JournalNames() {}

  /** Takes the entries of a journal. */
  @FunctionalInterface
  interface Entries {
    void entry(JournalEntry entry, boolean isPage);
  }

  /** {@return the data blocks within a range that are named as pages of the block map, sorted} */
  static BlockSet pages(Volume volume, SlabGeometry slabs, long from, long to) {
    var pages = new BlockSet(0);
    forEach(
        volume,
        (entry, isPage) -> {
          add(pages, slabs, entry.pagePbn(), from, to);
          if (isPage) {
            add(pages, slabs, entry.location().pbn(), from, to);
          }
        });
    return pages.sort();
  }

  private static void add(BlockSet pages, SlabGeometry slabs, long pbn, long from, long to) {
    if (pbn >= from && pbn < to && slabs.isDataBlock(pbn)) {
      pages.add(pbn);
    }
  }

  /** Goes through all entries of a journal that is still to be replayed, old ones included. */
  static void forEach(Volume volume, Entries entries) {
    var area = volume.journalArea();
    var state = volume.superBlock().vdo().state();
    if (area.isEmpty() || !(state.needsRecovery() || state.awaitsRebuild())) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      var buffer = BlockBuffers.allocate(arena, BLOCKS_AT_ONCE);
      for (long done = 0; done < area.get().blocks(); done += BLOCKS_AT_ONCE) {
        int count = (int) Math.min(BLOCKS_AT_ONCE, area.get().blocks() - done);
        // A block that cannot be read is zeros here, and no block of the journal.
        var _ =
            volume
                .device()
                .read(
                    area.get().firstPbn() + done,
                    buffer.asSlice(0, (long) count * BlockSize.BLOCK));
        for (int i = 0; i < count; i++) {
          var block =
              new RecoveryJournalBlock(buffer.asSlice((long) i * BlockSize.BLOCK, BlockSize.BLOCK));
          if (block.nonce() == volume.nonce()) {
            block.format().ifPresent(format -> forEach(block, format, entries));
          }
        }
      }
    }
  }

  private static void forEach(RecoveryJournalBlock block, JournalFormat format, Entries entries) {
    for (int sector = 1; sector <= JournalFormat.ENTRY_SECTORS; sector++) {
      int count = Math.min(block.sectorEntryCount(sector), format.capacity(sector));
      for (int i = 0; i < count; i++) {
        var entry = block.entry(format, sector, i);
        entries.entry(entry, entry.isBlockMapEntry());
      }
    }
  }
}
