package io.vdotools.engine;

import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.journal.JournalEntry;
import java.util.Optional;

/**
 * When a recovery journal entry is valid (format-spec, section 8).
 *
 * @param physicalBlocks the volume's physical size
 * @param slabs where its slabs lie
 */
public record JournalEntryRules(long physicalBlocks, SlabGeometry slabs) {
  /** {@return what is wrong with an entry, nothing if it is valid} */
  public Optional<String> fault(JournalEntry entry) {
    if (entry.operation() == JournalEntry.Operation.INVALID
        || entry.operation() == JournalEntry.Operation.BLOCK_MAP_DECREMENT) {
      return Optional.of("unknown operation " + entry.operationCode());
    }
    if (entry.pagePbn() >= physicalBlocks) {
      return Optional.of("page PBN " + entry.pagePbn() + " is not on the volume");
    }
    if (entry.slot() >= BlockMapPage.ENTRIES) {
      return Optional.of("slot " + entry.slot() + " is not in a page");
    }
    return location(entry.mapping(), "new")
        .or(() -> location(entry.unmapping(), "old"))
        .or(() -> entry.isBlockMapEntry() ? newPage(entry) : Optional.empty());
  }

  private Optional<String> location(BlockMapEntry location, String which) {
    if (!BlockMapEntry.isValid(location.pack())) {
      return Optional.of("the " + which + " mapping is " + location);
    }
    return location.pbn() == 0 || slabs.isDataBlock(location.pbn())
        ? Optional.empty()
        : Optional.of("the " + which + " mapping, " + location + ", is not to a data block");
  }

  private static Optional<String> newPage(JournalEntry entry) {
    if (MappingState.isCompressed(entry.mapping().state()) || entry.mapping().pbn() == 0) {
      return Optional.of("the new page is " + entry.mapping());
    }
    return entry.unmapping().equals(BlockMapEntry.UNMAPPED)
        ? Optional.empty()
        : Optional.of("a new page replaces " + entry.unmapping());
  }
}
