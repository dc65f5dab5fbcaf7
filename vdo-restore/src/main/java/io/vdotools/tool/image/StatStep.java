package io.vdotools.tool.image;

import static io.vdotools.cli.Invocation.reads;
import static io.vdotools.cli.Invocation.word;

import io.vdotools.VdoException;
import io.vdotools.check.CheckOptions;
import io.vdotools.check.CheckResult;
import io.vdotools.check.VolumeCheck;
import io.vdotools.cli.ByteSize;
import io.vdotools.cli.Console;
import io.vdotools.cli.Content;
import io.vdotools.cli.ExitStatus;
import io.vdotools.cli.Invocation;
import io.vdotools.cli.JsonOutput;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.engine.Volume;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * {@code stat}: what a volume is like and what it holds; the schema of its JSON is {@code
 * format-spec/schema/vdo_image.schema.json}.
 *
 * @param isJson whether to print JSON
 */
record StatStep(boolean isJson) implements Step {
  private static final String JSON = "--json";

  static StepKind kind() {
    return new StepKind(
        "stat",
        "Shows what the volume is like and what it holds, without changing it. A volume that"
            + " crashed is shown as recovery would leave it.",
        List.of(),
        List.of(StepKind.flag(JSON, "Print one JSON document instead of text.")),
        true,
        "stat --json volume.img",
        Invocation.of(word("stat"), reads(Content.VOLUME)),
        arguments -> new StatStep(arguments.hasMatchedOption(JSON)));
  }

  @Override
  public void check(Prospect prospect) {}

  @Override
  public ExitStatus run(Path path, Console console) throws VdoException {
    try (var device = FileDevice.open(path, Access.READ)) {
      var result = VolumeCheck.run(device, CheckOptions.standard());
      if (result.extent() != CheckResult.Extent.COMPLETE) {
        throw new StepException(
            path + ": is too damaged to tell what it holds; vdo_check says what is wrong");
      }
      if (isJson) {
        json(path, result, console.out());
      } else {
        text(path, result, console.out());
      }
      return result.isSound() ? ExitStatus.OK : ExitStatus.PROBLEMS_LEFT;
    }
  }

  private static String state(Volume volume) {
    return volume.superBlock().vdo().state().name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String judgement(CheckResult result) {
    return result.judgement().name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static void text(Path path, CheckResult result, PrintWriter out) {
    var volume = result.volume();
    var vdo = volume.superBlock().vdo();
    var tally = result.tally();
    out.println(path + ": VDO volume");
    line(out, "state", state(volume) + ", judged " + judgement(result));
    line(out, "logical", ByteSize.ofBlocks(vdo.config().logicalBlocks()));
    line(out, "physical", ByteSize.ofBlocks(vdo.config().physicalBlocks()));
    line(
        out,
        "slabs",
        slabs(volume) + " of " + ByteSize.ofBlocks(vdo.config().slabBlocks()) + " each");
    line(
        out,
        "mapped",
        "%d: %d plain, %d compressed, %d zero"
            .formatted(
                tally.mappings(),
                tally.plainMappings(),
                tally.compressedMappings(),
                tally.zeroMappings()));
    line(
        out,
        "used",
        "%d data blocks, %d block map pages"
            .formatted(tally.dataBlocks(), tally.leafPages() + tally.interiorPages()));
    line(out, "free", ByteSize.ofBlocks(tally.freeBlocks()));
    line(
        out,
        "history",
        "%d recoveries, %d rebuilds; recovery journal at %d"
            .formatted(
                vdo.completeRecoveries(),
                vdo.readOnlyRecoveries(),
                volume.superBlock().recoveryJournal().journalStart()));
    line(out, "problems", Long.toString(problems(result)));
  }

  private static int slabs(Volume volume) {
    return volume.slabs().orElseThrow().slabCount();
  }

  private static long problems(CheckResult result) {
    return result.findings().codes().stream()
        .filter(code -> result.findings().worst(code).isDefect())
        .mapToLong(result.findings()::count)
        .sum();
  }

  private static void line(PrintWriter out, String name, String value) {
    out.printf("  %-9s %s%n", name, value);
  }

  private static void json(Path path, CheckResult result, PrintWriter out) {
    var volume = result.volume();
    var vdo = volume.superBlock().vdo();
    var tally = result.tally();
    JsonOutput.print(
        out,
        json -> {
          json.writeStartObject();
          json.writeStringProperty("volume", path.toString());
          json.writeStringProperty("state", state(volume));
          json.writeStringProperty("judgement", judgement(result));
          json.writeStringProperty("uuid", volume.geometry().uuidValue().toString());
          json.writeStringProperty("nonce", Long.toHexString(volume.nonce()));
          json.writeNumberProperty("logicalBlocks", vdo.config().logicalBlocks());
          json.writeNumberProperty("physicalBlocks", vdo.config().physicalBlocks());
          json.writeNumberProperty("slabBlocks", vdo.config().slabBlocks());
          json.writeNumberProperty("slabs", slabs(volume));
          json.writeNumberProperty("usedSlabs", tally.usedSlabs());
          json.writeNumberProperty("plainMappings", tally.plainMappings());
          json.writeNumberProperty("compressedMappings", tally.compressedMappings());
          json.writeNumberProperty("zeroMappings", tally.zeroMappings());
          json.writeNumberProperty("blockMapPages", tally.leafPages() + tally.interiorPages());
          json.writeNumberProperty("dataBlocks", tally.dataBlocks());
          json.writeNumberProperty("freeBlocks", tally.freeBlocks());
          json.writeNumberProperty("completeRecoveries", vdo.completeRecoveries());
          json.writeNumberProperty("readOnlyRecoveries", vdo.readOnlyRecoveries());
          json.writeNumberProperty("problems", problems(result));
          json.writeEndObject();
        });
  }
}
