package io.vdotools.tool.restore;

import static io.vdotools.cli.CommonOptions.JSON;
import static io.vdotools.cli.CommonOptions.MEMORY;
import static io.vdotools.cli.CommonOptions.PROGRESS;
import static io.vdotools.cli.CommonOptions.file;
import static io.vdotools.cli.CommonOptions.flag;
import static io.vdotools.cli.CommonOptions.json;
import static io.vdotools.cli.CommonOptions.memory;
import static io.vdotools.cli.CommonOptions.memoryBytes;
import static io.vdotools.cli.CommonOptions.progress;
import static io.vdotools.cli.CommonOptions.quiet;
import static io.vdotools.cli.Invocation.changes;
import static io.vdotools.cli.Invocation.creates;
import static io.vdotools.cli.Invocation.reads;
import static io.vdotools.cli.Invocation.word;

import io.vdotools.VdoException;
import io.vdotools.cli.ByteSize;
import io.vdotools.cli.ChangeOptions;
import io.vdotools.cli.Command;
import io.vdotools.cli.CommandRunner;
import io.vdotools.cli.Console;
import io.vdotools.cli.Content;
import io.vdotools.cli.ExitStatus;
import io.vdotools.cli.Invocation;
import io.vdotools.cli.Machine;
import io.vdotools.cli.ProgressDisplay;
import io.vdotools.engine.build.BuildOptions;
import io.vdotools.engine.build.TargetSize;
import io.vdotools.engine.format.VolumeLayout;
import io.vdotools.format.BlockSize;
import io.vdotools.format.Limits;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/** {@code vdo_restore -i XML -o TARGET}: writes the metadata of a volume from a dump of it. */
public final class RestoreCommand implements Command {
  private static final String INPUT = "--input";
  private static final String OUTPUT = "--output";
  static final String FORCE = "--force";
  private static final String NO_CHECK = "--no-check";
  private static final String PHYSICAL_SIZE = "--physical-size";
  private static final String SLAB_BITS = "--slab-bits";

  private static final Path STANDARD_INPUT = Path.of("-");

  /** Starts the command as a process of its own. */
  public static void main(String[] arguments) {
    CommandRunner.main(new RestoreCommand(), arguments);
  }

  @Override
  public String name() {
    return "vdo_restore";
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = CommandSpec.create().name(name());
    spec.usageMessage()
        .description(
            "Writes the metadata of a VDO volume from a dump that vdo_dump made of it, or that was"
                + " made by hand: geometry, super block, block map, reference counts, slab summary;"
                + " journals are left empty. Data blocks and the deduplication index are not"
                + " touched.",
            "A TARGET that is not there becomes a sparse image. Onto a volume or device that is"
                + " there nothing is written without --apply; with it, old contents go to the undo"
                + " file first, and vdo_undo puts them back. Either way the result is checked as"
                + " vdo_check does before it becomes valid. What holds something else than the"
                + " volume of the dump is refused unless --force is given.",
            "A volume that was in read-only mode comes back in read-only mode, which is a problem"
                + " left (exit status 4) and no reason not to write it; vdo_repair ends it.");
    spec.addOption(
        file("XML", "The dump, or - for standard input.", "-i", INPUT).required(true).build());
    spec.addOption(
        file("TARGET", "A new image to make, or the file or block device to change.", "-o", OUTPUT)
            .required(true)
            .build());
    ChangeOptions.addTo(spec);
    spec.addOption(
        flag(
            FORCE,
            "Overwrite what is recognised on TARGET; restore what a dump of a damaged volume"
                + " still holds, and what the check finds fault with."));
    spec.addOption(
        flag(NO_CHECK, "Check geometry, super block, layout and slab summary of the result only."));
    spec.addOption(
        OptionSpec.builder(PHYSICAL_SIZE)
            .paramLabel("SIZE")
            .type(ByteSize.class)
            .converters(ByteSize.converter())
            .description(
                "Give the volume another size on its device, such as 10T. Slabs are added at the"
                    + " end; PBNs stay.")
            .build());
    spec.addOption(
        OptionSpec.builder(SLAB_BITS)
            .paramLabel("BITS")
            .type(Integer.class)
            .converters(RestoreCommand::slabBits)
            .description(
                "Give the volume another slab size: 2^BITS blocks, 13 (32 MiB) to 23 (32 GiB)."
                    + " PBNs stay, so this is possible only if none of them becomes a place of"
                    + " reference counts or slab journals.")
            .build());
    spec.addOption(
        memory(
            "What counters may take beside the heap, at least 1M: they take a byte for each block"
                + " of slabs in use, and with less memory the block map that was written is read"
                + " again, more often. Default: a quarter of the machine's memory.",
            MEMORY));
    spec.addOption(json());
    spec.addOption(quiet());
    spec.addOption(progress());
    spec.usageMessage()
        .footerHeading("%nExamples:%n")
        .footer(
            "  vdo_dump /dev/sdb1 | vdo_restore -i - -o copy.img",
            "  vdo_restore -i vdo0.xml -o /dev/vg/vdo0",
            "  vdo_restore -i vdo0.xml -o /dev/vg/vdo0 --apply --undo /mnt/usb/vdo0.vdoundo");
    return spec;
  }

  @Override
  public List<Invocation> invocations() {
    return List.of(
        Invocation.of(word(INPUT), reads(Content.XML), word(OUTPUT), creates(Content.VOLUME)),
        Invocation.of(
            word(INPUT),
            reads(Content.XML),
            word(ChangeOptions.APPLY),
            word(OUTPUT),
            changes(Content.VOLUME),
            word(ChangeOptions.UNDO),
            creates(Content.UNDO_FILE)));
  }

  private static int slabBits(String text) {
    try {
      int bits = Integer.parseInt(text);
      if (bits >= VolumeLayout.LEAST_SLAB_BITS && bits <= VolumeLayout.MOST_SLAB_BITS) {
        return bits;
      }
    } catch (NumberFormatException _) {
      // Said below.
    }
    throw new TypeConversionException("'" + text + "' is not within 13 to 23");
  }

  @Override
  public ExitStatus run(ParseResult arguments, Console console) throws VdoException {
    var options = options(arguments);
    boolean isQuiet = arguments.hasMatchedOption(CommandRunner.QUIET);
    RestoreResult result;
    try (var display =
        ProgressDisplay.of(console, isQuiet ? null : arguments.hasMatchedOption(PROGRESS))) {
      result = new Restorer(options, console, display).run();
    }
    if (arguments.hasMatchedOption(JSON) && !isQuiet) {
      RestoreReport.printJson(result, console.out());
    } else if (!isQuiet) {
      RestoreReport.printText(result, console.out());
    }
    return result.status();
  }

  private static RestoreOptions options(ParseResult arguments) {
    Path xml = arguments.matchedOptionValue(INPUT, STANDARD_INPUT);
    Path target = arguments.matchedOptionValue(OUTPUT, Path.of(""));
    var build =
        BuildOptions.DEFAULT
            .withSize(
                new TargetSize(
                    blocks(arguments),
                    arguments.matchedOptionValue(SLAB_BITS, TargetSize.AS_GIVEN)))
            .withMemory(memoryBytes(arguments).orElse(Machine.memoryBytes() / 4));
    boolean isForced = arguments.hasMatchedOption(FORCE);
    return new RestoreOptions(
        xml.equals(STANDARD_INPUT) ? Optional.empty() : Optional.of(xml),
        target,
        ChangeOptions.of(arguments, target),
        isForced ? build.acceptingLosses() : build,
        isForced,
        !arguments.hasMatchedOption(NO_CHECK));
  }

  private static long blocks(ParseResult arguments) {
    if (!arguments.hasMatchedOption(PHYSICAL_SIZE)) {
      return TargetSize.AS_GIVEN;
    }
    long bytes = arguments.matchedOptionValue(PHYSICAL_SIZE, new ByteSize(0)).bytes();
    if (bytes % BlockSize.BLOCK != 0
        || bytes == 0
        || bytes > Limits.PHYSICAL_BLOCKS * BlockSize.BLOCK) {
      throw wrong(arguments, PHYSICAL_SIZE, "a multiple of 4096 bytes up to 256T is needed");
    }
    return bytes / BlockSize.BLOCK;
  }

  private static ParameterException wrong(ParseResult arguments, String option, String why) {
    return new ParameterException(
        arguments.commandSpec().commandLine(), "Invalid value for option '" + option + "': " + why);
  }
}
