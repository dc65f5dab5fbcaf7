package io.vdotools.tool.check;

import io.vdotools.check.CheckOptions;
import io.vdotools.check.CheckResult;
import io.vdotools.cli.JsonOutput;
import io.vdotools.engine.Volume;
import io.vdotools.format.blockmap.LbnSet;
import io.vdotools.problem.Finding;
import io.vdotools.problem.Problem;
import io.vdotools.problem.ProblemCode;
import java.io.PrintWriter;
import java.math.BigInteger;
import tools.jackson.core.JsonGenerator;

/**
 * A result as one JSON document; its schema is {@code format-spec/schema/vdo_check.schema.json}.
 *
 * <p>64-bit numbers that are identities (nonces) are strings in hexadecimal, counts and addresses
 * are numbers.
 */
final class JsonReport {
  private final CheckResult result;
  private final CheckOptions options;
  private final Facts facts;
  private final JsonGenerator json;

  private JsonReport(CheckResult result, CheckOptions options, JsonGenerator json) {
    this.result = result;
    this.options = options;
    this.facts = new Facts(result, options);
    this.json = json;
  }

  static void print(CheckResult result, CheckOptions options, PrintWriter out) {
    JsonOutput.print(out, json -> new JsonReport(result, options, json).write());
  }

  private void write() {
    json.writeStartObject();
    json.writeStringProperty("source", result.volume().device().name());
    json.writeStringProperty("verdict", JsonOutput.name(facts.verdict()));
    json.writeStringProperty("verdictText", facts.verdictText());
    json.writeNumberProperty("exitStatus", CheckCommand.status(result).code());
    json.writeStringProperty("worstSeverity", JsonOutput.name(facts.worst()));
    json.writeNumberProperty("defects", facts.defects());
    json.writeStringProperty("level", JsonOutput.name(options.level()));
    json.writeStringProperty("extent", JsonOutput.name(result.extent()));
    if (result.extent() == CheckResult.Extent.COMPLETE) {
      json.writeStringProperty("judgedAs", JsonOutput.name(result.judgement()));
    }
    writeVolume();
    if (facts.hasTally()) {
      writeTally();
    }
    json.writeArrayPropertyStart("problems");
    for (var code : result.findings().codes()) {
      writeCode(code);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void writeVolume() {
    var volume = result.volume();
    json.writeObjectPropertyStart("volume");
    if (volume.geometryFormat().isSupported()) {
      json.writeStringProperty("uuid", volume.geometry().uuidValue().toString());
      json.writeStringProperty("geometryVersion", volume.geometry().header().version().toString());
      json.writeStringProperty("geometryNonce", Long.toHexString(volume.geometry().nonce()));
    }
    if (volume.hasSuperBlock()) {
      writeSuperBlock(volume);
    }
    json.writeEndObject();
  }

  private void writeSuperBlock(Volume volume) {
    var superBlock = volume.superBlock();
    var config = superBlock.vdo().config();
    json.writeNumberProperty("superBlockPbn", volume.superBlockPbn());
    json.writeStringProperty("nonce", Long.toHexString(volume.nonce()));
    json.writeStringProperty("volumeVersion", superBlock.volumeVersion().toString());
    json.writeStringProperty("state", JsonOutput.name(superBlock.vdo().state()));
    json.writeNumberProperty("stateCode", superBlock.vdo().stateCode());
    writeUnsigned("logicalBlocks", config.logicalBlocks());
    writeUnsigned("physicalBlocks", config.physicalBlocks());
    volume
        .slabs()
        .ifPresent(slabs -> {
          json.writeNumberProperty("slabs", slabs.slabCount());
          json.writeNumberProperty("slabBlocks", slabs.slabBlocks());
        });
    writeUnsigned("completeRecoveries", superBlock.vdo().completeRecoveries());
    writeUnsigned("readOnlyRecoveries", superBlock.vdo().readOnlyRecoveries());
  }

  /** Writes what a damaged block may hold: any 64 bits. */
  private void writeUnsigned(String name, long value) {
    json.writeName(name);
    json.writeNumber(new BigInteger(Long.toUnsignedString(value)));
  }

  private void writeTally() {
    var tally = result.tally();
    json.writeObjectPropertyStart("tally");
    json.writeNumberProperty("mappings", tally.mappings());
    json.writeNumberProperty("plainMappings", tally.plainMappings());
    json.writeNumberProperty("compressedMappings", tally.compressedMappings());
    json.writeNumberProperty("zeroMappings", tally.zeroMappings());
    json.writeNumberProperty("leafPages", tally.leafPages());
    json.writeNumberProperty("interiorPages", tally.interiorPages());
    json.writeNumberProperty("usedBlocks", tally.usedBlocks());
    json.writeNumberProperty("freeBlocks", tally.freeBlocks());
    json.writeNumberProperty("usedSlabs", tally.usedSlabs());
    json.writeNumberProperty("replayedEntries", tally.replayedEntries());
    json.writeNumberProperty("changedSlots", tally.changedSlots());
    json.writeNumberProperty("appendedEntries", tally.appendedEntries());
    json.writeNumberProperty("missingDecrements", tally.missingDecrements());
    json.writeNumberProperty("ignoredBlocks", tally.ignoredBlocks());
    json.writeEndObject();
  }

  private void writeCode(ProblemCode code) {
    var findings = result.findings();
    json.writeStartObject();
    json.writeStringProperty("code", code.id());
    json.writeStringProperty("title", code.title());
    json.writeStringProperty("invariant", code.invariant());
    json.writeStringProperty("severity", JsonOutput.name(findings.worst(code)));
    json.writeStringProperty("remedy", JsonOutput.name(code.remedy()));
    json.writeStringProperty("remedyText", code.remedy().title());
    json.writeNumberProperty("count", findings.count(code));
    json.writeArrayPropertyStart("findings");
    for (var finding : findings.kept(code)) {
      writeFinding(finding);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void writeFinding(Finding finding) {
    var problem = finding.problem();
    json.writeStartObject();
    json.writeStringProperty("severity", JsonOutput.name(finding.severity()));
    json.writeStringProperty("structure", JsonOutput.name(problem.structure()));
    if (problem.pbn() >= 0) {
      json.writeNumberProperty("pbn", problem.pbn());
    }
    json.writeStringProperty("evidence", problem.evidence());
    writeEvidence(problem);
    if (!problem.lbns().isEmpty()) {
      json.writeArrayPropertyStart("lbns");
      for (var set : problem.lbns()) {
        writeLbns(set);
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private void writeEvidence(Problem problem) {
    switch (problem) {
      case Problem.FieldProblem field -> {
        json.writeStringProperty("field", field.field());
        json.writeStringProperty("stored", field.stored());
        json.writeStringProperty("expected", field.expected());
      }
      case Problem.StructureProblem _ -> {}
      case Problem.PageProblem page -> {
        json.writeNumberProperty("tree", page.place().tree());
        json.writeNumberProperty("height", page.place().height());
        json.writeNumberProperty("pageIndex", page.place().pageIndex());
        if (page.parentPbn() >= 0) {
          json.writeNumberProperty("parentPbn", page.parentPbn());
        }
      }
      case Problem.EntryProblem entry -> {
        json.writeNumberProperty("tree", entry.place().tree());
        json.writeNumberProperty("height", entry.place().height());
        json.writeNumberProperty("pageIndex", entry.place().pageIndex());
        json.writeNumberProperty("slot", entry.place().slot());
        json.writeNumberProperty("slots", entry.slots());
        json.writeNumberProperty("entryPbn", entry.entry().pbn());
        json.writeNumberProperty("entryState", entry.entry().state());
      }
      case Problem.CountProblem count -> {
        json.writeNumberProperty("blocks", count.blocks());
        json.writeNumberProperty("slab", count.slab());
        json.writeNumberProperty("storedCount", count.stored());
        json.writeNumberProperty("computedCount", count.computed());
        if (!count.cause().isEmpty()) {
          json.writeStringProperty("cause", count.cause());
        }
      }
      case Problem.SlabProblem slab -> json.writeNumberProperty("slab", slab.slab());
      case Problem.JournalProblem journal -> {
        writeUnsigned("sequenceNumber", journal.sequenceNumber());
        if (journal.entry() >= 0) {
          json.writeNumberProperty("entry", journal.entry());
        }
      }
      case Problem.FragmentProblem fragment -> {
        if (fragment.fragment() >= 0) {
          json.writeNumberProperty("fragment", fragment.fragment());
        }
      }
    }
  }

  private void writeLbns(LbnSet set) {
    json.writeStartObject();
    json.writeNumberProperty("first", set.first());
    json.writeNumberProperty("length", set.length());
    if (set.runs() != 1) {
      json.writeNumberProperty("stride", set.stride());
      json.writeNumberProperty("runs", set.runs());
    }
    json.writeEndObject();
  }
}
