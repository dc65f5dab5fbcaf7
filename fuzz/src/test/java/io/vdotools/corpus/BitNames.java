package io.vdotools.corpus;

import io.vdotools.bytes.Field;
import io.vdotools.bytes.Struct;
import io.vdotools.engine.damage.Area;
import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.format.depot.SlabJournalBlock;
import io.vdotools.format.depot.SlabSummaryEntry;
import io.vdotools.format.journal.RecoveryJournalBlock;

/** What the bits of a block are called: the field, and which bit of it. */
final class BitNames {
  private BitNames() {}

  /** {@return the field that a bit of a block belongs to, without the number of an entry} */
  static String of(Area area, int bit) {
    int at = bit / Byte.SIZE;
    return switch (area) {
      case REFERENCE_BLOCK -> inArray(ReferenceBlock.SECTOR_STRUCT, bit, "", BlockSize.SECTOR);
      case SUMMARY -> inArray(SlabSummaryEntry.STRUCT, bit, "", SlabSummaryEntry.SIZE_BYTES);
      case ROOT, INTERIOR, LEAF ->
          at < BlockMapPage.HEADER_BYTES
              ? inStruct(BlockMapPage.STRUCT, bit)
              : inArray(bit - Byte.SIZE * BlockMapPage.HEADER_BYTES, "entry", 5);
      case SLAB_JOURNAL ->
          at < SlabJournalBlock.STRUCT.sizeBytes()
              ? inStruct(SlabJournalBlock.STRUCT, bit)
              : "payload";
      case RECOVERY_JOURNAL -> inRecoveryJournal(bit);
      case GEOMETRY, SUPER_BLOCK, COMPRESSED_BLOCK ->
          at < area.struct().orElseThrow().sizeBytes()
              ? inStruct(area.struct().orElseThrow(), bit)
              : "rest of the block";
    };
  }

  private static String inRecoveryJournal(int bit) {
    int at = bit / Byte.SIZE;
    if (at < RecoveryJournalBlock.STRUCT.sizeBytes()) {
      return inStruct(RecoveryJournalBlock.STRUCT, bit);
    }
    if (at < BlockSize.SECTOR) {
      return "rest of the first sector";
    }
    int inSector = bit % (Byte.SIZE * BlockSize.SECTOR);
    return inSector / Byte.SIZE < RecoveryJournalBlock.SECTOR_STRUCT.sizeBytes()
        ? "sector " + inStruct(RecoveryJournalBlock.SECTOR_STRUCT, inSector)
        : "entries";
  }

  private static String inArray(Struct element, int bit, String prefix, int elementBytes) {
    return prefix + inStruct(element, bit % (Byte.SIZE * elementBytes));
  }

  private static String inArray(int bit, String name, int elementBytes) {
    return name + " byte " + bit / Byte.SIZE % elementBytes + " bit " + bit % Byte.SIZE;
  }

  private static String inStruct(Struct struct, int bit) {
    int start = 0;
    for (Field field : struct.fields()) {
      int end = start + Byte.SIZE * field.sizeBytes();
      if (bit < end) {
        return field instanceof Field.Nested nested
            ? field.name() + "." + inStruct(nested.struct(), bit - start)
            : field.name() + (field.sizeBytes() <= Long.BYTES ? " bit " + (bit - start) : "");
      }
      start = end;
    }
    return "behind " + struct.name();
  }
}
