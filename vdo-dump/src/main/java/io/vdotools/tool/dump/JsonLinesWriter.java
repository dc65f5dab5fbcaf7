package io.vdotools.tool.dump;

import io.vdotools.cli.JsonOutput;
import io.vdotools.format.JournalPoint;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.model.BlockMapPiece;
import io.vdotools.model.CountRun;
import io.vdotools.model.DumpScope;
import io.vdotools.model.EmitterException;
import io.vdotools.model.GeometryFields;
import io.vdotools.model.JournalBlockFields;
import io.vdotools.model.JournalEntryFields;
import io.vdotools.model.MappingRun;
import io.vdotools.model.PagePlace;
import io.vdotools.model.SlabJournalBlockFields;
import io.vdotools.model.SlabJournalEntryFields;
import io.vdotools.model.SlabState;
import io.vdotools.model.SummaryFields;
import io.vdotools.model.SuperBlockFields;
import io.vdotools.model.UnreadableCounts;
import io.vdotools.model.UnreadableMapping;
import io.vdotools.model.UnreadablePage;
import io.vdotools.model.VolumeVisitor;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/** Writes what it is told as JSON Lines: an object for each call, which names its type. */
final class JsonLinesWriter implements VolumeVisitor {
  private static final int TREES = Forest.DEFAULT_ROOT_COUNT;
  private static final int MOST_PLAIN_BYTES = 1 << 14;

  private final OutputStream out;
  private final String name;
  private final JsonGenerator json;
  // Lines that were put together as bytes, and are still to come into the stream.
  private final JsonPiece plain = new JsonPiece(JsonPiece.FEW_LINES_BYTES);

  JsonLinesWriter(OutputStream out, String name) {
    this.out = out;
    this.name = name;
    this.json =
        JsonFactory.builder()
            .rootValueSeparator("\n")
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            .build()
            .createGenerator(ObjectWriteContext.empty(), out, JsonEncoding.UTF8);
  }

  private void line(String type, Consumer<JsonGenerator> fields) throws EmitterException {
    drain();
    try {
      json.writeStartObject();
      json.writeStringProperty("type", type);
      fields.accept(json);
      json.writeEndObject();
    } catch (JacksonException e) {
      throw failed(e);
    }
  }

  private EmitterException failed(JacksonException e) {
    var cause = e.getCause() == null ? e : e.getCause();
    return new EmitterException("cannot write to " + name + ": " + cause.getMessage(), cause);
  }

  @Override
  public void begin(DumpScope scope) throws EmitterException {
    line(
        "dump",
        out -> {
          out.writeNumberProperty("format", 1);
          out.writeBooleanProperty("whole", scope.isWhole());
          out.writeBooleanProperty("bestReading", scope.isBestReading());
        });
  }

  @Override
  public void geometry(GeometryFields geometry) throws EmitterException {
    line("geometry", out -> HeaderJson.write(out, geometry));
  }

  @Override
  public void superBlock(SuperBlockFields superBlock) throws EmitterException {
    line("super-block", out -> HeaderJson.write(out, superBlock));
  }

  @Override
  public void doubt(String sentence) throws EmitterException {
    line("doubt", out -> out.writeStringProperty("text", sentence));
  }

  @Override
  public void beginBlockMap() {}

  @Override
  public void page(PagePlace page) throws EmitterException {
    plain().page(page);
  }

  @Override
  public void mapping(MappingRun run) throws EmitterException {
    run.addTo(plain());
  }

  private JsonPiece plain() throws EmitterException {
    if (plain.mark() > MOST_PLAIN_BYTES) {
      drain();
    }
    return plain;
  }

  @Override
  public Optional<BlockMapPiece> newPiece() {
    return Optional.of(new JsonPiece(JsonPiece.SEVERAL_PAGES_BYTES));
  }

  @Override
  public void piece(BlockMapPiece piece, int from, int to) throws EmitterException {
    drain();
    write((JsonPiece) piece, from, to);
  }

  private void drain() throws EmitterException {
    if (plain.mark() > 0) {
      write(plain, 0, plain.mark());
      plain.cut(0);
    }
  }

  private void write(JsonPiece lines, int from, int to) throws EmitterException {
    try {
      json.flush();
      lines.writeTo(out, from, to);
    } catch (JacksonException e) {
      throw failed(e);
    } catch (IOException e) {
      throw new EmitterException("cannot write to " + name + ": " + e.getMessage(), e);
    }
  }

  private static void place(JsonGenerator out, PagePlace page) {
    out.writeNumberProperty("lbn", page.firstLbn(TREES));
    out.writeNumberProperty("height", page.height());
    out.writeNumberProperty("tree", page.tree());
    out.writeNumberProperty("index", page.index());
    out.writeNumberProperty("pbn", page.pbn());
  }

  @Override
  public void unreadablePage(UnreadablePage page) throws EmitterException {
    line(
        "unreadable-page",
        out -> {
          place(out, page.place());
          out.writeStringProperty("cause", JsonOutput.name(page.cause()));
        });
  }

  @Override
  public void unreadableMapping(UnreadableMapping mapping) throws EmitterException {
    line(
        "unreadable-mapping",
        out -> {
          out.writeNumberProperty("lbn", mapping.lbn());
          out.writeNumberProperty("state", mapping.entry().state());
          out.writeNumberProperty("pbn", mapping.entry().pbn());
          out.writeStringProperty("cause", JsonOutput.name(mapping.cause()));
        });
  }

  @Override
  public void endBlockMap() {}

  @Override
  public void beginSlabs(boolean areCountsComplete) throws EmitterException {
    line(
        "slabs", out -> out.writeStringProperty("counts", areCountsComplete ? "all" : "different"));
  }

  @Override
  public void slab(SlabState slab) throws EmitterException {
    line(
        "slab",
        out -> {
          out.writeNumberProperty("number", slab.number());
          out.writeBooleanProperty("used", slab.isUsed());
        });
  }

  @Override
  public void counts(CountRun run) throws EmitterException {
    line(
        "count",
        out -> {
          out.writeNumberProperty("pbn", run.firstPbn());
          out.writeNumberProperty("blocks", run.blocks());
          out.writeNumberProperty("value", run.value());
        });
  }

  @Override
  public void unreadableCounts(UnreadableCounts counts) throws EmitterException {
    line(
        "unreadable-counts",
        out -> {
          out.writeNumberProperty("pbn", counts.firstPbn());
          out.writeNumberProperty("blocks", counts.count());
          out.writeStringProperty("cause", JsonOutput.name(counts.cause()));
        });
  }

  @Override
  public void endSlabs() {}

  @Override
  public void journalBlock(JournalBlockFields block) throws EmitterException {
    line(
        "journal-block",
        out -> {
          out.writeNumberProperty("sequence", block.sequenceNumber());
          out.writeStringProperty("format", JsonOutput.name(block.format()));
          out.writeNumberProperty("blockMapHead", block.blockMapHead());
          out.writeNumberProperty("slabJournalHead", block.slabJournalHead());
          out.writeNumberProperty("entries", block.entryCount());
          out.writeNumberProperty("logicalBlocksUsed", block.logicalBlocksUsed());
          out.writeNumberProperty("blockMapDataBlocks", block.blockMapDataBlocks());
        });
  }

  @Override
  public void journalEntry(JournalEntryFields fields) throws EmitterException {
    var entry = fields.entry();
    line(
        "journal-entry",
        out -> {
          out.writeNumberProperty("number", fields.index());
          out.writeStringProperty("operation", JsonOutput.name(entry.operation()));
          out.writeNumberProperty("pagePbn", entry.pagePbn());
          out.writeNumberProperty("slot", entry.slot());
          mapping(out, "mapping", entry.mapping());
          mapping(out, "unmapping", entry.unmapping());
        });
  }

  private static void mapping(JsonGenerator out, String property, BlockMapEntry entry) {
    out.writeObjectPropertyStart(property);
    out.writeNumberProperty("state", entry.state());
    out.writeNumberProperty("pbn", entry.pbn());
    out.writeEndObject();
  }

  @Override
  public void slabJournalBlock(SlabJournalBlockFields block) throws EmitterException {
    line(
        "slab-journal-block",
        out -> {
          out.writeNumberProperty("slab", block.slab());
          out.writeNumberProperty("sequence", block.sequenceNumber());
          out.writeNumberProperty("head", block.head());
          out.writeNumberProperty(
              "recoverySequence", JournalPoint.sequenceNumber(block.recoveryPoint()));
          out.writeNumberProperty("recoveryEntry", JournalPoint.entryIndex(block.recoveryPoint()));
          out.writeBooleanProperty("typeBits", block.hasBlockMapIncrements());
          out.writeNumberProperty("entries", block.entryCount());
        });
  }

  @Override
  public void slabJournalEntry(SlabJournalEntryFields entry) throws EmitterException {
    line(
        "slab-journal-entry",
        out -> {
          out.writeNumberProperty("number", entry.index());
          out.writeStringProperty("operation", JsonOutput.name(entry.operation()));
          out.writeNumberProperty("pbn", entry.pbn());
        });
  }

  @Override
  public void summaryEntry(SummaryFields fields) throws EmitterException {
    var entry = fields.entry();
    line(
        "summary-entry",
        out -> {
          out.writeNumberProperty("slab", fields.slab());
          out.writeNumberProperty("tail", entry.tailBlockOffset());
          out.writeNumberProperty("hint", entry.fullnessHint());
          out.writeBooleanProperty("load", entry.loadRefCounts());
          out.writeBooleanProperty("dirty", entry.isDirty());
        });
  }

  @Override
  public void end() throws EmitterException {
    line("end", _ -> {});
    try {
      json.writeRaw('\n');
      json.close();
      out.flush();
    } catch (JacksonException e) {
      throw failed(e);
    } catch (IOException e) {
      throw new EmitterException("cannot write to " + name + ": " + e.getMessage(), e);
    }
  }
}
