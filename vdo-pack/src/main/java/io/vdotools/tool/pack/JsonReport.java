package io.vdotools.tool.pack;

import io.vdotools.cli.JsonOutput;
import io.vdotools.device.BlockDevice;
import io.vdotools.pack.FrameKind;
import java.io.PrintWriter;

/** A result as one JSON document; its schema is {@code format-spec/schema/vdo_pack.schema.json}. */
final class JsonReport {
  private JsonReport() {}

  static void print(PackResult result, PrintWriter out) {
    var options = result.options();
    var tally = result.tally();
    JsonOutput.print(
        out,
        json -> {
          json.writeStartObject();
          json.writeStringProperty("source", result.volume().device().name());
          json.writeStringProperty("output", options.output().map(Object::toString).orElse("-"));
          options.base().ifPresent(base -> json.writeStringProperty("base", base.toString()));
          json.writeBooleanProperty("index", options.holdsIndex());
          json.writeBooleanProperty("data", options.holdsData());
          json.writeBooleanProperty("scanned", result.isScanned());
          json.writeNumberProperty("packedBytes", result.bytes());
          json.writeNumberProperty("rawBytes", tally.allBlocks() * BlockDevice.BLOCK_SIZE);
          json.writeStringProperty("digest", result.digest());
          json.writeObjectPropertyStart("kinds");
          for (var kind : FrameKind.values()) {
            if (tally.blocks(kind) > 0) {
              json.writeObjectPropertyStart(JsonOutput.name(kind));
              json.writeNumberProperty("blocks", tally.blocks(kind));
              json.writeNumberProperty("packedBytes", tally.bytes(kind));
              json.writeEndObject();
            }
          }
          json.writeEndObject();
          json.writeEndObject();
        });
  }
}
