package io.vdotools.tool.dump;

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
import io.vdotools.cli.PathArgument;
import io.vdotools.cli.ProgressDisplay;
import io.vdotools.device.DeviceException;
import io.vdotools.device.FileDevice;
import io.vdotools.engine.LogicalVolume;
import io.vdotools.engine.Volume;
import io.vdotools.engine.VolumeDamagedException;
import io.vdotools.engine.WalkOptions;
import io.vdotools.engine.WalkOptions.Part;
import io.vdotools.model.LossCounter;
import io.vdotools.pack.SourceDevice;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/** {@code vdo_dump SOURCE}: the metadata of a volume. */
public final class DumpCommand implements Command {
  private static final String FORMAT = "--format";
  private static final String OUTPUT = "--output";
  private static final String FORCE = "--force";
  private static final String LBN = "--lbn";
  private static final String PBN = "--pbn";
  private static final String ONLY = "--only";
  private static final String JOURNALS = "--journals";
  private static final String ALL_COUNTS = "--all-counts";
  private static final String REPAIR = "--repair";

  private static final Path STANDARD_OUTPUT = Path.of("-");
  private static final Path STANDARD_OUTPUT_FILE = Path.of("/proc/self/fd/1");

  /** Starts the command as a process of its own. */
  public static void main(String[] arguments) {
    CommandRunner.main(new DumpCommand(), arguments);
  }

  @Override
  public String name() {
    return "vdo_dump";
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = CommandSpec.create().name(name());
    spec.usageMessage()
        .description(
            "Writes the metadata of a VDO volume as XML, from which vdo_restore can make them"
                + " again, or as JSON Lines or text. The volume is only read. One that was not"
                + " stopped cleanly is dumped as the driver's recovery would leave it. One that is"
                + " damaged is refused; with --repair its best reading is dumped, and what could"
                + " not be read is in the dump as such.");
    spec.addPositional(
        operand("SOURCE", "A regular file, block device or pack that holds the volume."));
    addOutputOptions(spec);
    addSelection(spec);
    spec.addOption(
        flag(REPAIR, "Dump the best reading of a damaged volume; the exit status is then 4."));
    spec.addOption(
        OptionSpec.builder("-q", CommandRunner.QUIET)
            .description("Say nothing but the dump; the exit status tells.")
            .build());
    spec.addOption(progress());
    spec.usageMessage()
        .footerHeading("%nExamples:%n")
        .footer(
            "  vdo_dump /dev/sdb1 -o vdo.xml",
            "  vdo_dump --format text --lbn 0..811 volume.img",
            "  vdo_dump --only super-block volume.img",
            "  vdo_dump --format jsonl volume.img | jq -c 'select(.type == \"page\")'",
            "  vdo_dump --repair damaged.img -o best.xml");
    return spec;
  }

  private static void addOutputOptions(CommandSpec spec) {
    spec.addOption(
        OptionSpec.builder(FORMAT)
            .paramLabel("FORMAT")
            .type(DumpFormat.class)
            .converters(DumpCommand::format)
            .description("xml (default), jsonl, or text.")
            .build());
    spec.addOption(
        OptionSpec.builder("-o", OUTPUT)
            .paramLabel("FILE")
            .type(Path.class)
            .converters(PathArgument.converter())
            .description(
                "Where the dump goes: a new file, which gets its name when it is complete; or -"
                    + " (default) for standard output.")
            .build());
    spec.addOption(
        OptionSpec.builder("-f", FORCE)
            .description("Replace the output file if there is one.")
            .build());
  }

  private static void addSelection(CommandSpec spec) {
    spec.addOption(
        OptionSpec.builder(LBN)
            .paramLabel("RANGE")
            .type(BlockNumbers.class)
            .converters(BlockNumbers.ofLbns())
            .description(
                "Only the block map of logical blocks A to B (B included), given as A..B, A.., ..B"
                    + " or A.")
            .build());
    spec.addOption(
        OptionSpec.builder(PBN)
            .paramLabel("RANGE")
            .type(BlockNumbers.class)
            .converters(BlockNumbers.ofPbns())
            .description(
                "Only pages and mappings that lie at physical blocks A to B, and the reference"
                    + " counts of these.")
            .build());
    spec.addOption(
        OptionSpec.builder(ONLY)
            .paramLabel("PART")
            .type(Part[].class)
            .auxiliaryTypes(Part.class)
            .converters(DumpCommand::part)
            .splitRegex(",")
            .description(
                "Only some parts, separated by commas: super-block, block-map, slabs, journal,"
                    + " summary, index. Journal and summary are dumped as they are stored.")
            .build());
    spec.addOption(
        flag(JOURNALS, "Also dump journals, entry by entry, and the slab summary, as stored."));
    spec.addOption(
        flag(
            ALL_COUNTS,
            "Dump all reference counts, not only those that differ from what the block map"
                + " implies."));
  }

  @Override
  public List<Invocation> invocations() {
    return List.of(
        Invocation.of(reads(Content.VOLUME), word(OUTPUT), word("-")),
        Invocation.of(reads(Content.CRASHED_VOLUME), word(OUTPUT), creates(Content.XML)),
        Invocation.of(
            word(FORMAT),
            word("jsonl"),
            reads(Content.VOLUME),
            word(OUTPUT),
            creates(Content.REPORT)));
  }

  private static DumpFormat format(String text) {
    for (var format : DumpFormat.values()) {
      if (format.toString().equals(text)) {
        return format;
      }
    }
    throw new TypeConversionException("'" + text + "' is none of xml, jsonl and text");
  }

  private static Part part(String text) {
    for (var part : Part.values()) {
      if (part.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(text)) {
        return part;
      }
    }
    throw new TypeConversionException(
        "'" + text + "' is none of super-block, block-map, slabs, journal, summary and index");
  }

  @Override
  public ExitStatus run(ParseResult arguments, Console console) throws VdoException {
    var options = options(arguments);
    boolean isQuiet = arguments.hasMatchedOption(CommandRunner.QUIET);
    try (var device = SourceDevice.open(options.source())) {
      checkIsNotSource(options);
      LogicalVolume volume;
      LossCounter losses;
      try (var progress =
          ProgressDisplay.of(console, isQuiet ? null : arguments.hasMatchedOption(PROGRESS))) {
        progress.begin("recovery journal", 1);
        volume = LogicalVolume.open(Volume.open(device));
        checkRanges(arguments, volume);
        losses = new Dumper(options, volume, console, progress).run();
      }
      if (losses.isNone()) {
        return ExitStatus.OK;
      }
      if (!isQuiet) {
        console.err().println(options.source() + ": best reading: " + losses.words());
      }
      return ExitStatus.PROBLEMS_LEFT;
    } catch (VolumeDamagedException e) {
      if (!isQuiet) {
        console
            .err()
            .println(
                "vdo_dump: "
                    + e.getMessage()
                    + "; see vdo_check, or dump the best reading with "
                    + REPAIR);
      }
      return ExitStatus.PROBLEMS_LEFT;
    } catch (Dumper.Ended _) {
      // A reader that has seen enough is no fault; any other is told when the process ends.
      return ExitStatus.OK;
    }
  }

  private static DumpOptions options(ParseResult arguments) {
    Path output = arguments.matchedOptionValue(OUTPUT, STANDARD_OUTPUT);
    var lbns = arguments.matchedOptionValue(LBN, BlockNumbers.ALL);
    var pbns = arguments.matchedOptionValue(PBN, BlockNumbers.ALL);
    var walk =
        WalkOptions.WHOLE
            .withParts(parts(arguments))
            .withLbns(lbns.first(), lbns.end(Long.MAX_VALUE))
            .withPbns(pbns.first(), pbns.end(Long.MAX_VALUE))
            .withAllCounts(arguments.hasMatchedOption(ALL_COUNTS))
            .withBestReading(arguments.hasMatchedOption(REPAIR));
    return new DumpOptions(
        arguments.matchedPositionalValue(0, Path.of("")),
        output.equals(STANDARD_OUTPUT) ? Optional.empty() : Optional.of(output),
        arguments.hasMatchedOption(FORCE),
        arguments.matchedOptionValue(FORMAT, DumpFormat.XML),
        walk);
  }

  /** Ranges of blocks select what has a place among them, unless parts are named. */
  private static EnumSet<Part> parts(ParseResult arguments) {
    var parts = EnumSet.noneOf(Part.class);
    Part[] named = arguments.matchedOptionValue(ONLY, new Part[0]);
    if (named.length > 0) {
      parts.addAll(List.of(named));
    } else if (arguments.hasMatchedOption(LBN)) {
      parts.add(Part.BLOCK_MAP);
    } else if (arguments.hasMatchedOption(PBN)) {
      parts.addAll(EnumSet.of(Part.BLOCK_MAP, Part.SLABS));
    } else {
      parts.addAll(WalkOptions.WHOLE.parts());
    }
    if (arguments.hasMatchedOption(JOURNALS)) {
      parts.addAll(EnumSet.of(Part.JOURNAL, Part.SUMMARY));
    }
    return parts;
  }

  private static void checkIsNotSource(DumpOptions options) throws DeviceException {
    Path output = options.output().orElse(STANDARD_OUTPUT_FILE);
    if (FileDevice.isSame(options.source(), output)) {
      throw new DeviceException(
          DeviceException.Kind.OPEN_FAILED,
          "cannot write to "
              + options.output().map(Path::toString).orElse("standard output")
              + ": it is the volume itself");
    }
  }

  private static void checkRanges(ParseResult arguments, LogicalVolume volume) {
    check(arguments, LBN, volume.logicalBlocks(), "logical");
    long physical = volume.volume().superBlock().vdo().config().physicalBlocks();
    check(arguments, PBN, Math.max(physical, volume.slabs().endBlock()), "physical");
  }

  private static void check(ParseResult arguments, String option, long blocks, String what) {
    if (arguments.matchedOptionValue(option, BlockNumbers.ALL).isBeyond(blocks)) {
      throw new ParameterException(
          arguments.commandSpec().commandLine(),
          "Invalid value for option '%s': the last %s block of the volume is %d"
              .formatted(option, what, blocks - 1));
    }
  }
}
