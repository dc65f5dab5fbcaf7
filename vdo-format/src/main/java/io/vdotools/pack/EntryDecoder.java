package io.vdotools.pack;

import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.pack.JournalLayout.Generation;

/** Puts entries of the recovery journal together again. */
final class EntryDecoder {
  private static final int MOST_OPERATIONS = 4;
  private static final int MOST_SLOTS = 1 << 10;
  private static final int PBN_BITS = 36;

  private final EntryMemory memory;

  EntryDecoder(PbnPredictor.Way way, PbnRange range) {
    memory = new EntryMemory(way, range);
  }

  void decode(byte[] content, int entry, Generation generation, ColumnReader[] from)
      throws FormatFault {
    int operation = from[EntryMemory.OPERATIONS].next();
    if (operation >= MOST_OPERATIONS) {
      throw new FormatFault("unknown operation " + operation);
    }
    switch (generation) {
      case CURRENT -> decodeCurrent(content, entry, operation, from);
      case OLD -> decodeOld(content, entry, operation, from);
    }
  }

  private void decodeCurrent(byte[] content, int entry, int operation, ColumnReader[] from)
      throws FormatFault {
    long place = decodePlace(from);
    JournalLayout.putPlace(
        content, entry, operation, EntryMemory.slot(place), EntryMemory.page(place));
    long mapping = decodeMapping(EntryEncoder.NOT_TOLD, from);
    JournalLayout.putMapping(content, entry, mapping);
    int symbol = from[EntryMemory.UNMAPPING_STATES].next();
    long unmapping;
    if (symbol == EntryMemory.AS_TOLD) {
      unmapping = memory.mapping(place);
    } else {
      long pbn = 0;
      if (EntryMemory.hasPbn(symbol)) {
        pbn =
            (MappingState.isCompressed(symbol) ? memory.compressedBefore : memory.plainBefore)
                .decode(from);
      }
      unmapping = packed(symbol, pbn);
    }
    JournalLayout.putUnmapping(content, entry, unmapping);
    memory.putMapping(place, mapping);
  }

  private void decodeOld(byte[] content, int entry, int operation, ColumnReader[] from)
      throws FormatFault {
    long place;
    long mapping;
    if ((operation & 1) != 0) {
      place = decodePlace(from);
      mapping = decodeMapping(EntryEncoder.NOT_TOLD, from);
      memory.addPending(place, memory.mapping(place));
      memory.putMapping(place, mapping);
    } else {
      int pending =
          from[EntryMemory.PENDING_LOW].next() | from[EntryMemory.PENDING_HIGH].next() << 8;
      if (pending == EntryMemory.NEW) {
        place = decodePlace(from);
        mapping = decodeMapping(EntryEncoder.NOT_TOLD, from);
      } else if (pending >= memory.pendingCount()) {
        throw new FormatFault("there is no pending increment " + pending);
      } else {
        place = memory.pendingPlace(pending);
        mapping = decodeMapping(memory.pendingMapping(pending), from);
        memory.removePending(pending);
      }
    }
    JournalLayout.putPlace(
        content, entry, operation, EntryMemory.slot(place), EntryMemory.page(place));
    JournalLayout.putMapping(content, entry, mapping);
  }

  private long decodePlace(ColumnReader[] from) throws FormatFault {
    int number = from[EntryMemory.PAGE_LOW].next() | from[EntryMemory.PAGE_HIGH].next() << 8;
    long page;
    if (number == EntryMemory.NEW) {
      page = memory.lastNewPage() + from[EntryMemory.NEW_PAGES].nextSigned();
      if (page >>> PBN_BITS != 0) {
        throw new FormatFault("there is no PBN " + page);
      }
      memory.addPage(page);
    } else if (number < memory.pageCount()) {
      page = memory.pagePbn(number);
    } else {
      throw new FormatFault("there is no page " + number);
    }
    int difference = from[EntryMemory.SLOT_LOW].next() | from[EntryMemory.SLOT_HIGH].next() << 8;
    if (difference >= MOST_SLOTS) {
      throw new FormatFault("there is no slot " + difference);
    }
    int slot = memory.slotOf(page, difference);
    memory.rememberSlot(page, slot);
    return EntryMemory.place(page, slot);
  }

  private long decodeMapping(long told, ColumnReader[] from) throws FormatFault {
    int symbol = from[EntryMemory.MAPPING_STATES].next();
    if (symbol == EntryMemory.AS_TOLD && told != EntryEncoder.NOT_TOLD) {
      return told;
    }
    long pbn = 0;
    if (EntryMemory.hasPbn(symbol)) {
      pbn =
          (MappingState.isCompressed(symbol) && symbol <= MappingState.COMPRESSED_MAX
                  ? memory.compressed
                  : memory.plain)
              .decode(from);
    }
    return packed(symbol, pbn);
  }

  private static long packed(int symbol, long pbn) throws FormatFault {
    return switch (symbol) {
      case EntryMemory.UNMAPPED_WITH_PBN -> BlockMapEntry.pack(pbn, MappingState.UNMAPPED);
      case EntryMemory.ZERO_BLOCK -> BlockMapEntry.pack(0, MappingState.UNCOMPRESSED);
      default -> {
        if (symbol > MappingState.COMPRESSED_MAX) {
          throw new FormatFault("unknown symbol " + symbol + " for a mapping");
        }
        yield BlockMapEntry.pack(pbn, symbol);
      }
    };
  }
}
