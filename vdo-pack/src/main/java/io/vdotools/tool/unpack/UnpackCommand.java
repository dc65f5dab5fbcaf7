package io.vdotools.tool.unpack;

import static io.vdotools.cli.CommonOptions.JSON;
import static io.vdotools.cli.CommonOptions.PROGRESS;
import static io.vdotools.cli.CommonOptions.file;
import static io.vdotools.cli.CommonOptions.flag;
import static io.vdotools.cli.CommonOptions.operand;
import static io.vdotools.cli.CommonOptions.progress;
import static io.vdotools.cli.Invocation.creates;
import static io.vdotools.cli.Invocation.reads;
import static io.vdotools.cli.Invocation.word;

import io.vdotools.VdoException;
import io.vdotools.cli.Command;
import io.vdotools.cli.CommandRunner;
import io.vdotools.cli.Console;
import io.vdotools.cli.Content;
import io.vdotools.cli.ExitStatus;
import io.vdotools.cli.Invocation;
import io.vdotools.cli.Machine;
import io.vdotools.cli.ProgressDisplay;
import io.vdotools.device.DeviceException;
import io.vdotools.device.FileDevice;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code vdo_unpack PACK -o IMAGE}: the blocks of a pack at their places in a sparse image. */
public final class UnpackCommand implements Command {
  /** The option that lets something be overwritten. */
  static final String FORCE = "--force";

  private static final String OUTPUT = "--output";
  private static final String BASE = "--base";
  private static final String VERIFY = "--verify";
  private static final String SALVAGE = "--salvage";
  private static final String THREADS = "--threads";

  private static final int MOST_THREADS = 64;
  private static final int USUAL_THREADS = 4;

  /** Starts the command as a process of its own. */
  public static void main(String[] arguments) {
    CommandRunner.main(new UnpackCommand(), arguments);
  }

  @Override
  public String name() {
    return "vdo_unpack";
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = CommandSpec.create().name(name());
    spec.usageMessage()
        .description(
            "Makes a sparse image of a pack: every block that was packed at its place, byte for"
                + " byte, and zeros elsewhere. Every byte of the pack is verified; if one is"
                + " wrong, no image is made.");
    spec.addPositional(operand("PACK", "A file that vdo_pack wrote."));
    spec.addOption(
        file("IMAGE", "The image to make; it gets its name when it is complete.", "-o", OUTPUT)
            .build());
    spec.addOption(flag(VERIFY, "Make no image: only verify the pack."));
    spec.addOption(file("OLD", "The pack that this one was made the difference to.", BASE).build());
    spec.addOption(
        flag(
            SALVAGE,
            "Get out of a damaged pack what is left, and list the blocks that are missing. The"
                + " exit status is 4 if any are."));
    spec.addOption(flag("-f", FORCE, "Replace the image if there is one."));
    spec.addOption(
        OptionSpec.builder("-t", THREADS)
            .paramLabel("N")
            .type(Integer.class)
            .description(
                "Threads that unpack, 1 to 64, 6 MiB of memory each. Default: the number of cores,"
                    + " at most 4. Salvaging takes one.")
            .build());
    spec.addOption(flag(JSON, "Report as one JSON document instead of text."));
    spec.addOption(flag("-q", CommandRunner.QUIET, "Report nothing; the exit status tells."));
    spec.addOption(progress());
    spec.usageMessage()
        .footerHeading("%nExamples:%n")
        .footer(
            "  vdo_unpack case-4711.vdopack -o case.img",
            "  vdo_unpack --verify archive.vdopack",
            "  vdo_unpack --base monday.vdopack tuesday.vdopack -o tuesday.img",
            "  vdo_unpack --salvage --json damaged.vdopack -o rest.img > missing.json");
    return spec;
  }

  @Override
  public List<Invocation> invocations() {
    return List.of(
        Invocation.of(reads(Content.PACK), word(OUTPUT), creates(Content.VOLUME)),
        Invocation.of(word(VERIFY), reads(Content.PACK)),
        Invocation.of(word(VERIFY), reads(Content.DELTA_PACK), word(BASE), reads(Content.PACK)));
  }

  @Override
  public ExitStatus run(ParseResult arguments, Console console) throws VdoException {
    var options =
        new UnpackOptions(
            arguments.matchedPositionalValue(0, Path.of("")),
            Optional.ofNullable(arguments.matchedOptionValue(OUTPUT, null)),
            Optional.ofNullable(arguments.matchedOptionValue(BASE, null)),
            threads(arguments),
            arguments.hasMatchedOption(SALVAGE),
            arguments.hasMatchedOption(FORCE));
    boolean isVerifying = arguments.hasMatchedOption(VERIFY);
    if (isVerifying == options.output().isPresent()) {
      throw new ParameterException(
          arguments.commandSpec().commandLine(),
          isVerifying
              ? "options '--output' and '--verify' exclude each other"
              : "missing --output (or --verify, to make no image)");
    }
    checkIsNotInput(options);
    boolean isQuiet = arguments.hasMatchedOption(CommandRunner.QUIET);
    UnpackResult result;
    try (var progress =
        ProgressDisplay.of(console, isQuiet ? null : arguments.hasMatchedOption(PROGRESS))) {
      result = new Unpacker(options, console, progress).run();
    }
    if (arguments.hasMatchedOption(JSON) && !isQuiet) {
      JsonReport.print(result, console.out());
    } else if (!isQuiet) {
      new TextReport(result).print(console.out());
    }
    return status(result);
  }

  private static int threads(ParseResult arguments) {
    int threads = arguments.matchedOptionValue(THREADS, Math.min(USUAL_THREADS, Machine.cores()));
    if (threads < 1 || threads > MOST_THREADS) {
      throw new ParameterException(
          arguments.commandSpec().commandLine(),
          "Invalid value for option '%s': %d is not within 1 to %d"
              .formatted(THREADS, threads, MOST_THREADS));
    }
    return threads;
  }

  /** {@return the exit status for a result} */
  static ExitStatus status(UnpackResult result) {
    return result.isWhole() ? ExitStatus.OK : ExitStatus.PROBLEMS_LEFT;
  }

  private static void checkIsNotInput(UnpackOptions options) throws DeviceException {
    if (options.output().isEmpty()) {
      return;
    }
    Path output = options.output().get();
    boolean isBase = options.base().isPresent() && FileDevice.isSame(options.base().get(), output);
    if (isBase || FileDevice.isSame(options.pack(), output)) {
      throw new DeviceException(
          DeviceException.Kind.OPEN_FAILED,
          "cannot write to " + output + ": it is the " + (isBase ? "base" : "pack") + " itself");
    }
  }
}
