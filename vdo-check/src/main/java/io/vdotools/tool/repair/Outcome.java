package io.vdotools.tool.repair;

import io.vdotools.check.CheckResult;
import io.vdotools.cli.ExitStatus;
import io.vdotools.device.change.ChangeSet;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What came of a repair.
 *
 * @param plan what it would do
 * @param changes what that changes
 * @param isForced whether problems that are left were to be accepted
 * @param isApplied whether it was written
 * @param undoFile the undo file that was or would be written
 * @param copy where it was written instead of the volume, null if not to a copy
 */
record Outcome(
    RepairPlan plan,
    ChangeSet changes,
    boolean isForced,
    boolean isApplied,
    Path undoFile,
    @Nullable Copy copy) {

  /**
   * A copy that was made.
   *
   * @param path its name
   * @param unreadable blocks of the volume that could not be read, and are zeros in the copy
   */
  record Copy(Path path, long unreadable) {}

  /** What the user is told last. */
  enum Verdict {
    /** The volume is in order. */
    NOTHING_TO_DO,
    /** There is nothing that a repair could do. */
    NOTHING_POSSIBLE,
    /** The result is in order. */
    READY,
    /** Not all is in order in the result: it is written only if that is asked for. */
    PROBLEMS_WOULD_BE_LEFT,
    /** The result was written, and is in order. */
    DONE,
    /** The result was written, and not all is in order. */
    DONE_WITH_PROBLEMS
  }

  /** {@return whether a plan may be written} */
  static boolean mayApply(RepairPlan plan, boolean isForced) {
    return !plan.steps().isEmpty()
        && (plan.isClean() || isForced || plan.leavesOnlyWhatWasExcluded());
  }

  Verdict verdict() {
    if (plan.isNothingToDo()) {
      return Verdict.NOTHING_TO_DO;
    }
    if (plan.steps().isEmpty()) {
      return Verdict.NOTHING_POSSIBLE;
    }
    boolean isWhole = plan.isClean() && (copy == null || copy.unreadable() == 0);
    if (isApplied) {
      return isWhole ? Verdict.DONE : Verdict.DONE_WITH_PROBLEMS;
    }
    return plan.isClean() ? Verdict.READY : Verdict.PROBLEMS_WOULD_BE_LEFT;
  }

  ExitStatus status() {
    return switch (verdict()) {
      case NOTHING_TO_DO -> ExitStatus.OK;
      case DONE -> ExitStatus.CORRECTED;
      case READY, PROBLEMS_WOULD_BE_LEFT, DONE_WITH_PROBLEMS -> ExitStatus.PROBLEMS_LEFT;
      case NOTHING_POSSIBLE ->
          plan.after().extent() == CheckResult.Extent.IMPOSSIBLE
              ? ExitStatus.OPERATIONAL
              : ExitStatus.PROBLEMS_LEFT;
    };
  }
}
