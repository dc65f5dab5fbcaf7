package io.vdotools.xml;

import io.vdotools.VdoException;
import io.vdotools.format.JournalPoint;
import io.vdotools.format.Limits;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.depot.SlabJournalEntry;
import io.vdotools.format.journal.JournalEntry;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.model.JournalBlockFields;
import io.vdotools.model.JournalEntryFields;
import io.vdotools.model.SlabJournalBlockFields;
import io.vdotools.model.SlabJournalEntryFields;
import io.vdotools.model.VolumeVisitor;

/** Journals out of elements. */
final class JournalReader {
  private static final int HALF_WORD = 0xffff;
  private static final int SLOT = 1023;
  private static final int OPERATIONS = 4;
  private static final long SEQUENCE_NUMBER = Limits.SEQUENCE_NUMBERS - 1;

  private JournalReader() {}

  static void recoveryJournal(ElementSource source, VolumeVisitor visitor) throws VdoException {
    for (var block = source.next(); block != null; block = source.next()) {
      if (!block.is(Names.BLOCK)) {
        throw XmlReader.unknown(block, source, Names.RECOVERY_JOURNAL);
      }
      var format = block.constant(Names.FORMAT_VERSION, JournalFormat.values());
      var fields =
          new JournalBlockFields(
              block.number(Names.SEQUENCE),
              format,
              block.number(Names.BLOCK_MAP_HEAD),
              block.number(Names.SLAB_JOURNAL_HEAD),
              block.small(Names.ENTRIES, HALF_WORD),
              block.number(Names.LOGICAL_BLOCKS_USED),
              block.number(Names.BLOCK_MAP_DATA_BLOCKS));
      block.end();
      visitor.journalBlock(fields);
      for (var entry = source.next(); entry != null; entry = source.next()) {
        checkIsEntry(entry, source);
        var told =
            new JournalEntryFields(entry.small(Names.NUMBER, HALF_WORD), entry(entry, format));
        XmlReader.empty(entry, source);
        visitor.journalEntry(told);
      }
    }
  }

  private static JournalEntry entry(Element element, JournalFormat format) throws XmlException {
    int operation =
        (int)
            element.code(Names.OPERATION, OPERATIONS, code -> nameOf(format, code), OPERATIONS - 1);
    return new JournalEntry(
        format,
        operation,
        element.upTo(Names.PAGE_PBN, BlockMapEntry.pbn(BlockMapEntry.MASK)),
        element.small(Names.SLOT, SLOT),
        XmlReader.mapping(element, Names.STATE, Names.PBN),
        XmlReader.mapping(element, Names.OLD_STATE, Names.OLD_PBN));
  }

  private static String nameOf(JournalFormat format, int code) {
    var unmapped = BlockMapEntry.UNMAPPED;
    var operation = new JournalEntry(format, code, 0, 0, unmapped, unmapped).operation();
    return operation == JournalEntry.Operation.INVALID
        ? Integer.toString(code)
        : Names.of(operation);
  }

  static void slabJournals(ElementSource source, VolumeVisitor visitor) throws VdoException {
    for (var block = source.next(); block != null; block = source.next()) {
      if (!block.is(Names.BLOCK)) {
        throw XmlReader.unknown(block, source, Names.SLAB_JOURNALS);
      }
      var fields =
          new SlabJournalBlockFields(
              block.small(Names.SLAB, Limits.SLABS - 1),
              block.number(Names.SEQUENCE),
              block.number(Names.HEAD),
              JournalPoint.pack(
                  block.upTo(Names.RECOVERY_SEQUENCE, SEQUENCE_NUMBER),
                  block.small(Names.RECOVERY_ENTRY, HALF_WORD)),
              block.truth(Names.TYPE_BITS),
              block.small(Names.ENTRIES, HALF_WORD));
      block.end();
      visitor.slabJournalBlock(fields);
      for (var entry = source.next(); entry != null; entry = source.next()) {
        checkIsEntry(entry, source);
        var told =
            new SlabJournalEntryFields(
                entry.small(Names.NUMBER, HALF_WORD),
                entry.constant(Names.OPERATION, SlabJournalEntry.Operation.values()),
                entry.address(Names.PBN));
        XmlReader.empty(entry, source);
        visitor.slabJournalEntry(told);
      }
    }
  }

  private static void checkIsEntry(Element entry, ElementSource source) throws XmlException {
    if (!entry.is(Names.ENTRY)) {
      throw XmlReader.unknown(entry, source, Names.BLOCK);
    }
  }
}
