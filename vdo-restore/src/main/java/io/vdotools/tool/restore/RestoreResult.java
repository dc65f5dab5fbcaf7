package io.vdotools.tool.restore;

import io.vdotools.check.CheckResult;
import io.vdotools.cli.ExitStatus;
import io.vdotools.device.change.Plan;
import io.vdotools.engine.build.BuiltVolume;
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
    /** It is in order as far as it was checked, and is not written yet. */
    READY,
    /** The checker found problems, and nothing was written. */
    UNSOUND,
    /** The checker found problems, and it was written nevertheless. */
    DONE_UNSOUND
  }

  Verdict verdict() {
    if (!check.isSound()) {
      return isWritten ? Verdict.DONE_UNSOUND : Verdict.UNSOUND;
    }
    return isWritten ? Verdict.DONE : Verdict.READY;
  }

  ExitStatus status() {
    return switch (verdict()) {
      case DONE, READY -> ExitStatus.OK;
      case UNSOUND, DONE_UNSOUND -> ExitStatus.PROBLEMS_LEFT;
    };
  }
}
