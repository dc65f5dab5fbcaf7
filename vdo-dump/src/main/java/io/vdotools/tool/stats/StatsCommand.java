package io.vdotools.tool.stats;

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
import io.vdotools.cli.WalkProgress;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.DeviceException;
import io.vdotools.device.FileDevice;
import io.vdotools.device.UnfinishedStream;
import io.vdotools.engine.LogicalVolume;
import io.vdotools.engine.Parallel;
import io.vdotools.engine.Volume;
import io.vdotools.pack.SourceDevice;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code vdo_stats SOURCE}: space, savings, sharing and slab figures of a volume. */
public final class StatsCommand implements Command {
  private static final String HTML = "--html";
  private static final String FORCE = "--force";
  private static final String SLABS = "--slabs";

  // Reads in flight where the device has to be waited for; each has a buffer of 320 KiB.
  private static final int READERS = 16;

  /** Starts the command as a process of its own. */
  public static void main(String[] arguments) {
    CommandRunner.main(new StatsCommand(), arguments);
  }

  @Override
  public String name() {
    return "vdo_stats";
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = CommandSpec.create().name(name());
    spec.usageMessage()
        .description(
            "Tells how much of a VDO volume is used, how much deduplication, compression and zeros"
                + " save, how often blocks are shared, and how full the slabs are: what the driver"
                + " and vdostats tell of a running volume, and more, of one that is not running."
                + " The volume is only read. One that was not stopped cleanly is seen as the"
                + " driver's recovery would leave it. Everything is counted from the block map. Of"
                + " a damaged volume the figures are those of what can be read, and the exit status"
                + " is 4.");
    spec.addPositional(
        operand("SOURCE", "A regular file, block device or pack that holds the volume."));
    spec.addOption(
        file(
                "FILE",
                "Also write a report with pictures to a new file: one HTML document that needs no"
                    + " other file.",
                HTML)
            .build());
    spec.addOption(flag("-f", FORCE, "Replace the HTML file if there is one."));
    spec.addOption(flag("-s", SLABS, "Also print a line for each slab."));
    spec.addOption(
        memory(
            "What counters may take, at least 1M, such as 512M or 4G; less memory means more"
                + " passes. Default: a quarter of the machine's.",
            "-m",
            MEMORY));
    spec.addOption(json());
    spec.addOption(quiet());
    spec.addOption(progress());
    spec.usageMessage()
        .footerHeading("%nExamples:%n")
        .footer(
            "  vdo_stats /dev/sdb1",
            "  vdo_stats --html report.html customer.vdopack",
            "  vdo_stats --json volume.img | jq .savings.percent");
    return spec;
  }

  @Override
  public List<Invocation> invocations() {
    return List.of(
        Invocation.of(reads(Content.VOLUME)),
        Invocation.of(word(SLABS), reads(Content.CRASHED_VOLUME)),
        Invocation.of(reads(Content.VOLUME), word(HTML), creates(Content.REPORT)));
  }

  @Override
  public ExitStatus run(ParseResult arguments, Console console) throws VdoException {
    var options = options(arguments);
    boolean isQuiet = arguments.hasMatchedOption(CommandRunner.QUIET);
    try (var device = SourceDevice.open(options.source())) {
      checkIsNotSource(options);
      Figures figures;
      try (var progress =
          ProgressDisplay.of(console, isQuiet ? null : arguments.hasMatchedOption(PROGRESS))) {
        figures = count(device, options, progress);
      }
      if (options.html().isPresent()) {
        writeHtml(figures, options.html().get(), options.mayReplace(), console);
      }
      if (!isQuiet && arguments.hasMatchedOption(JSON)) {
        JsonReport.print(figures, console.out());
      } else if (!isQuiet) {
        new TextReport(figures, arguments.hasMatchedOption(SLABS)).print(console.out());
      }
      return figures.isSound() ? ExitStatus.OK : ExitStatus.PROBLEMS_LEFT;
    }
  }

  private static Figures count(BlockDevice device, StatsOptions options, ProgressDisplay progress)
      throws VdoException {
    progress.begin("recovery journal", 1);
    var volume = LogicalVolume.open(Volume.open(device));
    int cores = Machine.cores();
    try (var parallel = new Parallel(cores, Math.max(cores, READERS), System::nanoTime)) {
      return new FigureCount(volume, options.memoryBytes(), parallel, new WalkProgress(progress))
          .run();
    }
  }

  private static void writeHtml(Figures figures, Path target, boolean mayReplace, Console console)
      throws VdoException {
    try (var file = UnfinishedStream.create(target, "vdo_stats", mayReplace);
        var _ = console.leftovers().add(file::discard)) {
      new HtmlReport(figures).write(file.stream(), target.toString());
      file.complete(mayReplace);
    }
  }

  private static StatsOptions options(ParseResult arguments) {
    return new StatsOptions(
        arguments.matchedPositionalValue(0, Path.of("")),
        Optional.ofNullable(arguments.matchedOptionValue(HTML, null)),
        arguments.hasMatchedOption(FORCE),
        memoryBytes(arguments).orElse(Machine.memoryBytes() / 4));
  }

  private static void checkIsNotSource(StatsOptions options) throws DeviceException {
    if (options.html().isPresent() && FileDevice.isSame(options.source(), options.html().get())) {
      throw new DeviceException(
          DeviceException.Kind.OPEN_FAILED,
          "cannot write to " + options.html().get() + ": it is the volume itself");
    }
  }
}
