package io.vdotools.tool.repair;

import io.vdotools.VdoException;
import io.vdotools.cli.ChangeOptions;
import io.vdotools.cli.Console;
import io.vdotools.cli.FileTarget;
import io.vdotools.cli.ProgressDisplay;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.device.change.UndoFiles;
import org.jspecify.annotations.Nullable;

/** Plans a repair, and carries it out where that is wanted and nothing stands against it. */
final class Repairer {
  private final Options options;
  private final Console console;
  private final ProgressDisplay display;

  /**
   * What is wanted.
   *
   * @param repair what to repair
   * @param change where to write
   * @param isForced whether problems that are left are accepted
   * @param copy the file to write to instead of the volume, null if there is none
   */
  record Options(
      RepairOptions repair, ChangeOptions change, boolean isForced, @Nullable FileTarget copy) {}

  Repairer(Options options, Console console, ProgressDisplay display) {
    this.options = options;
    this.console = console;
    this.display = display;
  }

  /**
   * Repairs a volume, or shows what a repair would do.
   *
   * @param device the volume
   * @param target the same, opened for this program alone, null if it is not to be written to
   * @return what was done
   * @throws VdoException if the device fails, or the plan is not the one asked for
   */
  Outcome repair(BlockDevice device, @Nullable WritableBlockDevice target) throws VdoException {
    var change = options.change();
    var plan = VolumeRepair.plan(device, options.repair(), new DisplayedProgress(display));
    change.checkPlan(plan.plan());
    boolean mayApply = Outcome.mayApply(plan, options.isForced());
    if (target != null && mayApply) {
      display.begin("writing", plan.changes().size());
      plan.checkUnchanged();
      UndoFiles.apply(
          plan.plan(),
          target,
          change.volume().toAbsolutePath().toString(),
          change.undoFile(),
          display::advance);
      return outcome(plan, true, null);
    }
    var copy = options.copy();
    if (copy != null && mayApply) {
      long unreadable = SparseCopy.write(plan.overlay(), copy, console, display);
      return outcome(plan, true, new Outcome.Copy(copy.path(), unreadable));
    }
    return outcome(plan, false, null);
  }

  private Outcome outcome(RepairPlan plan, boolean isApplied, Outcome.@Nullable Copy copy) {
    return new Outcome(
        plan, plan.changes(), options.isForced(), isApplied, options.change().undoFile(), copy);
  }
}
