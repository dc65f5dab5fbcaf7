package io.vdotools.tool.check;

import io.vdotools.check.CheckResult;
import io.vdotools.check.Judgement;
import io.vdotools.cli.ByteSize;
import io.vdotools.format.BlockSize;
import io.vdotools.problem.ProblemCode;
import io.vdotools.problem.Severity;

/**
 * What reports in all forms say of a result.
 *
 * @param result the result
 */
record Facts(CheckResult result) {
  /** The verdict: what a person reads first, and a script can rely on. */
  enum Verdict {
    /** Nothing is wrong. */
    SOUND,
    /** Something is wrong. */
    DAMAGED,
    /** Too much is wrong, or missing, to look further. */
    UNCHECKABLE
  }

  Verdict verdict() {
    return switch (result.extent()) {
      case IMPOSSIBLE -> Verdict.UNCHECKABLE;
      case LAYOUT_ONLY -> Verdict.DAMAGED;
      case COMPLETE -> result.isSound() ? Verdict.SOUND : Verdict.DAMAGED;
    };
  }

  /** {@return how many problems are more than worth knowing} */
  long defects() {
    return result.findings().codes().stream()
        .filter(code -> result.findings().worst(code).isDefect())
        .mapToLong(result.findings()::count)
        .sum();
  }

  Severity worst() {
    return result.findings().worst();
  }

  /** {@return whether the volume counts as one of the state that it is in, in words} */
  String state() {
    var vdo = result.volume().superBlock().vdo();
    return switch (vdo.state()) {
      case NEW -> "new: formatted and never started";
      case CLEAN -> "clean";
      case DIRTY -> "dirty: not stopped cleanly";
      case RECOVERING -> "recovering: stopped cleanly before all slabs were scrubbed";
      case READ_ONLY_MODE -> "read-only";
      case FORCE_REBUILD -> "rebuild requested";
      case REPLAYING -> "replaying: an old driver's recovery was cut off";
      case REBUILD_FOR_UPGRADE -> "rebuild requested for an upgrade";
      case UNKNOWN -> "unknown (" + vdo.stateCode() + ")";
    };
  }

  String verdictText() {
    return switch (verdict()) {
      case SOUND ->
          result.judgement() == Judgement.AFTER_RECOVERY
              ? "no problem found; the next start recovers the volume"
              : "no problem found";
      case DAMAGED ->
          defects()
              + (defects() == 1 ? " problem" : " problems")
              + " found, the worst: "
              + worst().title()
              + (result.extent() == CheckResult.Extent.COMPLETE
                  ? ""
                  : "; the other structures cannot be found");
      case UNCHECKABLE ->
          result.findings().count(ProblemCode.DEVICE_TOO_SMALL) > 0
              ? "the device is shorter than the volume; bring back the missing part"
              : "the super block belongs to another volume than the geometry block";
    };
  }

  static String blocks(long blocks) {
    return blocks
        + " blocks"
        + (blocks >= 0 && blocks <= Long.MAX_VALUE / BlockSize.BLOCK
            ? " (" + new ByteSize(blocks * BlockSize.BLOCK) + ")"
            : "");
  }
}
