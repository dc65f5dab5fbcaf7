package io.vdotools.tool.map;

import io.vdotools.cli.JsonOutput;
import io.vdotools.format.blockmap.LbnSet;
import io.vdotools.model.MappingRun;
import io.vdotools.model.UnreadableMapping;
import io.vdotools.model.UnreadablePage;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** One document; its schema is {@code format-spec/schema/vdo_map.schema.json}. */
final class JsonMap implements MapReport {
  private final JsonGenerator json;

  /** Begins the document. */
  JsonMap(JsonGenerator json, String source) {
    this.json = json;
    json.writeStartObject();
    json.writeStringProperty("source", source);
    json.writeArrayPropertyStart("results");
  }

  private void begin(String type) {
    json.writeStartObject();
    json.writeStringProperty("type", type);
  }

  @Override
  public void mapped(MappingRun run) {
    begin(
        switch (run) {
          case MappingRun.Data _ -> "data";
          case MappingRun.Zeros _ -> "zeros";
          case MappingRun.Fragments _ -> "fragments";
        });
    lbns(run.firstLbn(), run.count());
    switch (run) {
      case MappingRun.Data data -> json.writeNumberProperty("pbn", data.firstPbn());
      case MappingRun.Zeros _ -> {}
      case MappingRun.Fragments fragments -> {
        json.writeNumberProperty("pbn", fragments.pbn());
        json.writeNumberProperty("fragment", fragments.firstFragment());
      }
    }
    json.writeEndObject();
  }

  private void lbns(long first, long count) {
    json.writeNumberProperty("lbn", first);
    json.writeNumberProperty("blocks", count);
  }

  @Override
  public void unmapped(long first, long count) {
    begin("unmapped");
    lbns(first, count);
    json.writeEndObject();
  }

  @Override
  public void impossible(UnreadableMapping mapping) {
    begin("impossible");
    lbns(mapping.lbn(), 1);
    json.writeNumberProperty("state", mapping.entry().state());
    json.writeNumberProperty("pbn", mapping.entry().pbn());
    json.writeStringProperty("cause", JsonOutput.name(mapping.cause()));
    json.writeEndObject();
  }

  @Override
  public void lost(UnreadablePage page, LbnSet lbns) {
    begin("lost");
    json.writeNumberProperty("pagePbn", page.place().pbn());
    json.writeStringProperty("cause", JsonOutput.name(page.cause()));
    set("lbns", lbns);
    json.writeEndObject();
  }

  @Override
  public void blocks(long first, long end, PhysicalArea area) {
    begin("blocks");
    json.writeNumberProperty("pbn", first);
    json.writeNumberProperty("blocks", end - first);
    json.writeStringProperty("kind", JsonOutput.name(area.kind()));
    json.writeStringProperty("text", area.words());
    set("takes", area.lbns());
    json.writeEndObject();
  }

  @Override
  public void used(PhysicalArea area, List<Reference> uses, LbnSet below) {
    begin("used");
    json.writeNumberProperty("pbn", uses.getFirst().pbn());
    json.writeArrayPropertyStart("uses");
    for (var use : uses) {
      json.writeStartObject();
      json.writeStringProperty("as", use.isPage() ? "page" : "data");
      json.writeNumberProperty("lbn", use.lbn());
      json.writeNumberProperty("tree", use.place().tree());
      json.writeNumberProperty("height", use.place().height());
      json.writeNumberProperty("page", use.place().pageIndex());
      if (use.isPage()) {
        set("takes", below);
      } else {
        json.writeNumberProperty("slot", use.place().slot());
        json.writeNumberProperty("pagePbn", use.pagePbn());
        json.writeNumberProperty("state", use.entry().state());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void set(String property, LbnSet lbns) {
    json.writeObjectPropertyStart(property);
    json.writeNumberProperty("first", lbns.first());
    json.writeNumberProperty("length", lbns.length());
    json.writeNumberProperty("stride", lbns.stride());
    json.writeNumberProperty("runs", lbns.runs());
    json.writeEndObject();
  }

  @Override
  public void doubt(String sentence) {
    begin("doubt");
    json.writeStringProperty("text", sentence);
    json.writeEndObject();
  }

  @Override
  public void close() {
    json.writeEndArray();
    json.writeEndObject();
  }
}
