package io.vdotools.pack;

import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.pack.JournalLayout.Generation;

/** Takes entries of the recovery journal apart; {@link EntryDecoder} puts them together again. */
final class EntryEncoder {
  /** How many columns the entries take. */
  static final int COLUMNS = EntryMemory.END - RecoveryJournalForm.FIRST_ENTRY_COLUMN;

  /** Nothing that a mapping could be equal to. */
  static final long NOT_TOLD = -1;

  private final EntryMemory memory;

  EntryEncoder(PbnPredictor.Way way, PbnRange range) {
    memory = new EntryMemory(way, range);
  }

  void encode(byte[] content, int entry, Generation generation, Columns into) {
    int operation = JournalLayout.operation(content, entry);
    into.get(EntryMemory.OPERATIONS).add(operation);
    switch (generation) {
      case CURRENT -> encodeCurrent(content, entry, into);
      case OLD -> encodeOld(content, entry, (operation & 1) != 0, into);
    }
  }

  private void encodeCurrent(byte[] content, int entry, Columns into) {
    long place = encodePlace(content, entry, into);
    long mapping = JournalLayout.mapping(content, entry);
    encodeMapping(mapping, NOT_TOLD, into);
    long unmapping = JournalLayout.unmapping(content, entry);
    int symbol = EntryMemory.symbol(unmapping, memory.mapping(place));
    into.get(EntryMemory.UNMAPPING_STATES).add(symbol);
    if (EntryMemory.hasPbn(symbol)) {
      (MappingState.isCompressed(symbol) ? memory.compressedBefore : memory.plainBefore)
          .encode(BlockMapEntry.pbn(unmapping), into);
    }
    memory.putMapping(place, mapping);
  }

  private void encodeOld(byte[] content, int entry, boolean isIncrement, Columns into) {
    long mapping = JournalLayout.mapping(content, entry);
    if (isIncrement) {
      long place = encodePlace(content, entry, into);
      encodeMapping(mapping, NOT_TOLD, into);
      memory.addPending(place, memory.mapping(place));
      memory.putMapping(place, mapping);
      return;
    }
    long place =
        EntryMemory.place(JournalLayout.page(content, entry), JournalLayout.slot(content, entry));
    int pending = memory.pending(place);
    into.get(EntryMemory.PENDING_LOW).add(pending);
    into.get(EntryMemory.PENDING_HIGH).add(pending >>> 8);
    if (pending == EntryMemory.NEW) {
      encodePlace(content, entry, into);
      encodeMapping(mapping, NOT_TOLD, into);
    } else {
      encodeMapping(mapping, memory.pendingMapping(pending), into);
      memory.removePending(pending);
    }
  }

  private long encodePlace(byte[] content, int entry, Columns into) {
    long page = JournalLayout.page(content, entry);
    int slot = JournalLayout.slot(content, entry);
    int number = memory.pageNumber(page);
    into.get(EntryMemory.PAGE_LOW).add(number);
    into.get(EntryMemory.PAGE_HIGH).add(number >>> 8);
    if (number == EntryMemory.NEW) {
      into.get(EntryMemory.NEW_PAGES).addSigned(page - memory.lastNewPage());
      memory.addPage(page);
    }
    int difference = memory.slotDifference(page, slot);
    into.get(EntryMemory.SLOT_LOW).add(difference);
    into.get(EntryMemory.SLOT_HIGH).add(difference >>> 8);
    memory.rememberSlot(page, slot);
    return EntryMemory.place(page, slot);
  }

  private void encodeMapping(long mapping, long told, Columns into) {
    int symbol = EntryMemory.symbol(mapping, told);
    into.get(EntryMemory.MAPPING_STATES).add(symbol);
    if (EntryMemory.hasPbn(symbol)) {
      (MappingState.isCompressed(symbol) && symbol <= MappingState.COMPRESSED_MAX
              ? memory.compressed
              : memory.plain)
          .encode(BlockMapEntry.pbn(mapping), into);
    }
  }

  /** {@return about how many bits the mappings in some columns take} */
  static double estimatedBits(Columns columns) {
    return PbnPredictor.estimatedBits(columns, EntryMemory.MAPPINGS)
        + PbnPredictor.estimatedBits(columns, EntryMemory.UNMAPPINGS);
  }
}
