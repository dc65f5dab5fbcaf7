package io.vdotools.tool.format;

import io.vdotools.cli.ByteSize;
import io.vdotools.cli.JsonOutput;
import io.vdotools.engine.format.FormatOptions;
import io.vdotools.engine.format.VolumeLayout;
import io.vdotools.format.Limits;
import io.vdotools.format.PartitionId;
import java.io.PrintWriter;
import tools.jackson.core.JsonGenerator;

/**
 * What {@code vdo_size} prints; the schema of its JSON is {@code
 * format-spec/schema/vdo_size.schema.json}.
 */
final class SizeReport {
  private SizeReport() {}

  static void printText(SizeFacts facts, PrintWriter out) {
    var layout = facts.layout();
    var options = layout.options();
    var slabs = layout.slabs();
    line(out, "physical", ByteSize.ofBlocks(options.physicalBlocks()));
    line(
        out,
        "logical",
        ByteSize.ofBlocks(layout.logicalBlocks())
            + (options.logicalBlocks() == FormatOptions.DEFAULT_LOGICAL ? ", by default" : ""));
    line(out, "slabs", slabs.slabCount() + ", each " + ByteSize.ofBlocks(slabs.slabBlocks()));
    line(
        out,
        "index",
        "%s, %s; remembers %s of data"
            .formatted(
                new ByteSize(facts.indexMemoryBytes()) + " of memory",
                options.isIndexSparse() ? "sparse" : "dense",
                new ByteSize(facts.windowBytes())));
    out.println("space on the device");
    line(out, "data", ByteSize.ofBlocks(layout.dataBlocks()) + ", block map pages included");
    line(out, "overhead", ByteSize.ofBlocks(facts.overheadBlocks()) + ":");
    part(out, "index", layout.index().blocks());
    part(out, "geometry block, super block", 2);
    part(out, "block map roots", facts.rootBlocks());
    part(out, "reference counts", facts.referenceCountBlocks());
    part(out, "slab journals", facts.slabJournalBlocks());
    part(out, "recovery journal", VolumeLayout.JOURNAL_BLOCKS);
    part(out, "slab summary", layout.partition(PartitionId.SLAB_SUMMARY).count());
    part(out, "behind the last slab", layout.unusedBlocks());
    line(
        out,
        "map",
        ByteSize.ofBlocks(facts.blockMapPages())
            + " of the data, once all logical blocks are used");
    line(
        out,
        "no saving",
        ByteSize.ofBlocks(layout.logicalBlocksWithoutSaving())
            + " fit if nothing is duplicate or compressible");
    out.println("memory of the running volume");
    line(out, "total", "about " + new ByteSize(facts.memoryBytes()) + ":");
    memory(out, "index", facts.indexMemoryBytes());
    memory(out, "block map cache", facts.cacheMemoryBytes());
    memory(out, "reference counts", facts.countMemoryBytes());
    memory(out, "block map above leaves", facts.treeMemoryBytes());
    memory(out, "driver", SizeFacts.FIXED_MEMORY_BYTES);
    out.println("limits with this index and this slab size");
    line(out, "smallest", ByteSize.ofBlocks(facts.leastPhysicalBlocks()));
    line(out, "largest", ByteSize.ofBlocks(SizeFacts.mostPhysicalBlocks(layout)));
    line(out, "logical", ByteSize.ofBlocks(Limits.LOGICAL_BLOCKS) + " at most");
  }

  private static void line(PrintWriter out, String name, String value) {
    out.printf("  %-9s %s%n", name, value);
  }

  private static void part(PrintWriter out, String name, long blocks) {
    out.printf("    %-28s %s%n", name, ByteSize.ofBlocks(blocks));
  }

  private static void memory(PrintWriter out, String name, long bytes) {
    out.printf("    %-28s %s%n", name, new ByteSize(bytes));
  }

  static void printJson(SizeFacts facts, PrintWriter out) {
    JsonOutput.print(
        out,
        json -> {
          json.writeStartObject();
          writeLayout(facts.layout(), json);
          writeMemory(facts, json);
          json.writeObjectPropertyStart("limits");
          json.writeNumberProperty("leastPhysicalBlocks", facts.leastPhysicalBlocks());
          json.writeNumberProperty(
              "mostPhysicalBlocks", SizeFacts.mostPhysicalBlocks(facts.layout()));
          json.writeNumberProperty("mostLogicalBlocks", Limits.LOGICAL_BLOCKS);
          json.writeNumberProperty("mostSlabs", Limits.SLABS);
          json.writeEndObject();
          json.writeEndObject();
        });
  }

  /** Writes what both commands say of a layout. */
  static void writeLayout(VolumeLayout layout, JsonGenerator json) {
    var facts = new SizeFacts(layout, SizeFacts.DEFAULT_CACHE_BYTES);
    var options = layout.options();
    var slabs = layout.slabs();
    json.writeNumberProperty("physicalBlocks", options.physicalBlocks());
    json.writeNumberProperty("logicalBlocks", layout.logicalBlocks());
    json.writeBooleanProperty(
        "isLogicalDefault", options.logicalBlocks() == FormatOptions.DEFAULT_LOGICAL);
    json.writeNumberProperty("logicalBlocksWithoutSaving", layout.logicalBlocksWithoutSaving());
    json.writeObjectPropertyStart("index");
    json.writeNumberProperty("memoryBytes", facts.indexMemoryBytes());
    json.writeBooleanProperty("isSparse", options.isIndexSparse());
    json.writeNumberProperty("blocks", layout.index().blocks());
    json.writeNumberProperty("windowBytes", facts.windowBytes());
    json.writeEndObject();
    json.writeObjectPropertyStart("slabs");
    json.writeNumberProperty("count", slabs.slabCount());
    json.writeNumberProperty("slabBits", options.slabBits());
    json.writeNumberProperty("slabBlocks", slabs.slabBlocks());
    json.writeNumberProperty("dataBlocks", slabs.dataBlocks());
    json.writeNumberProperty("referenceCountBlocks", slabs.referenceBlocks());
    json.writeNumberProperty("slabJournalBlocks", slabs.journalBlocks());
    json.writeEndObject();
    json.writeObjectPropertyStart("space");
    json.writeNumberProperty("dataBlocks", layout.dataBlocks());
    json.writeNumberProperty("overheadBlocks", facts.overheadBlocks());
    json.writeNumberProperty("referenceCountBlocks", facts.referenceCountBlocks());
    json.writeNumberProperty("slabJournalBlocks", facts.slabJournalBlocks());
    json.writeNumberProperty("recoveryJournalBlocks", VolumeLayout.JOURNAL_BLOCKS);
    json.writeNumberProperty("unusedBlocks", layout.unusedBlocks());
    json.writeNumberProperty("blockMapPages", facts.blockMapPages());
    json.writeEndObject();
    json.writeObjectPropertyStart("places");
    json.writeNumberProperty("indexPbn", VolumeLayout.INDEX_START);
    json.writeNumberProperty("superBlockPbn", layout.superBlockPbn());
    json.writeNumberProperty("blockMapRootsPbn", layout.partition(PartitionId.BLOCK_MAP).offset());
    json.writeNumberProperty("firstSlabPbn", slabs.firstBlock());
    json.writeNumberProperty(
        "recoveryJournalPbn", layout.partition(PartitionId.RECOVERY_JOURNAL).offset());
    json.writeNumberProperty("slabSummaryPbn", layout.partition(PartitionId.SLAB_SUMMARY).offset());
    json.writeEndObject();
  }

  private static void writeMemory(SizeFacts facts, JsonGenerator json) {
    json.writeObjectPropertyStart("memory");
    json.writeNumberProperty("totalBytes", facts.memoryBytes());
    json.writeNumberProperty("indexBytes", facts.indexMemoryBytes());
    json.writeNumberProperty("blockMapCacheBytes", facts.cacheMemoryBytes());
    json.writeNumberProperty("referenceCountBytes", facts.countMemoryBytes());
    json.writeNumberProperty("blockMapTreeBytes", facts.treeMemoryBytes());
    json.writeNumberProperty("driverBytes", SizeFacts.FIXED_MEMORY_BYTES);
    json.writeEndObject();
  }
}
