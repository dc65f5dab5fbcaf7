package io.vdotools.tool.restore;

import io.vdotools.cli.ByteSize;
import io.vdotools.cli.JsonOutput;
import io.vdotools.device.change.ChangeSet;
import io.vdotools.device.change.UndoWriter;
import io.vdotools.engine.ChangedStructures;
import io.vdotools.problem.ProblemCode;
import io.vdotools.problem.Structure;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;

/**
 * A result as text, and as JSON with the schema {@code format-spec/schema/vdo_restore.schema.json}.
 */
final class RestoreReport {
  private RestoreReport() {}

  static void printText(RestoreResult result, PrintWriter out) {
    var built = result.built();
    var layout = built.layout();
    var vdo = layout.superBlock().vdo();
    out.println(result.options().target() + ": VDO volume from " + result.options().xmlName());
    row(
        out,
        "identity",
        "UUID " + layout.geometry().uuidValue() + ", nonce " + Long.toHexString(layout.nonce()));
    row(out, "state", vdo.state().name().toLowerCase(Locale.ROOT).replace('_', ' '));
    row(out, "logical", ByteSize.ofBlocks(vdo.config().logicalBlocks()));
    row(
        out,
        "physical",
        ByteSize.ofBlocks(vdo.config().physicalBlocks())
            + (result.targetBlocks() > layout.deviceBlocks()
                ? " of " + ByteSize.ofBlocks(result.targetBlocks()) + "; --physical-size uses more"
                : ""));
    row(
        out,
        "slabs",
        "%d, each %s; %d in use"
            .formatted(
                layout.slabs().slabCount(),
                ByteSize.ofBlocks(layout.slabs().slabBlocks()),
                built.usedSlabs()));
    row(out, "mapped", ByteSize.ofBlocks(built.logicalBlocksUsed()));
    row(
        out,
        "pages",
        built.blockMapPages()
            + " of the block map"
            + (built.placedPages() == 0
                ? ""
                : ", for " + built.placedPages() + " of which a place was chosen"));
    printLosses(result, out);
    var plan = result.plan();
    if (plan != null) {
      var changes = plan.changes();
      structures(result, changes)
          .forEach((structure, count) ->
              row(
                  out,
                  "changes",
                  count + (count == 1 ? " block of " : " blocks of ") + title(structure)));
      row(
          out,
          "undo",
          result.options().change().undoFile()
              + ", "
              + ByteSize.ofBlocks(UndoWriter.fileBlocks(changes)));
      row(out, "plan", plan.id());
    }
    row(
        out,
        "checked",
        result.options().isChecked()
            ? "all metadata"
            : "geometry block, super block, layout and slab summary only");
    printProblems(result, out);
    out.println(result.options().target() + ": " + verdict(result));
  }

  private static void printLosses(RestoreResult result, PrintWriter out) {
    var built = result.built();
    built.doubts().forEach(doubt -> row(out, "doubt", doubt));
    if (built.lostPages() > 0 || built.lostLbns() > 0) {
      row(
          out,
          "lost",
          "%d block map pages and %d single mappings that the dump does not have; they are unmapped"
              .formatted(built.lostPages(), built.lostLbns()));
    }
  }

  private static void printProblems(RestoreResult result, PrintWriter out) {
    var findings = result.check().findings();
    for (ProblemCode code : findings.codes()) {
      if (findings.worst(code).isDefect()) {
        long count = findings.count(code);
        var first = findings.kept(code).getFirst().problem();
        row(
            out,
            "problem",
            "%s %s%s: %s"
                .formatted(
                    code.id(),
                    code.title(),
                    count > 1 ? " (" + count + " times)" : "",
                    first.evidence()));
      }
    }
  }

  private static Map<Structure, Long> structures(RestoreResult result, ChangeSet changes) {
    return ChangedStructures.count(result.check().volume(), changes.blocks());
  }

  /** In the plural, as what was changed. */
  private static String title(Structure structure) {
    return switch (structure) {
      case BLOCK_MAP_ROOT -> "block map roots";
      case BLOCK_MAP_LEAF, BLOCK_MAP_INTERIOR -> "block map pages";
      case REFERENCE_BLOCK -> "reference counts";
      case SLAB_JOURNAL -> "slab journals";
      case RECOVERY_JOURNAL -> "the recovery journal";
      default -> "the " + structure.title();
    };
  }

  private static void row(PrintWriter out, String name, String value) {
    out.printf("  %-9s %s%n", name, value);
  }

  private static String verdict(RestoreResult result) {
    boolean isNew = result.plan() == null;
    String undo = "'vdo_undo --apply " + result.options().change().undoFile() + "' takes it back";
    return switch (result.verdict()) {
      case DONE -> isNew ? "made, and in order" : "restored, and in order; " + undo;
      case READY ->
          (result.isOnlyReadOnly()
                  ? "the result is in order, and in read-only mode as the dump says"
                  : "the result is in order")
              + "; nothing was written, --apply writes it";
      case UNSOUND ->
          "the dump does not make a volume without problems; nothing was written, --force does it"
              + " nevertheless";
      case DONE_UNSOUND ->
          (isNew ? "made, " : "restored, ")
              + (result.isOnlyReadOnly()
                  ? "and in read-only mode as the dump says, which vdo_repair ends"
                  : "with the problems above")
              + (isNew ? "" : "; " + undo);
    };
  }

  static void printJson(RestoreResult result, PrintWriter out) {
    var built = result.built();
    var layout = built.layout();
    var vdo = layout.superBlock().vdo();
    JsonOutput.print(
        out,
        json -> {
          json.writeStartObject();
          json.writeStringProperty("target", result.options().target().toString());
          json.writeStringProperty("dump", result.options().xmlName());
          json.writeStringProperty("verdict", JsonOutput.name(result.verdict()));
          json.writeNumberProperty("exitStatus", result.status().code());
          json.writeBooleanProperty("isWritten", result.isWritten());
          json.writeStringProperty("uuid", layout.geometry().uuidValue().toString());
          json.writeStringProperty("nonce", Long.toHexString(layout.nonce()));
          json.writeStringProperty("state", JsonOutput.name(vdo.state()));
          json.writeNumberProperty("logicalBlocks", vdo.config().logicalBlocks());
          json.writeNumberProperty("physicalBlocks", vdo.config().physicalBlocks());
          json.writeNumberProperty("targetBlocks", result.targetBlocks());
          json.writeNumberProperty("slabBlocks", layout.slabs().slabBlocks());
          json.writeNumberProperty("slabs", layout.slabs().slabCount());
          json.writeNumberProperty("usedSlabs", built.usedSlabs());
          json.writeNumberProperty("mappedBlocks", built.logicalBlocksUsed());
          json.writeNumberProperty("blockMapPages", built.blockMapPages());
          json.writeNumberProperty("placedPages", built.placedPages());
          json.writeNumberProperty("lostPages", built.lostPages());
          json.writeNumberProperty("lostMappings", built.lostLbns());
          json.writeArrayPropertyStart("doubts");
          built.doubts().forEach(json::writeString);
          json.writeEndArray();
          json.writeObjectPropertyStart("problems");
          var findings = result.check().findings();
          for (ProblemCode code : findings.codes()) {
            json.writeNumberProperty(code.id(), findings.count(code));
          }
          json.writeEndObject();
          json.writeBooleanProperty("isChecked", result.options().isChecked());
          var plan = result.plan();
          if (plan != null) {
            var changes = plan.changes();
            json.writeStringProperty("plan", plan.id());
            json.writeNumberProperty("changedBlocks", changes.size());
            json.writeObjectPropertyStart("changes");
            structures(result, changes)
                .forEach((structure, count) ->
                    json.writeNumberProperty(JsonOutput.name(structure), count));
            json.writeEndObject();
            json.writeStringProperty("undoFile", result.options().change().undoFile().toString());
            json.writeNumberProperty("undoFileBlocks", UndoWriter.fileBlocks(changes));
          }
          json.writeEndObject();
        });
  }
}
