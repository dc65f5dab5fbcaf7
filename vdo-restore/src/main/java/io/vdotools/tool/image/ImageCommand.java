package io.vdotools.tool.image;

import static io.vdotools.cli.Invocation.changes;
import static io.vdotools.cli.Invocation.readsText;
import static io.vdotools.cli.Invocation.word;

import io.vdotools.VdoException;
import io.vdotools.cli.Command;
import io.vdotools.cli.CommandRunner;
import io.vdotools.cli.Console;
import io.vdotools.cli.Content;
import io.vdotools.cli.ExitStatus;
import io.vdotools.cli.Invocation;
import io.vdotools.cli.PathArgument;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.engine.Volume;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code vdo_image SUBCOMMAND VOLUME}: makes volumes for tests what they are to be. */
public final class ImageCommand implements Command {
  private static final String SCRIPT = "script";

  /** Starts the command as a process of its own. */
  public static void main(String[] arguments) {
    CommandRunner.main(new ImageCommand(), arguments);
  }

  /**
   * {@return what a command line or a line of a script can begin with} Made anew for each
   * description: an option knows the description that it is part of, and is part of one only.
   */
  static List<StepKind> kinds() {
    return List.of(
        DataSteps.write(),
        DataSteps.read(),
        DataSteps.trim(),
        FillStep.kind(),
        GrowStep.kind(),
        ImportStep.kind(),
        StatStep.kind(),
        CrashStep.kind(),
        CorruptStep.kind());
  }

  /** {@return the names of all steps, for messages} */
  static String names() {
    return kinds().stream().map(StepKind::name).collect(Collectors.joining(" "));
  }

  @Override
  public String name() {
    return "vdo_image";
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = CommandSpec.create().name(name());
    spec.usageMessage()
        .description(
            "Reads and writes VDO volumes without the driver, as the driver does, and makes crashed"
                + " and damaged ones. It is a tool for test images: it works in place, and what is"
                + " there before is gone. Do not point it at data that you have only once. What is"
                + " in use is refused.",
            "The same arguments make the same bytes. Each step leaves a volume that was stopped"
                + " cleanly, but for crash and corrupt.");
    kinds().forEach(kind -> spec.addSubcommand(kind.name(), kind.spec(false)));
    spec.addSubcommand(SCRIPT, script());
    spec.usageMessage()
        .footerHeading("%nExamples:%n")
        .footer(
            "  vdo_image fill volume.img --seed 7 --count 5000 --unique 60 --duplicate 40",
            "  vdo_image crash volume.img --seed 7 --flush-every 100",
            "  vdo_image corrupt --list");
    return spec;
  }

  @Override
  public List<Invocation> invocations() {
    return Stream.concat(
            kinds().stream().map(StepKind::invocation),
            Stream.of(
                Invocation.of(
                    word(SCRIPT),
                    readsText("fill --count 20 --seed 3\ntrim --lbn 2 --count 5\n"),
                    changes(Content.VOLUME))))
        .toList();
  }

  private static CommandSpec script() {
    var spec = CommandSpec.create().name(SCRIPT);
    spec.usageMessage()
        .description(
            "Does the steps of a file, a line each: what would follow vdo_image on a command line,"
                + " without the volume. Empty lines and those that begin with # are passed over."
                + " A mistake in any line is told before anything is changed.");
    spec.addPositional(operand("0", "FILE", "The steps."));
    spec.addPositional(
        operand("1", StepKind.VOLUME, "A regular file or block device that holds the volume."));
    spec.usageMessage()
        .footerHeading("%nExamples:%n")
        .footer("  vdo_image script steps.txt volume.img");
    return spec;
  }

  private static PositionalParamSpec operand(String index, String label, String description) {
    return PositionalParamSpec.builder()
        .index(index)
        .arity("1")
        .required(true)
        .type(Path.class)
        .converters(PathArgument.converter())
        .paramLabel(label)
        .description(description)
        .build();
  }

  @Override
  public ExitStatus run(ParseResult arguments, Console console) throws VdoException {
    if (!arguments.hasSubcommand()) {
      throw new ParameterException(
          arguments.commandSpec().commandLine(),
          "missing SUBCOMMAND; there are: " + names() + " " + SCRIPT);
    }
    var given = arguments.subcommand();
    String name = given.commandSpec().name();
    if (name.equals(SCRIPT)) {
      return runScript(given, console);
    }
    var kind = kinds().stream().filter(k -> k.name().equals(name)).findFirst().orElseThrow();
    var step = kind.maker().apply(given);
    if (CorruptStep.isListing(step)) {
      return step.run(Path.of(""), console);
    }
    Path volume = given.matchedPositionalValue(0, Path.of(""));
    try (var device = FileDevice.open(volume, Access.READ)) {
      var found = Volume.open(device);
      if (found.hasSuperBlock()) {
        step.check(Prospect.of(found));
      }
    }
    return step.run(volume, console);
  }

  private static ExitStatus runScript(ParseResult given, Console console) throws VdoException {
    Path file = given.matchedPositionalValue(0, Path.of(""));
    Path volume = given.matchedPositionalValue(1, Path.of(""));
    try {
      return Script.read(file).run(volume, console);
    } catch (StepException e) {
      if (e.isMistake()) {
        throw new ParameterException(given.commandSpec().commandLine(), e.getMessage());
      }
      throw e;
    }
  }
}
