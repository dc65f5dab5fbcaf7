package io.vdotools.tool.unpack;

import io.vdotools.cli.JsonOutput;
import io.vdotools.tool.unpack.UnpackResult.Stretch;
import java.io.PrintWriter;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/**
 * A result as one JSON document; its schema is {@code format-spec/schema/vdo_unpack.schema.json}.
 */
final class JsonReport {
  private JsonReport() {}

  static void print(UnpackResult result, PrintWriter out) {
    JsonOutput.print(
        out,
        json -> {
          json.writeStartObject();
          json.writeStringProperty("pack", result.options().pack().toString());
          result
              .options()
              .output()
              .ifPresent(output -> json.writeStringProperty("output", output.toString()));
          json.writeStringProperty("verdict", result.isWhole() ? "whole" : "damaged");
          json.writeStringProperty("verdictText", TextReport.verdict(result));
          json.writeNumberProperty("exitStatus", UnpackCommand.status(result).code());
          json.writeNumberProperty("sourceBytes", result.header().sourceBytes());
          json.writeNumberProperty("blocks", result.written());
          json.writeNumberProperty("zeroBlocks", result.zeros());
          json.writeNumberProperty("baseBlocks", result.kept());
          json.writeNumberProperty("unreadableBlocks", result.unreadableBlocks());
          if (!result.digest().isEmpty()) {
            json.writeStringProperty("digest", result.digest());
          }
          write(json, "unreadable", result.unreadable());
          write(json, "missing", result.lost());
          json.writeArrayPropertyStart("damages");
          result.damages().forEach(json::writeString);
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private static void write(JsonGenerator json, String name, List<Stretch> stretches) {
    json.writeArrayPropertyStart(name);
    for (var stretch : stretches) {
      json.writeStartObject();
      json.writeNumberProperty("first", stretch.first());
      json.writeNumberProperty("last", stretch.last());
      json.writeNumberProperty("count", stretch.count());
      json.writeStringProperty("why", stretch.why());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
