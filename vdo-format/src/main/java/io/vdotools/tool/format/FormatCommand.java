package io.vdotools.tool.format;

import static io.vdotools.cli.CommonOptions.JSON;
import static io.vdotools.cli.CommonOptions.PROGRESS;
import static io.vdotools.cli.CommonOptions.flag;
import static io.vdotools.cli.CommonOptions.json;
import static io.vdotools.cli.CommonOptions.operand;
import static io.vdotools.cli.CommonOptions.progress;
import static io.vdotools.cli.CommonOptions.quiet;
import static io.vdotools.cli.Invocation.creates;
import static io.vdotools.cli.Invocation.word;

import io.vdotools.VdoException;
import io.vdotools.cli.ByteSize;
import io.vdotools.cli.Command;
import io.vdotools.cli.CommandRunner;
import io.vdotools.cli.Console;
import io.vdotools.cli.Content;
import io.vdotools.cli.ExitStatus;
import io.vdotools.cli.Invocation;
import io.vdotools.cli.ProgressDisplay;
import io.vdotools.engine.format.VolumeLayout;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/** {@code vdo_format TARGET}: makes a new, empty volume. */
public final class FormatCommand implements Command {
  private static final String FORCE = "--force";
  private static final String UUID_OPTION = "--uuid";
  private static final String NONCE = "--nonce";
  private static final String VERBOSE = "--verbose";

  private static final Pattern UUID_FORM =
      Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

  /** Starts the command as a process of its own. */
  public static void main(String[] arguments) {
    CommandRunner.main(new FormatCommand(), arguments);
  }

  @Override
  public String name() {
    return "vdo_format";
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = CommandSpec.create().name(name());
    spec.usageMessage()
        .description(
            "Makes a new, empty VDO volume on a block device or in a file, as vdoformat does. What"
                + " is in use is refused, and so is what holds something else, unless --force is"
                + " given. Nothing is written before it is known that the volume fits, and if a"
                + " write fails, what was there is put back.",
            "Sizes are numbers with a unit: B, K, M, G, T or P, powers of 1024. As with vdoformat,"
                + " a number without a unit counts MiB.");
    spec.addPositional(
        operand("TARGET", "A block device, or a regular file, which --physical-size can create."));
    spec.addOption(
        flag(FORCE, "Overwrite what is recognised on TARGET, another VDO volume included."));
    VolumeArguments.addTo(
        spec, new String[] {VolumeArguments.MEMORY_SIZE}, new String[] {VolumeArguments.SPARSE});
    spec.addOption(
        VolumeArguments.size(
                VolumeArguments.PHYSICAL_SIZE,
                "Create the file TARGET with this size, or make it longer; it stays sparse."
                    + " Default: the size of what is there.")
            .build());
    spec.addOption(
        OptionSpec.builder(UUID_OPTION)
            .paramLabel("UUID")
            .type(UUID.class)
            .converters(FormatCommand::uuid)
            .description("The UUID of the volume. Default: a random one.")
            .build());
    spec.addOption(
        OptionSpec.builder(NONCE)
            .paramLabel("N")
            .type(Long.class)
            .converters(FormatCommand::nonce)
            .description(
                "What tells this volume's structures from others', 64 bits in decimal or, after"
                    + " 0x, in hexadecimal. Default: the microseconds since 1970. With the same"
                    + " UUID and nonce the result is the same.")
            .build());
    spec.addOption(
        OptionSpec.builder("-v", VERBOSE).description("Show where everything lies, too.").build());
    spec.addOption(json());
    spec.addOption(quiet());
    spec.addOption(progress());
    spec.usageMessage()
        .footerHeading("%nExamples:%n")
        .footer(
            "  vdo_format /dev/vg/vdo0",
            "  vdo_format --logical-size 10T --slab-bits 23 /dev/sdb1",
            "  vdo_format --physical-size 4G --slab-bits 13 volume.img");
    return spec;
  }

  @Override
  public List<Invocation> invocations() {
    return List.of(
        Invocation.of(
            word(VolumeArguments.PHYSICAL_SIZE),
            word("4G"),
            word(VolumeArguments.SLAB_BITS),
            word("13"),
            word(UUID_OPTION),
            word("01234567-89ab-cdef-0123-456789abcdef"),
            word(NONCE),
            word("1"),
            creates(Content.VOLUME)));
  }

  private static UUID uuid(String text) {
    if (!UUID_FORM.matcher(text).matches()) {
      throw new TypeConversionException(
          "'" + text + "' is no UUID (write 01234567-89ab-cdef-0123-456789abcdef)");
    }
    return UUID.fromString(text);
  }

  private static long nonce(String text) {
    try {
      return text.regionMatches(true, 0, "0x", 0, 2)
          ? Long.parseUnsignedLong(text, 2, text.length(), 16)
          : Long.parseUnsignedLong(text);
    } catch (NumberFormatException _) {
      throw new TypeConversionException(
          "'" + text + "' is no number of 64 bits (write 1234 or 0x4d2)");
    }
  }

  @Override
  public ExitStatus run(ParseResult arguments, Console console) throws VdoException {
    Path path = arguments.matchedPositionalValue(0, Path.of(""));
    boolean isQuiet = arguments.hasMatchedOption(CommandRunner.QUIET);
    var uuid =
        arguments.hasMatchedOption(UUID_OPTION)
            ? arguments.matchedOptionValue(UUID_OPTION, new UUID(0, 0))
            : UUID.randomUUID();
    long nonce =
        arguments.matchedOptionValue(
            NONCE, ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
    VolumeLayout layout;
    try (var display =
        ProgressDisplay.of(console, isQuiet ? null : arguments.hasMatchedOption(PROGRESS))) {
      var target =
          new FormatTarget(
              path,
              physicalBlocks(arguments),
              arguments.hasMatchedOption(FORCE),
              new DisplayedProgress(display),
              console.leftovers());
      int slabBits = VolumeArguments.slabBits(arguments);
      layout =
          target.format(
              blocks -> VolumeArguments.options(arguments, blocks, slabBits, uuid, nonce));
    }
    if (arguments.hasMatchedOption(JSON) && !isQuiet) {
      FormatReport.printJson(path, layout, console.out());
    } else if (!isQuiet) {
      FormatReport.printText(path, layout, arguments.hasMatchedOption(VERBOSE), console.out());
    }
    return ExitStatus.OK;
  }

  private static long physicalBlocks(ParseResult arguments) {
    if (!arguments.hasMatchedOption(VolumeArguments.PHYSICAL_SIZE)) {
      return FormatTarget.AS_IT_IS;
    }
    return VolumeArguments.wholeBlocks(
        arguments,
        VolumeArguments.PHYSICAL_SIZE,
        arguments.matchedOptionValue(VolumeArguments.PHYSICAL_SIZE, new ByteSize(0)).bytes());
  }
}
