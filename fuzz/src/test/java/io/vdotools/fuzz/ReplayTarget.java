package io.vdotools.fuzz;

import io.vdotools.VdoException;
import io.vdotools.check.CheckOptions;
import io.vdotools.check.CheckResult;
import io.vdotools.check.VolumeCheck;
import io.vdotools.device.OverlayDevice;
import io.vdotools.engine.live.OfflineRecovery;

/** Replays the journals of a volume; what was sound before has to be sound afterwards. */
public final class ReplayTarget {
  private static final CheckOptions OPTIONS = CheckOptions.standard().withExact(true);

  private ReplayTarget() {}

  /** Runs on one input. */
  public static void fuzzerTestOneInput(byte[] input) {
    var device = VolumeEdits.of(input);
    try {
      var before = VolumeCheck.run(device, OPTIONS);
      if (before.extent() != CheckResult.Extent.COMPLETE
          || !OfflineRecovery.isNeeded(before.volume())) {
        return;
      }
      var overlay = OverlayDevice.over(device);
      OfflineRecovery.run(overlay);
      var after = VolumeCheck.run(overlay, OPTIONS);
      if (before.isSound() && !after.isSound()) {
        throw new IllegalStateException(
            "sound before the replay, and not afterwards: " + after.findings().all());
      }
    } catch (VdoException _) {
      // Refused with a reason.
    }
  }
}
