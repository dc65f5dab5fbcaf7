package io.vdotools.tool.replay;

import io.vdotools.VdoException;
import io.vdotools.check.CheckResult;
import io.vdotools.check.VolumeCheck;
import io.vdotools.cli.ChangeOptions;
import io.vdotools.cli.Machine;
import io.vdotools.cli.ProgressDisplay;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.OverlayDevice;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.device.change.Plan;
import io.vdotools.device.change.RecordingDevice;
import io.vdotools.device.change.UndoFiles;
import io.vdotools.engine.live.OfflineRecovery;

/** Computes a replay in memory, has it checked, and carries it out where that is wanted. */
final class Replay {
  private final ChangeOptions options;
  private final ProgressDisplay display;

  Replay(ChangeOptions options, ProgressDisplay display) {
    this.options = options;
    this.display = display;
  }

  /**
   * {@return what a replay would do}
   *
   * @param device the volume, which nobody else should write to
   * @throws VdoException if the device fails, or the plan is not the one asked for
   */
  Outcome plan(BlockDevice device) throws VdoException {
    var before = check(device);
    if (before.extent() != CheckResult.Extent.COMPLETE
        || !OfflineRecovery.isNeeded(before.volume())) {
      return new Outcome(before, null, null, false, options.undoFile());
    }
    var volume = before.volume();
    display.begin("replay", 1);
    var reads = RecordingDevice.over(device);
    var overlay = OverlayDevice.over(reads);
    OfflineRecovery.run(overlay);
    var plan = Plan.of(reads, overlay, volume.superBlockPbn() - volume.blockOffset());
    options.checkPlan(plan);
    return new Outcome(before, check(overlay), plan, false, options.undoFile());
  }

  /**
   * Replays a volume if the result is in order, and nothing of it otherwise.
   *
   * @param device the volume, opened for this program alone
   * @return what was done
   * @throws VdoException if the device fails, or the plan is not the one asked for
   */
  Outcome apply(WritableBlockDevice device) throws VdoException {
    var outcome = plan(device);
    var plan = outcome.plan();
    if (plan == null || outcome.verdict() != Outcome.Verdict.READY) {
      return outcome;
    }
    display.begin("writing", plan.changes().size());
    UndoFiles.apply(
        plan,
        device,
        options.volume().toAbsolutePath().toString(),
        options.undoFile(),
        display::advance);
    return outcome.applied();
  }

  private CheckResult check(BlockDevice device) throws VdoException {
    display.begin("check", 1);
    return VolumeCheck.run(device, Machine.checkOptions());
  }
}
