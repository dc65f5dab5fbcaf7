package io.vdotools.tool.image;

import static io.vdotools.cli.Invocation.changes;
import static io.vdotools.cli.Invocation.word;

import io.vdotools.VdoException;
import io.vdotools.cli.ByteSize;
import io.vdotools.cli.Console;
import io.vdotools.cli.Content;
import io.vdotools.cli.ExitStatus;
import io.vdotools.cli.Invocation;
import io.vdotools.device.DeviceClaim;
import io.vdotools.format.BlockSize;
import io.vdotools.tool.image.Session.EngineChoice;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.ParseResult;

/**
 * {@code grow}: a larger logical or physical size.
 *
 * @param logicalBlocks the new logical size, or {@link #AS_IT_IS}
 * @param physicalBlocks the new physical size, or {@link #AS_IT_IS}
 */
record GrowStep(long logicalBlocks, long physicalBlocks) implements Step {
  private static final String LOGICAL = "--logical";
  private static final String PHYSICAL = "--physical";
  private static final long AS_IT_IS = -1;
  private static final long SEED = 1;

  static StepKind kind() {
    return new StepKind(
        "grow",
        "Gives the volume a larger logical size, a larger physical size, or both.",
        List.of(),
        List.of(
            StepKind.size(LOGICAL, "The new logical size, such as 2T."),
            StepKind.size(
                PHYSICAL, "The new physical size. A file that is shorter is made longer.")),
        true,
        "grow volume.img --logical 2T --physical 8G",
        Invocation.of(word("grow"), changes(Content.VOLUME), word("--logical"), word("2T")),
        GrowStep::of);
  }

  private static GrowStep of(ParseResult arguments) {
    long logical = blocks(arguments, LOGICAL);
    long physical = blocks(arguments, PHYSICAL);
    if (logical == AS_IT_IS && physical == AS_IT_IS) {
      throw StepKind.wrong(arguments, "missing " + LOGICAL + " or " + PHYSICAL);
    }
    return new GrowStep(logical, physical);
  }

  private static long blocks(ParseResult arguments, String option) {
    if (!arguments.hasMatchedOption(option)) {
      return AS_IT_IS;
    }
    long bytes = arguments.matchedOptionValue(option, new ByteSize(0)).bytes();
    if (bytes % BlockSize.BLOCK != 0) {
      throw StepKind.wrong(
          arguments,
          "invalid value for option '%s': %d bytes are no multiple of 4096"
              .formatted(option, bytes));
    }
    return bytes / BlockSize.BLOCK;
  }

  @Override
  public void check(Prospect prospect) throws VdoException {
    long logical = larger("logical", prospect.logicalBlocks(), logicalBlocks);
    long physical = larger("physical", prospect.physicalBlocks(), physicalBlocks);
    prospect.grown(logical, physical);
  }

  private static long larger(String what, long before, long wanted) throws StepException {
    if (wanted != AS_IT_IS && wanted <= before) {
      throw new StepException(
          "the %s size of %d blocks is not larger than the present one of %d; volumes do not shrink"
              .formatted(what, wanted, before));
    }
    return wanted == AS_IT_IS ? before : wanted;
  }

  @Override
  public ExitStatus run(Path path, Console console) throws VdoException {
    try (var claim = DeviceClaim.of(path)) {
      long oldBytes;
      try (var device = claim.open()) {
        oldBytes = device.sizeBytes();
      }
      boolean isExtended = !claim.isBlockDevice() && physicalBlocks > oldBytes / BlockSize.BLOCK;
      if (isExtended) {
        claim.resize(physicalBlocks * BlockSize.BLOCK);
      }
      boolean isDone = false;
      try (var device = claim.open();
          var session = Session.open(device, EngineChoice.ALL, SEED)) {
        if (physicalBlocks != AS_IT_IS) {
          session.volume().growPhysical(physicalBlocks);
        }
        // What became of the physical size stays if only the logical one is impossible.
        isDone = true;
        if (logicalBlocks != AS_IT_IS) {
          session.volume().growLogical(logicalBlocks);
        }
      } finally {
        if (isExtended && !isDone) {
          claim.resize(oldBytes);
        }
      }
    }
    return ExitStatus.OK;
  }
}
