package io.vdotools.tool.replay;

import io.vdotools.check.CheckResult;
import io.vdotools.cli.ExitStatus;
import io.vdotools.device.change.Plan;
import io.vdotools.format.VolumeState;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What came of a replay.
 *
 * @param before the check of the volume as it was
 * @param after the check of the volume as replayed, null if there was nothing to replay or no use
 *     in it
 * @param plan what the replay changes, null likewise
 * @param isApplied whether it was written
 * @param undoFile the undo file that was or would be written
 */
record Outcome(
    CheckResult before,
    @Nullable CheckResult after,
    @Nullable Plan plan,
    boolean isApplied,
    Path undoFile) {

  /** What the user is told last. */
  enum Verdict {
    /** The volume needs no replay. */
    NOTHING_TO_DO,
    /** The volume is damaged in ways that a replay does not mend: the checker found it so. */
    DAMAGED,
    /** The result of the replay is in order. */
    READY,
    /** The result of the replay was written. */
    DONE
  }

  /** {@return whether a replayed volume is in order and clean} */
  static boolean isClean(CheckResult result) {
    return result.extent() == CheckResult.Extent.COMPLETE
        && result.isSound()
        && result.volume().superBlock().vdo().state() == VolumeState.CLEAN;
  }

  /** {@return the same, written} */
  Outcome applied() {
    return new Outcome(before, after, plan, true, undoFile);
  }

  Verdict verdict() {
    if (after == null) {
      return before.extent() == CheckResult.Extent.COMPLETE && before.isSound()
          ? Verdict.NOTHING_TO_DO
          : Verdict.DAMAGED;
    }
    if (!isClean(after)) {
      return Verdict.DAMAGED;
    }
    return isApplied ? Verdict.DONE : Verdict.READY;
  }

  ExitStatus status() {
    return switch (verdict()) {
      case NOTHING_TO_DO, READY, DONE -> ExitStatus.OK;
      case DAMAGED ->
          before.extent() == CheckResult.Extent.IMPOSSIBLE
              ? ExitStatus.OPERATIONAL
              : ExitStatus.PROBLEMS_LEFT;
    };
  }
}
