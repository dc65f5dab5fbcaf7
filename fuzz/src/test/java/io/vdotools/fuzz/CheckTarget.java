package io.vdotools.fuzz;

import io.vdotools.check.CheckOptions;
import io.vdotools.check.VolumeCheck;
import io.vdotools.engine.NotAVolumeException;

/** Opens whatever became of a volume, and checks all of it. */
public final class CheckTarget {
  private static final CheckOptions OPTIONS =
      CheckOptions.standard().withLevel(CheckOptions.Level.THOROUGH);

  private CheckTarget() {}

  /** Runs on one input. */
  public static void fuzzerTestOneInput(byte[] input) {
    try {
      VolumeCheck.run(VolumeEdits.of(input), OPTIONS);
    } catch (NotAVolumeException _) {
      // That is an answer, too.
    }
  }
}
