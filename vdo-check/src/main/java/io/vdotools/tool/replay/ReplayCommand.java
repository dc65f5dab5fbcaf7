package io.vdotools.tool.replay;

import static io.vdotools.cli.CommonOptions.JSON;
import static io.vdotools.cli.CommonOptions.PROGRESS;
import static io.vdotools.cli.CommonOptions.json;
import static io.vdotools.cli.CommonOptions.operand;
import static io.vdotools.cli.CommonOptions.progress;
import static io.vdotools.cli.CommonOptions.quiet;
import static io.vdotools.cli.Invocation.changes;
import static io.vdotools.cli.Invocation.creates;
import static io.vdotools.cli.Invocation.reads;
import static io.vdotools.cli.Invocation.word;

import io.vdotools.VdoException;
import io.vdotools.cli.ChangeOptions;
import io.vdotools.cli.Command;
import io.vdotools.cli.CommandRunner;
import io.vdotools.cli.Console;
import io.vdotools.cli.Content;
import io.vdotools.cli.ExitStatus;
import io.vdotools.cli.Invocation;
import io.vdotools.cli.ProgressDisplay;
import io.vdotools.device.DeviceClaim;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code vdo_replay VOLUME}: brings a crashed volume into order as the driver would. */
public final class ReplayCommand implements Command {

  /** Starts the command as a process of its own. */
  public static void main(String[] arguments) {
    CommandRunner.main(new ReplayCommand(), arguments);
  }

  @Override
  public String name() {
    return "vdo_replay";
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = CommandSpec.create().name(name());
    spec.usageMessage()
        .description(
            "Does for a VDO volume that was not stopped cleanly what the driver does when it starts"
                + " it: replays its journals, and leaves it clean. Volumes that crashed under a"
                + " driver up to 8.2, which later drivers refuse, are replayed, too. The"
                + " deduplication index is left as it is.",
            "Without --apply nothing is written: the recovery is computed in memory, checked, and"
                + " shown. With it, old contents go to the undo file first; vdo_undo puts them"
                + " back.");
    spec.addPositional(operand("VOLUME", "A regular file or block device that holds the volume."));
    ChangeOptions.addTo(spec);
    spec.addOption(json());
    spec.addOption(quiet());
    spec.addOption(progress());
    spec.usageMessage()
        .footerHeading("%nExamples:%n")
        .footer(
            "  vdo_replay /dev/vg/vdo0",
            "  vdo_replay --apply --undo /mnt/usb/vdo0.vdoundo /dev/vg/vdo0",
            "  vdo_replay --apply --plan 3f2a90c1d4e5b678 /dev/vg/vdo0");
    return spec;
  }

  @Override
  public List<Invocation> invocations() {
    return List.of(
        Invocation.of(reads(Content.CRASHED_VOLUME)),
        Invocation.of(
            word(ChangeOptions.APPLY),
            changes(Content.CRASHED_VOLUME),
            word(ChangeOptions.UNDO),
            creates(Content.UNDO_FILE)));
  }

  @Override
  public ExitStatus run(ParseResult arguments, Console console) throws VdoException {
    Path path = arguments.matchedPositionalValue(0, Path.of(""));
    boolean isQuiet = arguments.hasMatchedOption(CommandRunner.QUIET);
    var options = ChangeOptions.of(arguments, path);
    options.checkUndoFile();
    Outcome outcome;
    try (var display =
        ProgressDisplay.of(console, isQuiet ? null : arguments.hasMatchedOption(PROGRESS))) {
      var replay = new Replay(options, display);
      if (options.isApplied()) {
        try (var claim = DeviceClaim.of(path);
            var device = claim.open()) {
          outcome = replay.apply(device);
        }
      } else {
        try (var device = FileDevice.open(path, Access.READ)) {
          outcome = replay.plan(device);
        }
      }
    }
    if (arguments.hasMatchedOption(JSON) && !isQuiet) {
      ReplayReport.printJson(outcome, console.out());
    } else if (!isQuiet) {
      ReplayReport.printText(outcome, console.out());
    }
    return outcome.status();
  }
}
