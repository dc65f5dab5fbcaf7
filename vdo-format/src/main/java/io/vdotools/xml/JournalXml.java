package io.vdotools.xml;

import io.vdotools.format.JournalPoint;
import io.vdotools.format.journal.JournalEntry;
import io.vdotools.model.JournalBlockFields;
import io.vdotools.model.JournalEntryFields;
import io.vdotools.model.SlabJournalBlockFields;
import io.vdotools.model.SlabJournalEntryFields;
import io.vdotools.model.SummaryFields;
import javax.xml.stream.XMLStreamException;

/** Journals and the slab summary as elements. */
final class JournalXml {
  private JournalXml() {}

  /** Leaves the element open for entries. */
  static void write(XmlElements xml, JournalBlockFields block) throws XMLStreamException {
    xml.open(Names.BLOCK)
        .attribute(Names.SEQUENCE, block.sequenceNumber())
        .attribute(Names.FORMAT_VERSION, Names.of(block.format()))
        .attribute(Names.BLOCK_MAP_HEAD, block.blockMapHead())
        .attribute(Names.SLAB_JOURNAL_HEAD, block.slabJournalHead())
        .attribute(Names.ENTRIES, block.entryCount())
        .attribute(Names.LOGICAL_BLOCKS_USED, block.logicalBlocksUsed())
        .attribute(Names.BLOCK_MAP_DATA_BLOCKS, block.blockMapDataBlocks());
  }

  static void write(XmlElements xml, JournalEntryFields fields) throws XMLStreamException {
    var entry = fields.entry();
    xml.leaf(Names.ENTRY)
        .attribute(Names.NUMBER, fields.index())
        .attribute(Names.OPERATION, operation(entry))
        .attribute(Names.PAGE_PBN, entry.pagePbn())
        .attribute(Names.SLOT, entry.slot())
        .attribute(Names.STATE, entry.mapping().state())
        .attribute(Names.PBN, entry.mapping().pbn())
        .attribute(Names.OLD_STATE, entry.unmapping().state())
        .attribute(Names.OLD_PBN, entry.unmapping().pbn());
  }

  /** The name of the operation, the number of one that the format does not have. */
  private static String operation(JournalEntry entry) {
    return entry.operation() == JournalEntry.Operation.INVALID
        ? Integer.toString(entry.operationCode())
        : Names.of(entry.operation());
  }

  /** Leaves the element open for entries. */
  static void write(XmlElements xml, SlabJournalBlockFields block) throws XMLStreamException {
    xml.open(Names.BLOCK)
        .attribute(Names.SLAB, block.slab())
        .attribute(Names.SEQUENCE, block.sequenceNumber())
        .attribute(Names.HEAD, block.head())
        .attribute(Names.RECOVERY_SEQUENCE, JournalPoint.sequenceNumber(block.recoveryPoint()))
        .attribute(Names.RECOVERY_ENTRY, JournalPoint.entryIndex(block.recoveryPoint()))
        .attribute(Names.TYPE_BITS, block.hasBlockMapIncrements())
        .attribute(Names.ENTRIES, block.entryCount());
  }

  static void write(XmlElements xml, SlabJournalEntryFields entry) throws XMLStreamException {
    xml.leaf(Names.ENTRY)
        .attribute(Names.NUMBER, entry.index())
        .attribute(Names.OPERATION, Names.of(entry.operation()))
        .attribute(Names.PBN, entry.pbn());
  }

  static void write(XmlElements xml, SummaryFields fields) throws XMLStreamException {
    var entry = fields.entry();
    xml.leaf(Names.ENTRY)
        .attribute(Names.SLAB, fields.slab())
        .attribute(Names.TAIL, entry.tailBlockOffset())
        .attribute(Names.HINT, entry.fullnessHint())
        .attribute(Names.LOAD, entry.loadRefCounts())
        .attribute(Names.DIRTY, entry.isDirty());
  }
}
