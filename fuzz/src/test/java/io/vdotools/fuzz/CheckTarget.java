package io.vdotools.fuzz;

import io.vdotools.check.CheckOptions;
import io.vdotools.check.CheckProgress;
import io.vdotools.check.VolumeCheck;
import io.vdotools.engine.NotAVolumeException;
import io.vdotools.engine.Workers;

/** Opens whatever became of a volume, and checks all of it. */
public final class CheckTarget {
  private static final CheckOptions OPTIONS =
      CheckOptions.standard().withLevel(CheckOptions.Level.THOROUGH);

  /** Memory for a few dozen blocks takes as long to clear as much of a check of so few. */
  private static final ThreadLocal<Workers> WORKERS = ThreadLocal.withInitial(OPTIONS::workers);

  private CheckTarget() {}

  /** Runs on one input. */
  public static void fuzzerTestOneInput(byte[] input) {
    try {
      VolumeCheck.run(VolumeEdits.of(input), OPTIONS, CheckProgress.NONE, WORKERS.get());
    } catch (NotAVolumeException _) {
      // That is an answer, too.
    }
  }
}
