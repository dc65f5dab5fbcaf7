package io.vdotools.tool.undo;

import static io.vdotools.cli.CommonOptions.PROGRESS;
import static io.vdotools.cli.CommonOptions.flag;
import static io.vdotools.cli.CommonOptions.operand;
import static io.vdotools.cli.CommonOptions.progress;
import static io.vdotools.cli.CommonOptions.quiet;
import static io.vdotools.cli.Invocation.changes;
import static io.vdotools.cli.Invocation.reads;
import static io.vdotools.cli.Invocation.word;

import io.vdotools.VdoException;
import io.vdotools.cli.ByteSize;
import io.vdotools.cli.Command;
import io.vdotools.cli.CommandRunner;
import io.vdotools.cli.Console;
import io.vdotools.cli.Content;
import io.vdotools.cli.ExitStatus;
import io.vdotools.cli.Invocation;
import io.vdotools.cli.PathArgument;
import io.vdotools.cli.ProgressDisplay;
import io.vdotools.device.DeviceClaim;
import io.vdotools.device.DeviceException;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.device.change.Standing;
import io.vdotools.device.change.UndoException;
import io.vdotools.device.change.UndoLog;
import io.vdotools.device.change.WriteGate;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code vdo_undo UNDO-FILE}: takes a change back, or completes an interrupted one. */
public final class UndoCommand implements Command {
  private static final String APPLY = "--apply";
  private static final String FINISH = "--finish";

  /** Starts the command as a process of its own. */
  public static void main(String[] arguments) {
    CommandRunner.main(new UndoCommand(), arguments);
  }

  @Override
  public String name() {
    return "vdo_undo";
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec = CommandSpec.create().name(name());
    spec.usageMessage()
        .description(
            "Puts back, byte for byte, what another command has changed on a volume, from the undo"
                + " file that it wrote first. A change that was interrupted can be taken back or"
                + " completed. Without --apply it only tells how far the change is.",
            "If the volume was changed since by anything else, nothing is written.");
    spec.addPositional(operand("UNDO-FILE", "The undo file."));
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("1")
            .arity("0..1")
            .type(Path.class)
            .converters(PathArgument.converter())
            .paramLabel("VOLUME")
            .description("The volume, if it has another name than when it was changed.")
            .build());
    spec.addOption(flag(APPLY, "Write."));
    spec.addOption(flag(FINISH, "Complete the change instead of taking it back."));
    spec.addOption(quiet());
    spec.addOption(progress());
    spec.usageMessage()
        .footerHeading("%nExamples:%n")
        .footer("  vdo_undo vdo0.vdoundo", "  vdo_undo --apply vdo0.vdoundo");
    return spec;
  }

  @Override
  public List<Invocation> invocations() {
    return List.of(
        Invocation.of(reads(Content.UNDO_FILE), reads(Content.CHANGED_VOLUME)),
        Invocation.of(word(APPLY), reads(Content.UNDO_FILE), changes(Content.CHANGED_VOLUME)));
  }

  @Override
  public ExitStatus run(ParseResult arguments, Console console) throws VdoException {
    Path undoFile = arguments.matchedPositionalValue(0, Path.of(""));
    boolean isQuiet = arguments.hasMatchedOption(CommandRunner.QUIET);
    boolean isBack = !arguments.hasMatchedOption(FINISH);
    try (var file = FileDevice.open(undoFile, Access.READ);
        var display =
            ProgressDisplay.of(console, isQuiet ? null : arguments.hasMatchedOption(PROGRESS))) {
      var log = UndoLog.open(file);
      Path volume =
          arguments.hasMatchedPositional(1)
              ? arguments.matchedPositionalValue(1, Path.of(""))
              : volumeOf(log, undoFile);
      boolean isApplied = arguments.hasMatchedOption(APPLY);
      Standing standing;
      if (isApplied) {
        try (var claim = DeviceClaim.of(volume);
            var device = claim.open()) {
          standing = WriteGate.standing(device, log);
          display.begin(isBack ? "taking back" : "completing", log.size());
          var gate = WriteGate.of(device, log, display::advance);
          pass(gate, isBack);
        }
      } else {
        try (var device = FileDevice.open(volume, Access.READ)) {
          standing = WriteGate.standing(device, log);
        }
      }
      if (!isQuiet) {
        print(volume, log, standing, isBack, isApplied, console.out());
      }
      return standing.foreign() > 0 ? ExitStatus.PROBLEMS_LEFT : ExitStatus.OK;
    }
  }

  private static void pass(WriteGate gate, boolean isBack) throws VdoException {
    try {
      if (isBack) {
        gate.goBack();
      } else {
        gate.goOn();
      }
    } catch (DeviceException e) {
      if (!gate.hasBegun()) {
        throw e;
      }
      throw new DeviceException(
          e.kind(),
          e.getMessage()
              + "; the volume is changed in part: run vdo_undo again once that is mended",
          e);
    }
  }

  private static Path volumeOf(UndoLog log, Path undoFile) throws UndoException {
    try {
      return Path.of(log.deviceName());
    } catch (InvalidPathException _) {
      throw new UndoException(
          UndoException.Kind.DAMAGED,
          undoFile + ": its volume has a name that cannot be used here; give VOLUME as well");
    }
  }

  private static void print(
      Path volume,
      UndoLog log,
      Standing standing,
      boolean isBack,
      boolean isApplied,
      PrintWriter out) {
    out.println(volume + ": a change of " + ByteSize.ofBlocks(log.size()));
    row(out, "found", standing(standing));
    if (standing.foreign() > 0) {
      out.println(
          "%s: %d blocks hold something else, the first is block %d: changed since, nothing can be undone"
              .formatted(volume, standing.foreign(), standing.firstForeign()));
    } else if (!isApplied) {
      out.println(
          "%s: nothing was written; --apply takes the change back, --finish --apply completes it"
              .formatted(volume));
    } else {
      out.println(volume + ": the change is " + (isBack ? "taken back" : "complete"));
    }
  }

  private static void row(PrintWriter out, String name, String value) {
    out.printf("  %-9s %s%n", name, value);
  }

  private static String standing(Standing standing) {
    if (standing.isUntouched()) {
      return "not begun, or taken back";
    }
    if (standing.isApplied()) {
      return "complete";
    }
    return "%d blocks not yet changed, %d changed, %d half, %d unreadable, %d foreign"
        .formatted(
            standing.before(),
            standing.after(),
            standing.torn(),
            standing.unreadable(),
            standing.foreign());
  }
}
