package io.vdotools.tool.restore;

import io.vdotools.check.CheckResult;
import io.vdotools.cli.ExitStatus;
import io.vdotools.device.change.Plan;
import io.vdotools.engine.build.BuiltVolume;
import io.vdotools.problem.ProblemCode;
import org.jspecify.annotations.Nullable;

/**
 * What came of a restore.
 *
 * @param options what was asked for
 * @param built the volume, wherever it is
 * @param check what the checker found
 * @param plan what changes on an existing target, null for a new image
 * @param targetBlocks the size of the target
 * @param isWritten whether it was written
 */
record RestoreResult(
    RestoreOptions options,
    BuiltVolume built,
    CheckResult check,
    @Nullable Plan plan,
    long targetBlocks,
    boolean isWritten) {

  /** What the user is told last. */
  enum Verdict {
    /** The volume is there, and in order as far as it was checked. */
    DONE,
    /** It may be written as far as it was checked, and is not written yet. */
    READY,
    /** The checker found problems, and nothing was written. */
    UNSOUND,
    /** The checker found problems, and it was written nevertheless. */
    DONE_UNSOUND
  }

  /**
   * {@return whether a volume may be written without force} That of a dump may have been in
   * read-only mode: it comes back as it was, and that is no fault of the restored one.
   */
  static boolean mayBeWritten(CheckResult check) {
    return check.isSound() || isOnlyReadOnly(check);
  }

  private static boolean isOnlyReadOnly(CheckResult check) {
    var findings = check.findings();
    return check.extent() == CheckResult.Extent.COMPLETE
        && !check.isSound()
        && findings.codes().stream()
            .filter(code -> findings.worst(code).isDefect())
            .allMatch(code -> code == ProblemCode.READ_ONLY_MODE);
  }

  /** {@return whether it is in order but for the read-only mode that the dump has, too} */
  boolean isOnlyReadOnly() {
    return isOnlyReadOnly(check);
  }

  Verdict verdict() {
    if (isWritten) {
      return check.isSound() ? Verdict.DONE : Verdict.DONE_UNSOUND;
    }
    return mayBeWritten(check) ? Verdict.READY : Verdict.UNSOUND;
  }

  ExitStatus status() {
    return check.isSound() ? ExitStatus.OK : ExitStatus.PROBLEMS_LEFT;
  }
}
