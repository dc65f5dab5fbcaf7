package io.vdotools.tool.repair;

import io.vdotools.check.CheckResult;
import io.vdotools.check.Judgement;
import io.vdotools.device.OverlayDevice;
import io.vdotools.device.change.ChangeSet;
import io.vdotools.device.change.Plan;
import io.vdotools.device.change.PlanException;
import io.vdotools.device.change.RecordingDevice;
import io.vdotools.engine.Volume;
import io.vdotools.engine.repair.RepairStep;
import io.vdotools.format.VolumeState;
import io.vdotools.problem.Finding;
import io.vdotools.problem.ProblemCode;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a repair would do, and what would come of it.
 *
 * @param before the check of the volume as it was, null if there was not even a head to check
 * @param steps what is changed
 * @param after the check of the volume with the changes
 * @param overlay the volume with the changes
 * @param plan the changes, bound to what they were made from
 * @param checkReads what the checks have read
 * @param wanted the problems that were to be treated
 */
public record RepairPlan(
    @Nullable CheckResult before,
    List<RepairStep> steps,
    CheckResult after,
    OverlayDevice overlay,
    Plan plan,
    RecordingDevice checkReads,
    Predicate<ProblemCode> wanted) {
  /** Copies the list. */
  public RepairPlan {
    steps = List.copyOf(steps);
  }

  /** {@return the volume as repaired} */
  public Volume volume() {
    return after.volume();
  }

  /** {@return what changes on the device; the super block goes last} */
  public ChangeSet changes() {
    return plan.changes();
  }

  /**
   * Makes sure that all that the checks have read is still there.
   *
   * @throws PlanException if it is not
   */
  public void checkUnchanged() throws PlanException {
    checkReads.checkUnchanged();
  }

  /** {@return whether the result is in order: at rest, and without a defect} */
  public boolean isClean() {
    return isInOrder(after);
  }

  static boolean isInOrder(CheckResult result) {
    return result.isSound()
        && switch (result.volume().superBlock().vdo().state()) {
          case CLEAN, NEW -> true;
          case DIRTY,
              READ_ONLY_MODE,
              FORCE_REBUILD,
              RECOVERING,
              REPLAYING,
              REBUILD_FOR_UPGRADE,
              UNKNOWN ->
              false;
        };
  }

  /**
   * {@return whether all that is still wrong was wrong before and was not to be treated, or cannot
   * be: then the rest of the plan may be applied}
   */
  public boolean leavesOnlyWhatWasExcluded() {
    if (before == null || after.extent() != before.extent()) {
      return false;
    }
    Set<ProblemCode> earlier = EnumSet.noneOf(ProblemCode.class);
    earlier.addAll(before.findings().codes());
    return after.findings().codes().stream()
        .filter(code -> after.findings().worst(code).isDefect())
        .allMatch(code -> earlier.contains(code) && !wanted.test(code));
  }

  /** {@return what is wrong with the result} */
  public List<Finding> left() {
    return after.findings().all().stream().filter(f -> f.severity().isDefect()).toList();
  }

  /** {@return whether the volume needs nothing at all} */
  public boolean isNothingToDo() {
    return before != null && isInOrder(before) && steps.isEmpty();
  }

  /** {@return the state in which the volume is left} */
  public VolumeState state() {
    return volume().superBlock().vdo().state();
  }

  /** {@return how many logical blocks the steps give up} */
  public long lostBlocks() {
    return steps.stream().mapToLong(RepairStep::lostBlocks).sum();
  }

  /**
   * {@return how many logical blocks were in use by the count in the super block of a volume at
   * rest, and are mapped no more, beyond those that the steps name} A page that is valid but old,
   * or one whose place nobody knows, takes blocks with it that cannot be named.
   */
  public long unnamedBlocks() {
    if (before == null
        || before.judgement() != Judgement.AS_IT_IS
        || !before.volume().hasSuperBlock()) {
      return 0;
    }
    var superBlock = before.volume().superBlock();
    long counted = superBlock.recoveryJournal().logicalBlocksUsed();
    if (counted < 0 || counted > superBlock.vdo().config().logicalBlocks()) {
      return 0;
    }
    long mapped = after.volume().superBlock().recoveryJournal().logicalBlocksUsed();
    return Math.max(0, counted - mapped - lostBlocks());
  }
}
