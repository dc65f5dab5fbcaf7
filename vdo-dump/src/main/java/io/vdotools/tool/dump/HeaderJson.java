package io.vdotools.tool.dump;

import io.vdotools.bytes.Bytes;
import io.vdotools.cli.JsonOutput;
import io.vdotools.format.PartitionId;
import io.vdotools.model.GeometryFields;
import io.vdotools.model.SuperBlockFields;
import tools.jackson.core.JsonGenerator;

/** Geometry and super block as properties. */
final class HeaderJson {
  private HeaderJson() {}

  static void write(JsonGenerator out, GeometryFields geometry) {
    out.writeStringProperty("version", geometry.format().version().toString());
    out.writeNumberProperty("releaseVersion", geometry.releaseVersion());
    nonce(out, geometry.nonce());
    out.writeStringProperty("uuid", geometry.uuid().toString());
    number(out, "bioOffset", geometry.bioOffset());
    number(out, "indexStart", geometry.indexStart());
    number(out, "dataStart", geometry.dataStart());
    unused(out, geometry.unused());
    out.writeObjectPropertyStart("index");
    out.writeNumberProperty("memory", geometry.index().memoryCode());
    out.writeBooleanProperty("sparse", geometry.index().isSparse());
    out.writeEndObject();
  }

  static void write(JsonGenerator out, SuperBlockFields block) {
    out.writeNumberProperty("releaseVersion", block.releaseVersion());
    out.writeStringProperty("volumeVersion", block.volumeVersion().toString());
    out.writeStringProperty("componentVersion", block.componentVersion().toString());
    out.writeStringProperty("state", JsonOutput.name(block.state()));
    out.writeNumberProperty("stateCode", block.stateCode());
    number(out, "completeRecoveries", block.completeRecoveries());
    number(out, "readOnlyRecoveries", block.readOnlyRecoveries());
    nonce(out, block.nonce());
    unused(out, block.unused());
    out.writeObjectPropertyStart("config");
    number(out, "logicalBlocks", block.config().logicalBlocks());
    number(out, "physicalBlocks", block.config().physicalBlocks());
    number(out, "slabBlocks", block.config().slabBlocks());
    number(out, "recoveryJournalBlocks", block.config().recoveryJournalBlocks());
    number(out, "slabJournalBlocks", block.config().slabJournalBlocks());
    out.writeEndObject();
    layout(out, block.layout());
    out.writeObjectPropertyStart("journalState");
    number(out, "journalStart", block.journal().journalStart());
    number(out, "logicalBlocksUsed", block.journal().logicalBlocksUsed());
    number(out, "blockMapDataBlocks", block.journal().blockMapDataBlocks());
    out.writeEndObject();
    depot(out, block.depot());
    out.writeObjectPropertyStart("blockMapRoots");
    number(out, "firstPbn", block.blockMap().rootOrigin());
    number(out, "trees", block.blockMap().rootCount());
    out.writeEndObject();
  }

  private static void layout(JsonGenerator out, SuperBlockFields.Layout layout) {
    out.writeArrayPropertyStart("partitions");
    for (var partition : layout.partitions()) {
      out.writeStartObject();
      out.writeNumberProperty("id", partition.id());
      for (var known : PartitionId.values()) {
        if (known.id() == partition.id()) {
          out.writeStringProperty("name", JsonOutput.name(known));
        }
      }
      number(out, "firstPbn", partition.offset());
      number(out, "blocks", partition.count());
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static void depot(JsonGenerator out, SuperBlockFields.Depot depot) {
    var slab = depot.slabConfig();
    out.writeObjectPropertyStart("slabDepot");
    number(out, "firstPbn", depot.firstBlock());
    number(out, "endPbn", depot.lastBlock());
    out.writeNumberProperty("zones", depot.zoneCount());
    number(out, "slabBlocks", slab.slabBlocks());
    number(out, "dataBlocks", slab.dataBlocks());
    number(out, "referenceCountBlocks", slab.referenceCountBlocks());
    number(out, "slabJournalBlocks", slab.slabJournalBlocks());
    out.writeEndObject();
  }

  /** As it is in all documents: 64 bits are more than a number of most programs holds. */
  private static void nonce(JsonGenerator out, long nonce) {
    out.writeStringProperty("nonce", Long.toHexString(nonce));
  }

  private static void number(JsonGenerator out, String property, long value) {
    if (value >= 0) {
      out.writeNumberProperty(property, value);
    } else {
      out.writeName(property);
      out.writeNumber(Long.toUnsignedString(value));
    }
  }

  private static void unused(JsonGenerator out, Bytes bytes) {
    if (bytes.length() > 0) {
      out.writeStringProperty("unusedBytes", bytes.toString());
    }
  }
}
