package io.vdotools.tool.format;

import io.vdotools.cli.ByteSize;
import io.vdotools.cli.JsonOutput;
import io.vdotools.engine.format.FormatOptions;
import io.vdotools.engine.format.VolumeLayout;
import io.vdotools.format.Partition;
import io.vdotools.format.PartitionId;
import java.io.PrintWriter;
import java.nio.file.Path;

/**
 * What {@code vdo_format} says of the volume that it made; the schema of its JSON is {@code
 * format-spec/schema/vdo_format.schema.json}.
 */
final class FormatReport {
  private FormatReport() {}

  static void printText(Path target, VolumeLayout layout, boolean isVerbose, PrintWriter out) {
    var options = layout.options();
    out.println(target + ": new VDO volume");
    line(
        out, "identity", "UUID " + options.uuid() + ", nonce " + Long.toHexString(options.nonce()));
    line(
        out,
        "logical",
        ByteSize.ofBlocks(layout.logicalBlocks())
            + (options.logicalBlocks() == FormatOptions.DEFAULT_LOGICAL ? ", by default" : ""));
    line(out, "physical", ByteSize.ofBlocks(options.physicalBlocks()));
    line(
        out,
        "slabs",
        layout.slabs().slabCount() + ", each " + ByteSize.ofBlocks(layout.slabs().slabBlocks()));
    line(
        out,
        "index",
        "%s GiB of memory, %s, %s"
            .formatted(
                options.indexMemory(),
                options.isIndexSparse() ? "sparse" : "dense",
                ByteSize.ofBlocks(layout.index().blocks())));
    line(
        out,
        "growth",
        "to at most "
            + ByteSize.ofBlocks(SizeFacts.mostPhysicalBlocks(layout))
            + (options.slabBits() == VolumeLayout.MOST_SLAB_BITS
                ? ""
                : ", bounded by the slab size"));
    if (isVerbose) {
      printPlaces(layout, out);
    }
  }

  private static void line(PrintWriter out, String name, String value) {
    out.printf("  %-9s %s%n", name, value);
  }

  private static void printPlaces(VolumeLayout layout, PrintWriter out) {
    out.println("  where it lies, by PBN");
    place(out, 0, 1, "geometry block");
    place(out, VolumeLayout.INDEX_START, layout.index().blocks(), "deduplication index");
    place(out, layout.superBlockPbn(), 1, "super block");
    for (var id : PartitionId.values()) {
      Partition partition = layout.partition(id);
      place(out, partition.offset(), partition.count(), id.title());
    }
  }

  private static void place(PrintWriter out, long first, long count, String what) {
    out.printf("    %12d .. %-12d %s%n", first, first + count - 1, what);
  }

  static void printJson(Path target, VolumeLayout layout, PrintWriter out) {
    JsonOutput.print(
        out,
        json -> {
          json.writeStartObject();
          json.writeStringProperty("target", target.toString());
          json.writeStringProperty("uuid", layout.options().uuid().toString());
          json.writeStringProperty("nonce", Long.toHexString(layout.options().nonce()));
          SizeReport.writeLayout(layout, json);
          json.writeEndObject();
        });
  }
}
