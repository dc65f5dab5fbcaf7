package io.vdotools.tool.repair;

import static io.vdotools.cli.CommonOptions.JSON;
import static io.vdotools.cli.CommonOptions.MEMORY;
import static io.vdotools.cli.CommonOptions.PROGRESS;
import static io.vdotools.cli.CommonOptions.file;
import static io.vdotools.cli.CommonOptions.flag;
import static io.vdotools.cli.CommonOptions.json;
import static io.vdotools.cli.CommonOptions.memory;
import static io.vdotools.cli.CommonOptions.memoryBytes;
import static io.vdotools.cli.CommonOptions.operand;
import static io.vdotools.cli.CommonOptions.progress;
import static io.vdotools.cli.CommonOptions.quiet;
import static io.vdotools.cli.Invocation.changes;
import static io.vdotools.cli.Invocation.creates;
import static io.vdotools.cli.Invocation.reads;
import static io.vdotools.cli.Invocation.word;

import io.vdotools.VdoException;
import io.vdotools.check.CheckOptions;
import io.vdotools.cli.ChangeOptions;
import io.vdotools.cli.Command;
import io.vdotools.cli.CommandRunner;
import io.vdotools.cli.Console;
import io.vdotools.cli.Content;
import io.vdotools.cli.ExitStatus;
import io.vdotools.cli.FileTarget;
import io.vdotools.cli.Invocation;
import io.vdotools.cli.Machine;
import io.vdotools.cli.ProgressDisplay;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.DeviceClaim;
import io.vdotools.device.DeviceException;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.engine.ForestWalk;
import io.vdotools.engine.Volume;
import io.vdotools.pack.SourceDevice;
import io.vdotools.problem.ProblemCode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/** {@code vdo_repair VOLUME}: mends a damaged volume, as far as its own content tells how. */
public final class RepairCommand implements Command {
  private static final String OUTPUT = "--output";
  private static final String ONLY = "--only";
  private static final String EXCEPT = "--except";
  private static final String HINT = "--hint";
  private static final String FORCE = "--force";
  private static final String THOROUGH = "--thorough";
  private static final String VERBOSE = "--verbose";

  /** Starts the command as a process of its own. */
  public static void main(String[] arguments) {
    CommandRunner.main(new RepairCommand(), arguments);
  }

  @Override
  public String name() {
    return "vdo_repair";
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = CommandSpec.create().name(name());
    spec.usageMessage()
        .description(
            "Mends a damaged VDO volume: geometry and super block from each other and from what"
                + " lies on the volume, the block map from its pages and the journals, reference"
                + " counts and all else from the block map. A volume that crashed or is read-only"
                + " is brought to rest.",
            "Without --apply nothing is written: the plan is computed in memory, its result"
                + " checked, and both are shown: what will change, why, how sure that is, and what"
                + " is lost. With it, old contents go to the undo file first; vdo_undo puts them"
                + " back.");
    spec.addPositional(operand("VOLUME", "A regular file or block device that holds the volume."));
    ChangeOptions.addTo(spec);
    spec.addOption(
        file(
                "COPY",
                "Write the repaired volume to a new, sparse file, and leave VOLUME alone.",
                "-o",
                OUTPUT)
            .build());
    spec.addOption(codes(ONLY, "Treat only problems with these codes, which vdo_check tells."));
    spec.addOption(codes(EXCEPT, "Treat all problems but those with these codes."));
    spec.addOption(
        file(
                "FILE",
                "An older image or pack of the volume, which may tell where pages of the block map"
                    + " belong.",
                HINT)
            .build());
    spec.addOption(
        flag(
            "-f",
            FORCE,
            "Write although problems will be left; what they are is shown. With --output, replace"
                + " COPY if there is one."));
    spec.addOption(
        flag(THOROUGH, "Look into compressed blocks, too, and take away mappings to broken ones."));
    spec.addOption(
        memory(
            "What counters may take, at least 1M, such as 512M or 4G; less memory means more"
                + " passes. Changed blocks take memory beside that. Default: a quarter of the"
                + " machine's.",
            "-m",
            MEMORY));
    spec.addOption(
        OptionSpec.builder("-v", VERBOSE)
            .description("Show every step, not only the first of each kind.")
            .build());
    spec.addOption(json());
    spec.addOption(quiet());
    spec.addOption(progress());
    spec.usageMessage()
        .footerHeading("%nExamples:%n")
        .footer(
            "  vdo_repair /dev/vg/vdo0",
            "  vdo_repair --apply --undo /mnt/usb/vdo0.vdoundo /dev/vg/vdo0",
            "  vdo_repair --output repaired.img damaged.img");
    return spec;
  }

  @Override
  public List<Invocation> invocations() {
    return List.of(
        Invocation.of(reads(Content.CRASHED_VOLUME), word(HINT), reads(Content.VOLUME))
            .ending(ExitStatus.PROBLEMS_LEFT),
        Invocation.of(
                word(ChangeOptions.APPLY),
                changes(Content.CRASHED_VOLUME),
                word(ChangeOptions.UNDO),
                creates(Content.UNDO_FILE))
            .ending(ExitStatus.CORRECTED),
        Invocation.of(reads(Content.CRASHED_VOLUME), word(OUTPUT), creates(Content.VOLUME))
            .ending(ExitStatus.CORRECTED));
  }

  private static OptionSpec codes(String name, String description) {
    return OptionSpec.builder(name)
        .paramLabel("CODE[,CODE...]")
        .type(ProblemCode[].class)
        .auxiliaryTypes(ProblemCode.class)
        .converters(RepairCommand::code)
        .splitRegex(",")
        .description(description)
        .build();
  }

  private static ProblemCode code(String text) {
    return Arrays.stream(ProblemCode.values())
        .filter(code -> code.id().equals(text.toUpperCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(() ->
            new TypeConversionException("'" + text + "' is no code of a problem (see vdo_check)"));
  }

  @Override
  public ExitStatus run(ParseResult arguments, Console console) throws VdoException {
    Path path = arguments.matchedPositionalValue(0, Path.of(""));
    boolean isQuiet = arguments.hasMatchedOption(CommandRunner.QUIET);
    if (arguments.hasMatchedOption(ChangeOptions.APPLY) && arguments.hasMatchedOption(OUTPUT)) {
      throw new ParameterException(
          arguments.commandSpec().commandLine(),
          ChangeOptions.APPLY + " and " + OUTPUT + " do not go together: choose where to write");
    }
    Outcome outcome;
    try (var display =
            ProgressDisplay.of(console, isQuiet ? null : arguments.hasMatchedOption(PROGRESS));
        var hint = hint(arguments)) {
      var options = options(arguments, path, hint);
      options.change().checkUndoFile();
      var repairer = new Repairer(options, console, display);
      if (options.change().isApplied()) {
        try (var claim = DeviceClaim.of(path);
            var device = claim.open()) {
          outcome = repairer.repair(device, device);
        }
      } else {
        try (var device = FileDevice.open(path, Access.READ)) {
          outcome = repairer.repair(device, null);
        }
      }
    }
    if (arguments.hasMatchedOption(JSON) && !isQuiet) {
      JsonReport.print(outcome, path, console.out());
    } else if (!isQuiet) {
      new TextReport(outcome, path, arguments.hasMatchedOption(VERBOSE)).print(console.out());
    }
    return outcome.status();
  }

  /** {@return the older image; what is no volume at all was named by mistake} */
  private static @Nullable BlockDevice hint(ParseResult arguments) throws VdoException {
    if (!arguments.hasMatchedOption(HINT)) {
      return null;
    }
    var device = SourceDevice.open(arguments.matchedOptionValue(HINT, Path.of("")));
    boolean isVolume = false;
    try {
      Volume.open(device);
      isVolume = true;
    } finally {
      if (!isVolume) {
        device.close();
      }
    }
    return device;
  }

  private static Repairer.Options options(
      ParseResult arguments, Path volume, @Nullable BlockDevice hint) throws VdoException {
    boolean isForced = arguments.hasMatchedOption(FORCE);
    FileTarget copy = null;
    if (arguments.hasMatchedOption(OUTPUT)) {
      Path output = arguments.matchedOptionValue(OUTPUT, Path.of(""));
      if (FileDevice.isSame(volume, output)) {
        throw new DeviceException(
            DeviceException.Kind.EXISTS,
            "cannot write to " + output + ": it is the volume itself; name another file");
      }
      copy = FileTarget.of(output, isForced, FORCE, "vdo_repair");
    }
    return new Repairer.Options(
        repairOptions(arguments, hint), ChangeOptions.of(arguments, volume), isForced, copy);
  }

  private static RepairOptions repairOptions(ParseResult arguments, @Nullable BlockDevice hint) {
    var level =
        arguments.hasMatchedOption(THOROUGH)
            ? CheckOptions.Level.THOROUGH
            : CheckOptions.Level.STANDARD;
    var check = Machine.checkOptions().withLevel(level);
    var memory = memoryBytes(arguments);
    if (memory.isPresent()) {
      check = check.withMemory(memory.getAsLong(), ForestWalk.DEFAULT_WINDOW_PAGES);
    }
    return new RepairOptions(check, codes(arguments, ONLY), codes(arguments, EXCEPT), hint);
  }

  private static Set<ProblemCode> codes(ParseResult arguments, String option) {
    var codes = EnumSet.noneOf(ProblemCode.class);
    codes.addAll(Arrays.asList(arguments.matchedOptionValue(option, new ProblemCode[0])));
    return codes;
  }
}
