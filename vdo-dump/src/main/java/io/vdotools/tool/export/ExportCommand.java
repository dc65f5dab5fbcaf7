package io.vdotools.tool.export;

import static io.vdotools.cli.CommonOptions.JSON;
import static io.vdotools.cli.CommonOptions.PROGRESS;
import static io.vdotools.cli.CommonOptions.flag;
import static io.vdotools.cli.CommonOptions.operand;
import static io.vdotools.cli.CommonOptions.progress;
import static io.vdotools.cli.Invocation.creates;
import static io.vdotools.cli.Invocation.reads;
import static io.vdotools.cli.Invocation.word;

import io.vdotools.VdoException;
import io.vdotools.cli.BlockNumbers;
import io.vdotools.cli.Command;
import io.vdotools.cli.CommandRunner;
import io.vdotools.cli.Console;
import io.vdotools.cli.Content;
import io.vdotools.cli.ExitStatus;
import io.vdotools.cli.Invocation;
import io.vdotools.cli.Machine;
import io.vdotools.cli.PathArgument;
import io.vdotools.cli.ProgressDisplay;
import io.vdotools.device.DeviceException;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Caching;
import io.vdotools.engine.LogicalVolume;
import io.vdotools.engine.Volume;
import io.vdotools.pack.PackDevice;
import io.vdotools.pack.SourceDevice;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/** {@code vdo_export SOURCE -o RAW}: the logical content of a volume as a raw image. */
public final class ExportCommand implements Command {
  /** The option that lets something be overwritten. */
  static final String FORCE = "--force";

  private static final String OUTPUT = "--output";
  private static final String LBN = "--lbn";
  private static final String FILL = "--fill";
  private static final String THREADS = "--threads";
  private static final String DIRECT = "--direct";

  private static final Path STANDARD_OUTPUT = Path.of("-");
  private static final Path STANDARD_OUTPUT_FILE = Path.of("/proc/self/fd/1");

  private static final int MOST_THREADS = 256;
  private static final int LONGEST_FILL = 4096;

  // Threads wait for the device, and write; where the page cache answers, two for a core will do.
  private static final int THREADS_PER_CORE = 2;
  private static final int THREADS_DIRECT = 16;

  /** Starts the command as a process of its own. */
  public static void main(String[] arguments) {
    CommandRunner.main(new ExportCommand(), arguments);
  }

  @Override
  public String name() {
    return "vdo_export";
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = CommandSpec.create().name(name());
    spec.usageMessage()
        .description(
            "Writes the logical content of a VDO volume to a raw image, without the driver and"
                + " without changing the volume. A volume that was not stopped cleanly is exported"
                + " as the driver's recovery would leave it. What cannot be had is listed, and all"
                + " else exported.");
    spec.addPositional(
        operand(
            "SOURCE",
            "A regular file or block device that holds the volume, or a pack with its data."));
    spec.addOption(
        OptionSpec.builder("-o", OUTPUT)
            .paramLabel("RAW")
            .required(true)
            .type(Path.class)
            .converters(PathArgument.converter())
            .description(
                "Where the content goes: a new file, sparse where the volume has no data; a block"
                    + " device; or - for standard output. A file gets its name when it is complete."
                    + " With - the report goes to standard error.")
            .build());
    spec.addOption(
        OptionSpec.builder("-r", LBN)
            .paramLabel("RANGE")
            .type(BlockNumbers.class)
            .converters(BlockNumbers.ofLbns())
            .description(
                "Export only logical blocks A to B (4096 bytes each, B included), given as A..B,"
                    + " A.., ..B or A; block A becomes the first of the output.")
            .build());
    spec.addOption(
        flag("-f", FORCE, "Replace the output file if there is one; overwrite a block device."));
    spec.addOption(
        OptionSpec.builder(FILL)
            .paramLabel("HEX")
            .type(RepeatedBlock.class)
            .converters(ExportCommand::fill)
            .description(
                "Fill blocks that are lost with these bytes, repeated, such as deadbeef, instead of"
                    + " zeros.")
            .build());
    spec.addOption(
        OptionSpec.builder("-t", THREADS)
            .paramLabel("N")
            .type(Integer.class)
            .description(
                "Threads that read and write, 1 to 256, 8 MiB of memory each. Default: two for each"
                    + " core; 16 with --direct.")
            .build());
    spec.addOption(flag(DIRECT, "Read the volume past the page cache (O_DIRECT)."));
    spec.addOption(flag(JSON, "Report as one JSON document instead of text."));
    spec.addOption(flag("-q", CommandRunner.QUIET, "Report nothing; the exit status tells."));
    spec.addOption(progress());
    spec.usageMessage()
        .footerHeading("%nExamples:%n")
        .footer(
            "  vdo_export /dev/sdb1 -o rescued.raw",
            "  vdo_export --lbn 0..262143 volume.img -o first-gigabyte.raw",
            "  vdo_export --quiet volume.img -o - | sha256sum",
            "  vdo_export --json --fill deadbeef damaged.img -o rescued.raw > losses.json");
    return spec;
  }

  @Override
  public List<Invocation> invocations() {
    return List.of(
        Invocation.of(reads(Content.VOLUME), word(OUTPUT), creates(Content.RAW)),
        Invocation.of(reads(Content.CRASHED_VOLUME), word(OUTPUT), word("-")));
  }

  private static RepeatedBlock fill(String text) {
    try {
      byte[] bytes = HexFormat.of().parseHex(text);
      if (bytes.length >= 1 && bytes.length <= LONGEST_FILL) {
        return RepeatedBlock.of(bytes);
      }
    } catch (IllegalArgumentException _) {
      // The same to the user: not what was asked for.
    }
    throw new TypeConversionException(
        "'" + text + "' is not 1 to 4096 bytes in hexadecimal (write 00 or deadbeef)");
  }

  @Override
  public ExitStatus run(ParseResult arguments, Console console) throws VdoException {
    var options = options(arguments);
    boolean isQuiet = arguments.hasMatchedOption(CommandRunner.QUIET);
    try (var device =
        SourceDevice.open(
            options.source(), options.isDirect() ? Caching.DIRECT : Caching.PAGE_CACHE)) {
      checkIsNotSource(options);
      PackDevice.checkHoldsData(device, "export the volume itself");
      ExportResult result;
      try (var progress =
          ProgressDisplay.of(console, isQuiet ? null : arguments.hasMatchedOption(PROGRESS))) {
        progress.begin("recovery journal", 1);
        var volume = LogicalVolume.open(Volume.open(device));
        checkRange(arguments, options.lbns(), volume);
        result = new Exporter(options, volume, console, progress).run();
      }
      if (!isQuiet) {
        report(result, arguments.hasMatchedOption(JSON), console);
      }
      return status(result);
    } catch (StreamOutput.Ended _) {
      // A reader that has seen enough is no fault; any other is told when the process ends.
      return ExitStatus.OK;
    }
  }

  private static void report(ExportResult result, boolean isJson, Console console) {
    PrintWriter out = result.options().output().isPresent() ? console.out() : console.err();
    if (isJson) {
      JsonReport.print(result, out);
    } else {
      new TextReport(result).print(out);
    }
  }

  /** {@return the exit status for a result} */
  static ExitStatus status(ExportResult result) {
    return result.isWhole() ? ExitStatus.OK : ExitStatus.PROBLEMS_LEFT;
  }

  private static ExportOptions options(ParseResult arguments) {
    Path source = arguments.matchedPositionalValue(0, Path.of(""));
    Path output = arguments.matchedOptionValue(OUTPUT, STANDARD_OUTPUT);
    boolean isDirect = arguments.hasMatchedOption(DIRECT);
    int usual = isDirect ? THREADS_DIRECT : THREADS_PER_CORE * Machine.cores();
    int threads = arguments.matchedOptionValue(THREADS, Math.min(usual, MOST_THREADS));
    if (threads < 1 || threads > MOST_THREADS) {
      throw new ParameterException(
          arguments.commandSpec().commandLine(),
          "Invalid value for option '"
              + THREADS
              + "': "
              + threads
              + " is not within 1 to "
              + MOST_THREADS);
    }
    return new ExportOptions(
        source,
        output.equals(STANDARD_OUTPUT) ? Optional.empty() : Optional.of(output),
        arguments.matchedOptionValue(LBN, BlockNumbers.ALL),
        threads,
        isDirect,
        arguments.hasMatchedOption(FORCE),
        Optional.ofNullable(arguments.matchedOptionValue(FILL, null)));
  }

  private static void checkIsNotSource(ExportOptions options) throws DeviceException {
    Path output = options.output().orElse(STANDARD_OUTPUT_FILE);
    if (FileDevice.isSame(options.source(), output)) {
      throw new DeviceException(
          DeviceException.Kind.OPEN_FAILED,
          "cannot write to " + options.outputName() + ": it is the volume itself");
    }
  }

  private static void checkRange(ParseResult arguments, BlockNumbers range, LogicalVolume volume) {
    long blocks = volume.logicalBlocks();
    if (range.isBeyond(blocks)) {
      throw new ParameterException(
          arguments.commandSpec().commandLine(),
          "Invalid value for option '"
              + LBN
              + "': the last logical block of the volume is "
              + (blocks - 1));
    }
  }
}
