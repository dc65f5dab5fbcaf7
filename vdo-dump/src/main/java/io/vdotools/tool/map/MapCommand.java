package io.vdotools.tool.map;

import static io.vdotools.cli.CommonOptions.JSON;
import static io.vdotools.cli.CommonOptions.PROGRESS;
import static io.vdotools.cli.CommonOptions.json;
import static io.vdotools.cli.CommonOptions.operand;
import static io.vdotools.cli.CommonOptions.progress;
import static io.vdotools.cli.CommonOptions.quiet;
import static io.vdotools.cli.Invocation.reads;
import static io.vdotools.cli.Invocation.readsText;
import static io.vdotools.cli.Invocation.word;

import io.vdotools.VdoException;
import io.vdotools.cli.BlockNumbers;
import io.vdotools.cli.Command;
import io.vdotools.cli.CommandRunner;
import io.vdotools.cli.Console;
import io.vdotools.cli.Content;
import io.vdotools.cli.ExitStatus;
import io.vdotools.cli.Invocation;
import io.vdotools.cli.JsonOutput;
import io.vdotools.cli.PathArgument;
import io.vdotools.cli.ProgressDisplay;
import io.vdotools.engine.LogicalVolume;
import io.vdotools.engine.Volume;
import io.vdotools.pack.SourceDevice;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code vdo_map SOURCE}: from logical blocks to physical ones, and back. */
public final class MapCommand implements Command {
  private static final String LBN = "--lbn";
  private static final String PBN = "--pbn";
  private static final String BAD_SECTORS = "--bad-sectors";

  /** Starts the command as a process of its own. */
  public static void main(String[] arguments) {
    CommandRunner.main(new MapCommand(), arguments);
  }

  @Override
  public String name() {
    return "vdo_map";
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = CommandSpec.create().name(name());
    spec.usageMessage()
        .description(
            "Tells where logical blocks of a VDO volume lie, and which logical blocks lie at"
                + " physical ones: what a bad sector of the disk costs. Of physical blocks that"
                + " hold metadata it says what they are, and which logical blocks go with them. The"
                + " volume is only read; one that was not stopped cleanly is seen as the driver's"
                + " recovery would leave it.");
    spec.addPositional(
        operand("SOURCE", "A regular file, block device or pack that holds the volume."));
    spec.addOption(
        ranges("-l", LBN, BlockNumbers.ofLbns())
            .description(
                "Logical blocks A to B (B included), given as A..B, A.., ..B or A; may be given"
                    + " several times.")
            .build());
    spec.addOption(
        ranges("-p", PBN, BlockNumbers.ofPbns())
            .description("Physical blocks, given in the same way.")
            .build());
    spec.addOption(
        OptionSpec.builder("-b", BAD_SECTORS)
            .paramLabel("FILE")
            .type(Path.class)
            .converters(PathArgument.converter())
            .description(
                "Physical blocks with bad sectors: a file with a number of a sector of 512 bytes,"
                    + " counted from the start of SOURCE, or two with - between them, on each"
                    + " line; or lines of a kernel log that say 'sector N'; or - for standard"
                    + " input.")
            .build());
    spec.addOption(json());
    spec.addOption(quiet());
    spec.addOption(progress());
    spec.usageMessage()
        .footerHeading("%nExamples:%n")
        .footer(
            "  vdo_map --lbn 0..811 /dev/sdb1",
            "  vdo_map --pbn 688132 volume.img",
            "  dmesg | grep 'I/O error, dev sdb' | vdo_map --bad-sectors - /dev/sdb");
    return spec;
  }

  @Override
  public List<Invocation> invocations() {
    return List.of(
        Invocation.of(reads(Content.VOLUME), word(LBN), word("0..40")),
        Invocation.of(reads(Content.CRASHED_VOLUME), word(PBN), word("62..200")),
        Invocation.of(reads(Content.VOLUME), word(BAD_SECTORS), readsText("504\n600-611\n")));
  }

  private static OptionSpec.Builder ranges(
      String shortName, String name, ITypeConverter<BlockNumbers> converter) {
    return OptionSpec.builder(shortName, name)
        .paramLabel("RANGE")
        .arity("1")
        .type(BlockNumbers[].class)
        .auxiliaryTypes(BlockNumbers.class)
        .converters(converter);
  }

  @Override
  public ExitStatus run(ParseResult arguments, Console console) throws VdoException {
    Path source = arguments.matchedPositionalValue(0, Path.of(""));
    var lbns = List.of(arguments.matchedOptionValue(LBN, new BlockNumbers[0]));
    var pbns = List.of(arguments.matchedOptionValue(PBN, new BlockNumbers[0]));
    @Nullable Path list = arguments.matchedOptionValue(BAD_SECTORS, null);
    if (lbns.isEmpty() && pbns.isEmpty() && list == null) {
      throw new ParameterException(
          arguments.commandSpec().commandLine(),
          "Missing one of the options " + LBN + ", " + PBN + " and " + BAD_SECTORS);
    }
    boolean isQuiet = arguments.hasMatchedOption(CommandRunner.QUIET);
    try (var device = SourceDevice.open(source);
        var progress =
            ProgressDisplay.of(console, isQuiet ? null : arguments.hasMatchedOption(PROGRESS))) {
      var volume = LogicalVolume.open(Volume.open(device));
      var wantedLbns = lbnRanges(arguments, lbns, volume.logicalBlocks());
      var wantedPbns = pbnRanges(arguments, pbns, volume);
      if (list != null) {
        wantedPbns.addAll(badBlocks(list, volume.volume().blockOffset()));
      }
      boolean isSound =
          report(arguments, console, volume, wantedLbns, PbnSet.of(wantedPbns), progress);
      return isSound ? ExitStatus.OK : ExitStatus.PROBLEMS_LEFT;
    }
  }

  private static boolean report(
      ParseResult arguments,
      Console console,
      LogicalVolume volume,
      List<PbnSet.Range> lbns,
      PbnSet pbns,
      ProgressDisplay progress)
      throws VdoException {
    boolean isJson = arguments.hasMatchedOption(JSON);
    if (arguments.hasMatchedOption(CommandRunner.QUIET) || !isJson) {
      var out =
          arguments.hasMatchedOption(CommandRunner.QUIET)
              ? new PrintWriter(Writer.nullWriter())
              : console.out();
      try (var report = new TextMap(out)) {
        return new Mapper(volume, report, progress).run(lbns, pbns);
      }
    }
    var outcome = new Outcome();
    JsonOutput.print(
        console.out(),
        json -> {
          try (var report = new JsonMap(json, volume.device().name())) {
            outcome.isSound = new Mapper(volume, report, progress).run(lbns, pbns);
          } catch (VdoException e) {
            outcome.failure = e;
          }
        });
    if (outcome.failure != null) {
      throw outcome.failure;
    }
    return outcome.isSound;
  }

  /** What comes out of a document that is written by a function. */
  private static final class Outcome {
    boolean isSound;
    @Nullable VdoException failure;
  }

  private static List<PbnSet.Range> lbnRanges(
      ParseResult arguments, List<BlockNumbers> typed, long blocks) {
    var ranges = new ArrayList<PbnSet.Range>();
    for (var numbers : typed) {
      if (numbers.isBeyond(blocks)) {
        throw new ParameterException(
            arguments.commandSpec().commandLine(),
            "Invalid value for option '%s': the last logical block of the volume is %d"
                .formatted(LBN, blocks - 1));
      }
      ranges.add(new PbnSet.Range(numbers.first(), numbers.end(blocks)));
    }
    return PbnSet.of(ranges).ranges();
  }

  private static List<PbnSet.Range> pbnRanges(
      ParseResult arguments, List<BlockNumbers> typed, LogicalVolume volume) {
    long blocks =
        Math.max(
            volume.volume().superBlock().vdo().config().physicalBlocks(),
            volume.slabs().endBlock());
    var ranges = new ArrayList<PbnSet.Range>();
    for (var numbers : typed) {
      if (numbers.isBeyond(blocks)) {
        throw new ParameterException(
            arguments.commandSpec().commandLine(),
            "Invalid value for option '%s': the last physical block of the volume is %d"
                .formatted(PBN, blocks - 1));
      }
      ranges.add(new PbnSet.Range(numbers.first(), numbers.end(blocks)));
    }
    return ranges;
  }

  private static List<PbnSet.Range> badBlocks(Path list, long blockOffset) throws BadListException {
    boolean isInput = list.equals(Path.of("-"));
    // Logs hold bytes of any encoding; none of them matters.
    try (var lines =
        isInput
            ? new BufferedReader(new InputStreamReader(System.in, StandardCharsets.ISO_8859_1))
            : Files.newBufferedReader(list, StandardCharsets.ISO_8859_1)) {
      return BadSectors.read(lines, isInput ? "standard input" : list.toString(), blockOffset);
    } catch (NoSuchFileException e) {
      throw new BadListException("cannot open " + list + ": there is no such file", e);
    } catch (IOException e) {
      throw new BadListException("cannot read " + list + ": " + e.getMessage(), e);
    }
  }
}
