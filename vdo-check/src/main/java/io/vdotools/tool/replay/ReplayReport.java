package io.vdotools.tool.replay;

import io.vdotools.cli.ByteSize;
import io.vdotools.cli.JsonOutput;
import io.vdotools.device.change.ChangeSet;
import io.vdotools.device.change.UndoWriter;
import io.vdotools.engine.ChangedStructures;
import io.vdotools.problem.Structure;
import java.io.PrintWriter;
import java.util.Map;

/**
 * An outcome as text, and as JSON with the schema {@code
 * format-spec/schema/vdo_replay.schema.json}.
 */
final class ReplayReport {
  private ReplayReport() {}

  static void printText(Outcome outcome, PrintWriter out) {
    var volume = outcome.before().volume();
    String name = volume.device().name();
    var plan = outcome.plan();
    if (plan != null) {
      var changes = plan.changes();
      var tally = outcome.before().tally();
      out.println(name + ": crash recovery");
      row(out, "journal", tally.replayedEntries() + " entries");
      row(
          out,
          "replayed",
          "%d block map slots, %d slab journal entries, %d of them missing decrements"
              .formatted(tally.changedSlots(), tally.appendedEntries(), tally.missingDecrements()));
      for (var structure : structures(outcome, changes).entrySet()) {
        row(out, "changes", blocks(structure.getValue()) + " of " + title(structure.getKey()));
      }
      row(out, "writes", ByteSize.ofBlocks(changes.size()));
      row(
          out,
          "undo",
          outcome.undoFile() + ", " + ByteSize.ofBlocks(UndoWriter.fileBlocks(changes)));
      row(out, "plan", plan.id());
    }
    out.println(name + ": " + verdict(outcome));
  }

  private static void row(PrintWriter out, String name, String value) {
    out.printf("  %-9s %s%n", name, value);
  }

  private static String blocks(long count) {
    return count == 1 ? "1 block" : count + " blocks";
  }

  /** In the plural, and without a difference between pages that nobody asks for here. */
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

  private static Map<Structure, Long> structures(Outcome outcome, ChangeSet changes) {
    return ChangedStructures.count(outcome.before().volume(), changes.blocks());
  }

  private static String verdict(Outcome outcome) {
    return switch (outcome.verdict()) {
      case NOTHING_TO_DO -> "nothing to replay; nothing was written";
      case DAMAGED ->
          "damaged in ways that a replay does not mend; nothing was written, see vdo_check";
      case READY -> "the result is clean and in order; nothing was written, --apply writes it";
      case DONE ->
          "replayed, clean and in order; 'vdo_undo --apply "
              + outcome.undoFile()
              + "' takes it back";
    };
  }

  static void printJson(Outcome outcome, PrintWriter out) {
    JsonOutput.print(
        out,
        json -> {
          json.writeStartObject();
          json.writeStringProperty("volume", outcome.before().volume().device().name());
          json.writeStringProperty("verdict", JsonOutput.name(outcome.verdict()));
          json.writeNumberProperty("exitStatus", outcome.status().code());
          json.writeBooleanProperty("isApplied", outcome.isApplied());
          var plan = outcome.plan();
          if (plan != null) {
            var changes = plan.changes();
            json.writeStringProperty("plan", plan.id());
            var tally = outcome.before().tally();
            json.writeNumberProperty("journalEntries", tally.replayedEntries());
            json.writeNumberProperty("changedSlots", tally.changedSlots());
            json.writeNumberProperty("appendedEntries", tally.appendedEntries());
            json.writeNumberProperty("missingDecrements", tally.missingDecrements());
            json.writeNumberProperty("changedBlocks", changes.size());
            json.writeObjectPropertyStart("changes");
            structures(outcome, changes)
                .forEach((structure, count) ->
                    json.writeNumberProperty(JsonOutput.name(structure), count));
            json.writeEndObject();
            json.writeStringProperty("undoFile", outcome.undoFile().toString());
            json.writeNumberProperty("undoFileBlocks", UndoWriter.fileBlocks(changes));
          }
          json.writeEndObject();
        });
  }
}
