package io.vdotools.tool.check;

import static io.vdotools.cli.CommonOptions.JSON;
import static io.vdotools.cli.CommonOptions.MEMORY;
import static io.vdotools.cli.CommonOptions.PROGRESS;
import static io.vdotools.cli.CommonOptions.flag;
import static io.vdotools.cli.CommonOptions.json;
import static io.vdotools.cli.CommonOptions.memory;
import static io.vdotools.cli.CommonOptions.memoryBytes;
import static io.vdotools.cli.CommonOptions.operand;
import static io.vdotools.cli.CommonOptions.progress;
import static io.vdotools.cli.CommonOptions.quiet;
import static io.vdotools.cli.Invocation.reads;

import io.vdotools.VdoException;
import io.vdotools.check.CheckOptions;
import io.vdotools.check.CheckOptions.Level;
import io.vdotools.check.CheckResult;
import io.vdotools.check.VolumeCheck;
import io.vdotools.cli.Command;
import io.vdotools.cli.CommandRunner;
import io.vdotools.cli.Console;
import io.vdotools.cli.Content;
import io.vdotools.cli.ExitStatus;
import io.vdotools.cli.Invocation;
import io.vdotools.cli.Machine;
import io.vdotools.cli.ProgressDisplay;
import io.vdotools.device.FileDevice.Caching;
import io.vdotools.engine.ForestWalk;
import io.vdotools.pack.PackDevice;
import io.vdotools.pack.SourceDevice;
import io.vdotools.problem.Findings;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code vdo_check SOURCE}: verifies every structure of a volume and every relation between them.
 */
public final class CheckCommand implements Command {
  private static final String LEVEL = "--level";
  private static final String EXACT = "--exact";
  private static final String THREADS = "--threads";
  private static final String DIRECT = "--direct";
  private static final String VERBOSE = "--verbose";

  private static final int MOST_THREADS = 256;

  /** Starts the command as a process of its own. */
  public static void main(String[] arguments) {
    CommandRunner.main(new CheckCommand(), arguments);
  }

  @Override
  public String name() {
    return "vdo_check";
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = CommandSpec.create().name(name());
    spec.usageMessage()
        .description(
            "Checks a VDO volume without changing it: every structure, and whether they agree. A"
                + " volume that was not stopped cleanly is judged as the driver's recovery would"
                + " leave it.");
    spec.addPositional(
        operand("SOURCE", "A regular file, block device or pack that holds the volume."));
    spec.addOption(
        OptionSpec.builder("-l", LEVEL)
            .paramLabel("LEVEL")
            .type(Level.class)
            .converters(CheckCommand::level)
            .description(
                "quick: geometry, super block, layout and slab summary. standard (the default): all"
                    + " metadata. thorough: also every compressed block, and --exact.")
            .build());
    spec.addOption(
        flag(EXACT, "Count every reference with counters instead of fingerprints of ranges."));
    spec.addOption(
        memory(
            "What counters may take, at least 1M, such as 512M or 4G; less memory means more"
                + " passes. Default: a quarter of the machine's.",
            "-m",
            MEMORY));
    spec.addOption(
        OptionSpec.builder("-t", THREADS)
            .paramLabel("N")
            .type(Integer.class)
            .description("Threads that compute, 1 to 256. Default: the number of cores.")
            .build());
    spec.addOption(flag(DIRECT, "Read past the page cache (O_DIRECT)."));
    spec.addOption(flag("-v", VERBOSE, "Show every problem, not only the first of each kind."));
    spec.addOption(json());
    spec.addOption(quiet());
    spec.addOption(progress());
    spec.usageMessage()
        .footerHeading("%nExamples:%n")
        .footer(
            "  vdo_check /dev/sdb1",
            "  vdo_check --verbose volume.img",
            "  vdo_check --level thorough --json /dev/vg/vdo0 > report.json");
    return spec;
  }

  @Override
  public List<Invocation> invocations() {
    return List.of(
        Invocation.of(reads(Content.VOLUME)), Invocation.of(reads(Content.CRASHED_VOLUME)));
  }

  private static Level level(String text) {
    return Arrays.stream(Level.values())
        .filter(level -> level.name().toLowerCase(Locale.ROOT).equals(text))
        .findFirst()
        .orElseThrow(() ->
            new TypeConversionException(
                "'" + text + "' is no level (quick, standard or thorough)"));
  }

  @Override
  public ExitStatus run(ParseResult arguments, Console console) throws VdoException {
    Path source = arguments.matchedPositionalValue(0, Path.of(""));
    boolean isDirect = arguments.hasMatchedOption(DIRECT);
    boolean isQuiet = arguments.hasMatchedOption(CommandRunner.QUIET);
    var options = options(arguments);
    try (var device = SourceDevice.open(source, isDirect ? Caching.DIRECT : Caching.PAGE_CACHE)) {
      if (options.level() == Level.THOROUGH) {
        PackDevice.checkHoldsData(device, "check it with --exact instead of --level thorough");
      }
      CheckResult result;
      try (var progress =
          ProgressDisplay.of(console, isQuiet ? null : arguments.hasMatchedOption(PROGRESS))) {
        result = VolumeCheck.run(device, options, new DisplayedProgress(progress));
      }
      if (arguments.hasMatchedOption(JSON) && !isQuiet) {
        JsonReport.print(result, options, console.out());
      } else if (!isQuiet) {
        new TextReport(result, options, arguments.hasMatchedOption(VERBOSE)).print(console.out());
      }
      return status(result);
    }
  }

  /** {@return the exit status for a result} */
  static ExitStatus status(CheckResult result) {
    if (result.extent() == CheckResult.Extent.IMPOSSIBLE) {
      return ExitStatus.OPERATIONAL;
    }
    return result.isSound() ? ExitStatus.OK : ExitStatus.PROBLEMS_LEFT;
  }

  private static CheckOptions options(ParseResult arguments) {
    int cores =
        within(
            arguments,
            THREADS,
            arguments.matchedOptionValue(THREADS, Machine.cores()),
            MOST_THREADS);
    boolean isVerbose = arguments.hasMatchedOption(VERBOSE);
    return new CheckOptions(
        arguments.matchedOptionValue(LEVEL, Level.STANDARD),
        arguments.hasMatchedOption(EXACT),
        memoryBytes(arguments).orElse(Machine.heapBytes()),
        cores,
        Math.max(cores, Machine.READERS),
        ForestWalk.DEFAULT_WINDOW_PAGES,
        isVerbose ? 10 * Findings.DEFAULT_KEPT_PER_CODE : Findings.DEFAULT_KEPT_PER_CODE,
        System::nanoTime);
  }

  private static int within(ParseResult arguments, String option, int value, int most) {
    if (value < 1 || value > most) {
      throw new ParameterException(
          arguments.commandSpec().commandLine(),
          "Invalid value for option '" + option + "': " + value + " is not within 1 to " + most);
    }
    return value;
  }
}
