package io.vdotools.bench;

import com.sun.management.OperatingSystemMXBean;
import io.vdotools.VdoException;
import io.vdotools.check.CheckOptions;
import io.vdotools.check.VolumeCheck;
import io.vdotools.cli.Command;
import io.vdotools.cli.CommandRunner;
import io.vdotools.cli.Console;
import io.vdotools.cli.Content;
import io.vdotools.cli.ExitStatus;
import io.vdotools.cli.Invocation;
import io.vdotools.cli.Machine;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.DeviceClaim;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Caching;
import io.vdotools.device.OverlayDevice;
import io.vdotools.device.change.Plan;
import io.vdotools.device.change.RecordingDevice;
import io.vdotools.device.change.UndoLog;
import io.vdotools.device.change.UndoWriter;
import io.vdotools.device.change.WriteGate;
import io.vdotools.engine.live.OfflineRecovery;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code replay_phases}: replays a volume as {@code vdo_replay --apply} does, takes that back, and
 * tells what each phase has taken; twice, as the first time pays for Java's compilers.
 */
public final class ReplayPhases implements Command {
  private static final int ROUNDS = 2;

  /** Starts the command. */
  public static void main(String[] arguments) {
    CommandRunner.main(new ReplayPhases(), arguments);
  }

  @Override
  public String name() {
    return "replay_phases";
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = CommandSpec.create().name(name());
    spec.usageMessage().description("Tells what each phase of a replay takes.");
    spec.addPositional(path("0", "VOLUME", "The volume, which crashed; it stays as it is."));
    spec.addPositional(path("1", "UNDO-FILE", "The undo file to write."));
    return spec;
  }

  @Override
  public List<Invocation> invocations() {
    return List.of(
        Invocation.of(
            Invocation.changes(Content.CRASHED_VOLUME), Invocation.creates(Content.UNDO_FILE)));
  }

  private static PositionalParamSpec path(String index, String label, String description) {
    return PositionalParamSpec.builder()
        .index(index)
        .arity("1")
        .required(true)
        .type(Path.class)
        .paramLabel(label)
        .description(description)
        .build();
  }

  @Override
  public ExitStatus run(ParseResult arguments, Console console) throws VdoException {
    Path volume = arguments.matchedPositionalValue(0, Path.of(""));
    Path undoFile = arguments.matchedPositionalValue(1, Path.of(""));
    try (var claim = DeviceClaim.of(volume);
        var device = claim.open()) {
      for (int round = 1; round <= ROUNDS; round++) {
        Path fileOfRound = Path.of(undoFile + "." + round);
        new Round(device, fileOfRound, console.out()).run();
      }
    }
    return ExitStatus.OK;
  }

  /** One replay. */
  private static final class Round {
    private final FileDevice device;
    private final Path undoFile;
    private final PrintWriter out;
    private final OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private long wall;
    private long cpu;

    Round(FileDevice device, Path undoFile, PrintWriter out) {
      this.device = device;
      this.undoFile = undoFile;
      this.out = out;
    }

    private void begin() {
      wall = System.nanoTime();
      cpu = system.getProcessCpuTime();
    }

    private void end(String phase) {
      out.println(
          String.format(
              Locale.ROOT,
              "%-28s %7.3f s, %7.3f s of processors",
              phase,
              (System.nanoTime() - wall) / 1e9,
              (system.getProcessCpuTime() - cpu) / 1e9));
      out.flush();
      begin();
    }

    void run() throws VdoException {
      begin();
      var volume = check(device);
      end("check before");
      var reads = RecordingDevice.over(device);
      var overlay = OverlayDevice.over(reads);
      OfflineRecovery.run(overlay);
      end("recovery");
      var plan = Plan.of(reads, overlay, volume);
      end("plan");
      check(overlay);
      end("check after");
      try (var file =
          FileDevice.create(undoFile, UndoWriter.fileBlocks(plan.changes()), Caching.PAGE_CACHE)) {
        UndoWriter.write(plan.changes(), device.name(), file);
        end("undo file, written");
        plan.checkUnchanged();
        end("blocks read, verified");
        var log = UndoLog.open(file);
        end("undo file, opened");
        WriteGate.standing(device, log);
        end("undo file, compared");
        WriteGate.of(device, log, _ -> {}).goOn();
        end("compared again and written");
        WriteGate.of(device, log, _ -> {}).goBack();
        end("taken back");
      }
      out.println(reads.blocksRead() + " blocks read, " + plan.changes().size() + " written");
    }

    /** {@return the place of the super block} */
    private static long check(BlockDevice device) throws VdoException {
      CheckOptions options = Machine.checkOptions();
      var volume = VolumeCheck.run(device, options).volume();
      return volume.superBlockPbn() - volume.blockOffset();
    }
  }
}
