package io.vdotools.tool.export;

import io.vdotools.cli.JsonOutput;
import io.vdotools.engine.Loss;
import io.vdotools.format.blockmap.LbnSet;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;

/**
 * A result as one JSON document; its schema is {@code format-spec/schema/vdo_export.schema.json}.
 */
final class JsonReport {
  private final ExportResult result;
  private final JsonGenerator json;

  private JsonReport(ExportResult result, JsonGenerator json) {
    this.result = result;
    this.json = json;
  }

  static void print(ExportResult result, PrintWriter out) {
    JsonOutput.print(out, json -> new JsonReport(result, json).write());
  }

  private void write() {
    var volume = result.volume();
    json.writeStartObject();
    json.writeStringProperty("source", volume.device().name());
    json.writeStringProperty("output", result.options().output().map(Object::toString).orElse("-"));
    json.writeStringProperty("verdict", lower(verdict()));
    json.writeStringProperty("verdictText", TextReport.verdict(result));
    json.writeNumberProperty("exitStatus", ExportCommand.status(result).code());
    json.writeStringProperty("state", lower(volume.volume().superBlock().vdo().state()));
    json.writeStringProperty("exportedAs", lower(volume.view()));
    json.writeNumberProperty("logicalBlocks", volume.logicalBlocks());
    json.writeNumberProperty("firstLbn", result.first());
    json.writeNumberProperty("blocks", result.blocks());
    json.writeNumberProperty("dataBlocks", result.dataBlocks());
    json.writeNumberProperty("holeBlocks", result.holeBlocks());
    json.writeNumberProperty("lostBlocks", result.lostBlocks());
    writeStrings("doubts", volume.doubts());
    writeStrings("notes", result.notes());
    json.writeArrayPropertyStart("losses");
    result.losses().forEach(this::writeLoss);
    json.writeEndArray();
    json.writeNumberProperty("unlistedLosses", result.unlisted());
    json.writeEndObject();
  }

  /** The verdict: what a script can rely on. */
  private enum Verdict {
    WHOLE,
    DOUBTFUL,
    INCOMPLETE
  }

  private Verdict verdict() {
    if (result.lostBlocks() > 0) {
      return Verdict.INCOMPLETE;
    }
    return result.isWhole() ? Verdict.WHOLE : Verdict.DOUBTFUL;
  }

  private void writeStrings(String name, List<String> values) {
    json.writeArrayPropertyStart(name);
    values.forEach(json::writeString);
    json.writeEndArray();
  }

  private void writeLoss(Loss loss) {
    json.writeStartObject();
    json.writeStringProperty("reason", lower(loss.reason()));
    json.writeStringProperty("reasonText", loss.reason().title());
    json.writeNumberProperty("pbn", loss.pbn());
    if (loss.height() != Loss.NO_PAGE) {
      json.writeNumberProperty("height", loss.height());
    }
    writeLbns(loss.lbns());
    json.writeEndObject();
  }

  private void writeLbns(LbnSet set) {
    json.writeObjectPropertyStart("lbns");
    json.writeNumberProperty("first", set.first());
    json.writeNumberProperty("length", set.length());
    if (set.runs() != 1) {
      json.writeNumberProperty("stride", set.stride());
      json.writeNumberProperty("runs", set.runs());
    }
    json.writeEndObject();
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
