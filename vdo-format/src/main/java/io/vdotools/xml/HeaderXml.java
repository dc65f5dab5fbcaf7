package io.vdotools.xml;

import io.vdotools.bytes.Bytes;
import io.vdotools.format.VolumeState;
import io.vdotools.format.depot.SlabConfig;
import io.vdotools.model.GeometryFields;
import io.vdotools.model.SuperBlockFields;
import javax.xml.stream.XMLStreamException;

/** Geometry and super block as elements. */
final class HeaderXml {
  private HeaderXml() {}

  static void write(XmlElements xml, GeometryFields geometry) throws XMLStreamException {
    xml.open(Names.GEOMETRY)
        .attribute(Names.VERSION, geometry.format().version().toString())
        .attribute(Names.RELEASE_VERSION, geometry.releaseVersion())
        .attribute(Names.NONCE, geometry.nonce())
        .attribute(Names.UUID, geometry.uuid().toString())
        .attribute(Names.BIO_OFFSET, geometry.bioOffset())
        .attribute(Names.INDEX_START, geometry.indexStart())
        .attribute(Names.DATA_START, geometry.dataStart());
    unused(xml, geometry.unused());
    xml.leaf(Names.INDEX)
        .signed(Names.MEMORY, geometry.index().memoryCode())
        .attribute(Names.SPARSE, geometry.index().sparseByte())
        .attribute(Names.UNUSED, geometry.index().unused());
    xml.close();
  }

  static void write(XmlElements xml, SuperBlockFields block) throws XMLStreamException {
    xml.open(Names.SUPER_BLOCK)
        .attribute(Names.RELEASE_VERSION, block.releaseVersion())
        .attribute(Names.VOLUME_VERSION, block.volumeVersion().toString())
        .attribute(Names.COMPONENT_VERSION, block.componentVersion().toString())
        .attribute(Names.STATE, state(block))
        .attribute(Names.COMPLETE_RECOVERIES, block.completeRecoveries())
        .attribute(Names.READ_ONLY_RECOVERIES, block.readOnlyRecoveries())
        .attribute(Names.NONCE, block.nonce());
    unused(xml, block.unused());
    var config = block.config();
    xml.leaf(Names.CONFIG)
        .attribute(Names.LOGICAL_BLOCKS, config.logicalBlocks())
        .attribute(Names.PHYSICAL_BLOCKS, config.physicalBlocks())
        .attribute(Names.SLAB_BLOCKS, config.slabBlocks())
        .attribute(Names.RECOVERY_JOURNAL_BLOCKS, config.recoveryJournalBlocks())
        .attribute(Names.SLAB_JOURNAL_BLOCKS, config.slabJournalBlocks());
    layout(xml, block.layout());
    xml.leaf(Names.JOURNAL_STATE)
        .attribute(Names.JOURNAL_START, block.journal().journalStart())
        .attribute(Names.LOGICAL_BLOCKS_USED, block.journal().logicalBlocksUsed())
        .attribute(Names.BLOCK_MAP_DATA_BLOCKS, block.journal().blockMapDataBlocks());
    depot(xml, block.depot());
    xml.leaf(Names.ROOTS)
        .attribute(Names.FIRST_PBN, block.blockMap().rootOrigin())
        .attribute(Names.TREES, block.blockMap().rootCount())
        .attribute(Names.FLAT_PAGE_ORIGIN, block.blockMap().flatPageOrigin())
        .attribute(Names.FLAT_PAGES, block.blockMap().flatPageCount());
    xml.close();
  }

  /** The name of the state, the number of one that no driver writes. */
  private static String state(SuperBlockFields block) {
    return block.state() == VolumeState.UNKNOWN
        ? Long.toUnsignedString(block.stateCode())
        : Names.of(block.state());
  }

  private static void layout(XmlElements xml, SuperBlockFields.Layout layout)
      throws XMLStreamException {
    xml.open(Names.LAYOUT)
        .attribute(Names.FIRST_FREE, layout.firstFree())
        .attribute(Names.LAST_FREE, layout.lastFree());
    for (var partition : layout.partitions()) {
      xml.leaf(Names.PARTITION)
          .attribute(Names.ID, Names.ofPartition(partition.id()))
          .attribute(Names.FIRST_PBN, partition.offset())
          .attribute(Names.BLOCKS, partition.count())
          .attribute(Names.BASE, partition.base());
    }
    xml.close();
  }

  private static void depot(XmlElements xml, SuperBlockFields.Depot depot)
      throws XMLStreamException {
    SlabConfig slab = depot.slabConfig();
    xml.leaf(Names.SLAB_DEPOT)
        .attribute(Names.FIRST_PBN, depot.firstBlock())
        .attribute(Names.END_PBN, depot.lastBlock())
        .attribute(Names.ZONES, depot.zoneCount())
        .attribute(Names.SLAB_BLOCKS, slab.slabBlocks())
        .attribute(Names.DATA_BLOCKS, slab.dataBlocks())
        .attribute(Names.REFERENCE_COUNT_BLOCKS, slab.referenceCountBlocks())
        .attribute(Names.SLAB_JOURNAL_BLOCKS, slab.slabJournalBlocks())
        .attribute(Names.FLUSHING_THRESHOLD, slab.flushingThreshold())
        .attribute(Names.BLOCKING_THRESHOLD, slab.blockingThreshold())
        .attribute(Names.SCRUBBING_THRESHOLD, slab.scrubbingThreshold());
  }

  private static void unused(XmlElements xml, Bytes bytes) throws XMLStreamException {
    if (bytes.length() > 0) {
      xml.attribute(Names.UNUSED_BYTES, bytes.toString());
    }
  }
}
