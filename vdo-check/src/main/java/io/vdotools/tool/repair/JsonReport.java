package io.vdotools.tool.repair;

import io.vdotools.check.CheckResult;
import io.vdotools.cli.JsonOutput;
import io.vdotools.device.change.UndoWriter;
import io.vdotools.engine.repair.RepairStep;
import io.vdotools.format.blockmap.LbnSet;
import io.vdotools.problem.ProblemCode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** An outcome as JSON, with the schema {@code format-spec/schema/vdo_repair.schema.json}. */
final class JsonReport {
  private final Outcome outcome;
  private final JsonGenerator json;

  private JsonReport(Outcome outcome, JsonGenerator json) {
    this.outcome = outcome;
    this.json = json;
  }

  static void print(Outcome outcome, Path path, PrintWriter out) {
    JsonOutput.print(out, json -> new JsonReport(outcome, json).write(path));
  }

  private void write(Path path) {
    var plan = outcome.plan();
    json.writeStartObject();
    json.writeStringProperty("volume", path.toString());
    json.writeStringProperty("verdict", JsonOutput.name(outcome.verdict()));
    json.writeNumberProperty("exitStatus", outcome.status().code());
    json.writeBooleanProperty("isApplied", outcome.isApplied());
    json.writeBooleanProperty("isForced", outcome.isForced());
    var before = plan.before();
    if (before != null) {
      writeCodes("found", before);
    }
    json.writeArrayPropertyStart("steps");
    plan.steps().forEach(this::writeStep);
    json.writeEndArray();
    json.writeNumberProperty("lostBlocks", plan.lostBlocks());
    json.writeNumberProperty("unnamedBlocks", plan.unnamedBlocks());
    writeCodes("left", plan.after());
    json.writeStringProperty("state", JsonOutput.name(plan.state()));
    json.writeStringProperty("plan", plan.plan().id());
    json.writeNumberProperty("changedBlocks", outcome.changes().size());
    var copy = outcome.copy();
    if (copy != null) {
      json.writeStringProperty("copy", copy.path().toString());
      json.writeNumberProperty("unreadableBlocks", copy.unreadable());
    } else if (!plan.steps().isEmpty()) {
      json.writeStringProperty("undoFile", outcome.undoFile().toString());
      json.writeNumberProperty("undoFileBlocks", UndoWriter.fileBlocks(outcome.changes()));
    }
    json.writeEndObject();
  }

  private void writeCodes(String name, CheckResult result) {
    var findings = result.findings();
    json.writeArrayPropertyStart(name);
    for (ProblemCode code : findings.codes()) {
      if (name.equals("left") && !findings.worst(code).isDefect()) {
        continue;
      }
      json.writeStartObject();
      json.writeStringProperty("code", code.id());
      json.writeStringProperty("title", code.title());
      json.writeStringProperty("severity", JsonOutput.name(findings.worst(code)));
      json.writeNumberProperty("count", findings.count(code));
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void writeStep(RepairStep step) {
    json.writeStartObject();
    json.writeStringProperty("treatment", JsonOutput.name(step.treatment()));
    json.writeArrayPropertyStart("codes");
    step.codes().forEach(code -> json.writeString(code.id()));
    json.writeEndArray();
    json.writeStringProperty("structure", JsonOutput.name(step.structure()));
    if (step.pbn() >= 0) {
      json.writeNumberProperty("pbn", step.pbn());
    }
    json.writeStringProperty("change", step.change());
    json.writeStringProperty("evidence", step.evidence());
    json.writeStringProperty("confidence", JsonOutput.name(step.confidence()));
    writeLost(step.lost());
    json.writeEndObject();
  }

  private void writeLost(List<LbnSet> lost) {
    if (lost.isEmpty()) {
      return;
    }
    json.writeArrayPropertyStart("lost");
    for (var set : lost) {
      json.writeStartObject();
      json.writeNumberProperty("first", set.first());
      json.writeNumberProperty("length", set.length());
      if (set.runs() != 1) {
        json.writeNumberProperty("stride", set.stride());
        json.writeNumberProperty("runs", set.runs());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
