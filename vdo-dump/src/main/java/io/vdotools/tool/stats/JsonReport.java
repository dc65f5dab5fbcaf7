package io.vdotools.tool.stats;

import io.vdotools.cli.JsonOutput;
import java.io.PrintWriter;
import tools.jackson.core.JsonGenerator;

/** Figures as one JSON document; its schema is {@code format-spec/schema/vdo_stats.schema.json}. */
final class JsonReport {
  private final Figures figures;
  private final JsonGenerator json;

  private JsonReport(Figures figures, JsonGenerator json) {
    this.figures = figures;
    this.json = json;
  }

  static void print(Figures figures, PrintWriter out) {
    JsonOutput.print(out, json -> new JsonReport(figures, json).write());
  }

  private void write() {
    var volume = figures.volume();
    json.writeStartObject();
    json.writeStringProperty("source", volume.volume().device().name());
    json.writeNumberProperty("exitStatus", figures.isSound() ? 0 : 4);
    json.writeStringProperty("state", JsonOutput.name(volume.volume().superBlock().vdo().state()));
    json.writeStringProperty("seenAs", JsonOutput.name(volume.view()));
    json.writeArrayPropertyStart("doubts");
    figures.doubts().forEach(json::writeString);
    json.writeEndArray();
    json.writeNumberProperty("unreadablePages", figures.losses().pages());
    json.writeNumberProperty("impossibleMappings", figures.losses().mappings());
    writeSpace();
    writeSavings();
    writeSharing();
    writeSlabs();
    json.writeEndObject();
  }

  private void writeSpace() {
    var space = figures.space();
    json.writeObjectPropertyStart("space");
    json.writeNumberProperty("physicalBlocks", space.physical());
    json.writeNumberProperty("dataBlocks", space.data());
    json.writeNumberProperty("blockMapPages", space.pages());
    json.writeNumberProperty("leafPages", figures.leafPages());
    json.writeNumberProperty("freeBlocks", space.free());
    json.writeNumberProperty("overheadBlocks", space.overhead());
    json.writeNumberProperty("indexBlocks", space.index());
    json.writeNumberProperty("rootBlocks", space.roots());
    json.writeNumberProperty("recoveryJournalBlocks", space.recoveryJournal());
    json.writeNumberProperty("slabJournalBlocks", space.slabJournals());
    json.writeNumberProperty("referenceCountBlocks", space.referenceCounts());
    json.writeNumberProperty("slabSummaryBlocks", space.slabSummary());
    json.writeNumberProperty("unusedBlocks", space.unused());
    json.writeNumberProperty("usedPercent", space.usedPercent());
    json.writeEndObject();
  }

  private void writeSavings() {
    var mappings = figures.mappings();
    json.writeObjectPropertyStart("savings");
    json.writeNumberProperty("logicalBlocks", figures.volume().logicalBlocks());
    json.writeNumberProperty("mappedBlocks", mappings.total());
    json.writeNumberProperty("plainMappings", mappings.plain());
    json.writeNumberProperty("compressedMappings", mappings.compressed());
    json.writeNumberProperty("zeroMappings", mappings.zero());
    json.writeNumberProperty("plainDataBlocks", figures.blocks().plain());
    json.writeNumberProperty("compressedDataBlocks", figures.blocks().compressed());
    json.writeNumberProperty("savedByDeduplication", figures.savedByDeduplication());
    json.writeNumberProperty("savedByCompression", figures.savedByCompression());
    json.writeNumberProperty("savedByZeros", figures.savedByZeros());
    if (figures.savingPercent().isPresent()) {
      json.writeNumberProperty("percent", figures.savingPercent().getAsInt());
    }
    json.writeEndObject();
  }

  private void writeSharing() {
    json.writeArrayPropertyStart("sharing");
    for (var shared : figures.sharing()) {
      json.writeStartObject();
      json.writeNumberProperty("references", shared.references());
      json.writeNumberProperty("blocks", shared.blocks());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void writeSlabs() {
    var geometry = figures.volume().slabs();
    json.writeNumberProperty("slabBlocks", geometry.slabBlocks());
    json.writeNumberProperty("slabDataBlocks", geometry.dataBlocks());
    json.writeArrayPropertyStart("slabs");
    for (var slab : figures.slabs()) {
      json.writeStartObject();
      json.writeNumberProperty("slab", slab.number());
      json.writeNumberProperty("firstPbn", slab.firstPbn());
      json.writeNumberProperty("dataBlocks", slab.dataBlocks());
      json.writeNumberProperty("blockMapPages", slab.pageBlocks());
      json.writeNumberProperty("freeBlocks", slab.freeBlocks());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
