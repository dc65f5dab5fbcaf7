package io.vdotools.corpus;

import io.vdotools.bytes.Field;
import io.vdotools.bytes.Struct;
import io.vdotools.engine.damage.Area;
import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.format.depot.SlabJournalBlock;
import io.vdotools.format.depot.SlabSummaryEntry;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.format.journal.RecoveryJournalBlock;
import java.lang.foreign.MemorySegment;

/**
 * What the bits of a block are called.
 *
 * @param field the structure and the field, without the number of an entry
 * @param bit which bit of the field; 0 where all of them mean the same
 */
record BitNames(String field, int bit) {
  /**
   * {@return the name of a bit}
   *
   * @param journalStart the first sequence number that counts in the recovery journal
   */
  static BitNames of(Area area, byte[] block, int bit, long journalStart) {
    int at = bit / Byte.SIZE;
    var bytes = MemorySegment.ofArray(block);
    var name =
        switch (area) {
          case REFERENCE_BLOCK -> element(ReferenceBlock.SECTOR_STRUCT, bit, BlockSize.SECTOR);
          case SUMMARY -> element(SlabSummaryEntry.STRUCT, bit, SlabSummaryEntry.SIZE_BYTES);
          case ROOT, INTERIOR, LEAF ->
              at < BlockMapPage.HEADER_BYTES
                  ? inStruct(BlockMapPage.STRUCT, bit)
                  : new BitNames("entry", (bit - Byte.SIZE * BlockMapPage.HEADER_BYTES) % 40);
          case SLAB_JOURNAL -> inSlabJournal(new SlabJournalBlock(bytes), bit);
          case RECOVERY_JOURNAL ->
              inRecoveryJournal(new RecoveryJournalBlock(bytes), bit, journalStart);
          case GEOMETRY, SUPER_BLOCK, COMPRESSED_BLOCK ->
              at < area.struct().orElseThrow().sizeBytes()
                  ? inStruct(area.struct().orElseThrow(), bit)
                  : new BitNames("behind the structure", 0);
        };
    return new BitNames(area.title() + " " + name.field, name.bit);
  }

  private static BitNames inSlabJournal(SlabJournalBlock block, int bit) {
    int at = bit - Byte.SIZE * SlabJournalBlock.STRUCT.sizeBytes();
    if (at < 0) {
      return inStruct(SlabJournalBlock.STRUCT, bit);
    }
    boolean isEntry =
        at / 24 < Math.min(block.entryCount(), SlabJournalBlock.FULL_ENTRIES)
            && !block.hasBlockMapIncrements();
    return isEntry ? new BitNames("entry", at % 24) : new BitNames("types, or behind entries", 0);
  }

  private static BitNames inRecoveryJournal(RecoveryJournalBlock block, int bit, long start) {
    if (block.sequenceNumber() < start) {
      return new BitNames("block before the journal's start", 0);
    }
    int at = bit / Byte.SIZE;
    if (at < RecoveryJournalBlock.STRUCT.sizeBytes()) {
      return inStruct(RecoveryJournalBlock.STRUCT, bit);
    }
    if (at < BlockSize.SECTOR) {
      return new BitNames("behind the header", 0);
    }
    int sector = at / BlockSize.SECTOR;
    int inSector = bit % (Byte.SIZE * BlockSize.SECTOR);
    int inEntries = inSector - Byte.SIZE * RecoveryJournalBlock.SECTOR_STRUCT.sizeBytes();
    boolean isUsed = block.sectorEntryCount(sector) > 0;
    if (inEntries < 0) {
      var name = inStruct(RecoveryJournalBlock.SECTOR_STRUCT, inSector);
      return new BitNames((isUsed ? "sector " : "sector without entries ") + name.field, name.bit);
    }
    int entryBits = Byte.SIZE * JournalFormat.CURRENT.entryBytes();
    return inEntries / entryBits < block.sectorEntryCount(sector)
        ? inStruct(RecoveryJournalBlock.ENTRY_STRUCT, inEntries % entryBits)
        : new BitNames("behind the entries of a sector", 0);
  }

  private static BitNames element(Struct struct, int bit, int elementBytes) {
    return inStruct(struct, bit % (Byte.SIZE * elementBytes));
  }

  private static BitNames inStruct(Struct struct, int bit) {
    int start = 0;
    for (Field field : struct.fields()) {
      int end = start + Byte.SIZE * field.sizeBytes();
      if (bit < end) {
        if (field instanceof Field.Nested nested) {
          var inner = inStruct(nested.struct(), bit - start);
          return new BitNames(field.name() + "." + inner.field, inner.bit);
        }
        return new BitNames(field.name(), field.sizeBytes() <= Long.BYTES ? bit - start : 0);
      }
      start = end;
    }
    return new BitNames("behind " + struct.name(), 0);
  }
}
