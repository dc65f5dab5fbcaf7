package io.vdotools.tool.check;

import io.vdotools.check.CheckOptions;
import io.vdotools.check.CheckResult;
import io.vdotools.check.Judgement;
import io.vdotools.cli.ByteSize;
import io.vdotools.problem.ProblemCode;
import io.vdotools.problem.Severity;

/**
 * What reports in all forms say of a result.
 *
 * @param result the result
 * @param options how the check was done
 */
record Facts(CheckResult result, CheckOptions options) {
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

  /** {@return whether mappings and blocks were counted} */
  boolean hasTally() {
    return result.extent() == CheckResult.Extent.COMPLETE
        && options.level() != CheckOptions.Level.QUICK
        && result.judgement() != Judgement.NEW;
  }

  /** {@return whether the stored reference counts can be relied on, and what follows from them} */
  boolean areCountsRight() {
    return result.findings().codes().stream()
        .noneMatch(
            code -> code.id().startsWith("VDO-RC-") && result.findings().worst(code).isDefect());
  }

  /** {@return the state that the super block names, in words} */
  String state() {
    var vdo = result.volume().superBlock().vdo();
    return switch (vdo.state()) {
      case NEW -> "new: formatted and never started";
      case CLEAN -> "clean";
      case DIRTY -> "dirty: not stopped cleanly";
      case RECOVERING -> "recovering: stopped cleanly before all slabs were scrubbed";
      case READ_ONLY_MODE -> "read-only: awaits a rebuild";
      case FORCE_REBUILD -> "rebuild requested: the next start rebuilds the volume";
      case REPLAYING -> "replaying: an old driver's recovery was cut off";
      case REBUILD_FOR_UPGRADE -> "rebuild requested for an upgrade";
      case UNKNOWN -> "unknown (" + vdo.stateCode() + ")";
    };
  }

  String verdictText() {
    return switch (verdict()) {
      case SOUND ->
          "no problem found"
              + switch (result.judgement()) {
                case AFTER_RECOVERY -> "; the next start recovers the volume";
                case BEFORE_REBUILD -> "; the next start rebuilds the volume";
                case NEW, AS_IT_IS -> "";
              };
      case DAMAGED ->
          damage()
              + (result.extent() == CheckResult.Extent.COMPLETE
                  ? ""
                  : "; the other structures cannot be found");
      case UNCHECKABLE ->
          obstacle() == ProblemCode.DEVICE_TOO_SMALL
              ? shortage() + "; bring back the missing part"
              : "geometry block (nonce %x) and super block (nonce %x) are of different volumes;"
                      .formatted(result.volume().geometry().nonce(), result.volume().nonce())
                  + " find the device that either belongs to";
    };
  }

  private String damage() {
    long kinds =
        result.findings().codes().stream()
            .filter(code -> result.findings().worst(code).isDefect())
            .count();
    return defects() == 1
        ? "1 problem found, severity: " + worst().title()
        : defects()
            + " problems"
            + (kinds == 1 ? "" : " of " + kinds + " kinds")
            + " found, worst severity: "
            + worst().title();
  }

  /** {@return the problem that keeps a volume from being checked, where one does} */
  ProblemCode obstacle() {
    return result.findings().count(ProblemCode.DEVICE_TOO_SMALL) > 0
        ? ProblemCode.DEVICE_TOO_SMALL
        : ProblemCode.NONCE_DIFFERS;
  }

  private String shortage() {
    var volume = result.volume();
    long held = volume.device().blockCount() - volume.blockOffset();
    if (!volume.hasSuperBlock()) {
      return "the device ends after %s, before the super block at PBN %d"
          .formatted(blocks(held), volume.geometry().data().startBlock());
    }
    long physical = volume.superBlock().vdo().config().physicalBlocks();
    return "the device has %s, the volume %s".formatted(blocks(held), blocks(physical))
        + (result.findings().count(ProblemCode.SUPER_BLOCK_CHECKSUM) > 0
            ? " by a super block with a wrong checksum"
            : "");
  }

  /** {@return a number of blocks, and how much that is} */
  static String blocks(long blocks) {
    return ByteSize.ofBlocks(blocks);
  }

  /** {@return how much a number of blocks is, in brackets; nothing if that is beyond all sizes} */
  static String size(long blocks) {
    return ByteSize.inBrackets(blocks);
  }
}
