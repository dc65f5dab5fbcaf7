package io.vdotools.corpus;

import io.vdotools.VdoException;
import io.vdotools.check.CheckOptions;
import io.vdotools.check.CheckProgress;
import io.vdotools.check.CheckResult;
import io.vdotools.check.VolumeCheck;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.MemoryDevice;
import io.vdotools.engine.LogicalVolume;
import io.vdotools.engine.Volume;
import io.vdotools.problem.ProblemCode;
import io.vdotools.tool.repair.RepairOptions;
import io.vdotools.tool.repair.RepairPlan;
import io.vdotools.tool.repair.VolumeRepair;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a repair made of a damaged volume.
 *
 * @param verdict how it ended: in order before, clean, with what is left, or refused
 * @param isAsPromised whether a check of the result found what the plan said it would
 * @param isExplained whether nothing changes without a step
 * @param dropped blocks that could be read before as they ever were, and now cannot, without a step
 *     that says that they are given up
 * @param givenUp blocks that steps say are given up
 * @param reading what of the content can be read of the result
 */
record Mending(
    String verdict,
    boolean isAsPromised,
    boolean isExplained,
    int dropped,
    long givenUp,
    String reading) {
  private static final CheckOptions CHECK =
      CheckOptions.standard().withLevel(CheckOptions.Level.THOROUGH);

  static Mending of(Specimen specimen, MemoryDevice damaged) {
    var untouched = damaged.copy();
    RepairPlan plan;
    try {
      plan = VolumeRepair.plan(damaged, RepairOptions.all(CHECK), CheckProgress.NONE);
    } catch (VdoException e) {
      return new Mending("refused", true, true, 0, 0, "-");
    }
    try {
      var sound = Content.ofSound(specimen.volume());
      var before = content(untouched);
      var repaired = applied(plan, damaged);
      var after = content(repaired);
      var check = VolumeCheck.run(repaired, CHECK);
      return new Mending(
          verdict(plan),
          isSame(check, plan.after()),
          damaged.hasSameContentAs(untouched)
              && (!plan.steps().isEmpty() || plan.changes().isEmpty()),
          dropped(sound, before, after, plan),
          plan.lostBlocks(),
          after.map(content -> content.comparedTo(sound).toString()).orElse("unreadable"));
    } catch (VdoException e) {
      return new Mending("refused afterwards: " + e.getMessage(), false, true, 0, 0, "-");
    }
  }

  private static String verdict(RepairPlan plan) {
    if (plan.isNothingToDo()) {
      return "in-order";
    }
    if (plan.isClean()) {
      return "clean";
    }
    String left =
        plan.left().stream()
            .map(finding -> finding.problem().code())
            .distinct()
            .sorted()
            .map(ProblemCode::id)
            .collect(Collectors.joining(","));
    return plan.state().name().toLowerCase(Locale.ROOT) + "-with:" + left;
  }

  private static boolean isSame(CheckResult check, CheckResult promised) {
    return check.isSound() == promised.isSound()
        && check.extent() == promised.extent()
        && check.findings().codes().equals(promised.findings().codes());
  }

  private static Optional<Content> content(BlockDevice device) {
    try {
      return Optional.of(Content.of(LogicalVolume.open(Volume.open(device))));
    } catch (VdoException _) {
      return Optional.empty();
    }
  }

  private static MemoryDevice applied(RepairPlan plan, MemoryDevice damaged) {
    var repaired = damaged.copy();
    var block = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
    for (long changed : plan.changes().blocks()) {
      plan.overlay().read(changed, block);
      repaired.write(changed, block);
    }
    return repaired;
  }

  private static int dropped(
      Content sound, Optional<Content> before, Optional<Content> after, RepairPlan plan) {
    if (before.isEmpty()) {
      return 0;
    }
    int dropped = 0;
    for (var block : sound.blocks().entrySet()) {
      long lbn = block.getKey();
      boolean wasRight = block.getValue().equals(before.get().blocks().get(lbn));
      boolean isRight = after.isPresent() && block.getValue().equals(after.get().blocks().get(lbn));
      boolean isGivenUp =
          plan.steps().stream()
              .flatMap(step -> step.lost().stream())
              .anyMatch(set -> !set.within(lbn, lbn + 1).isEmpty());
      if (wasRight && !isRight && !isGivenUp) {
        dropped++;
      }
    }
    return dropped;
  }

  @Override
  public String toString() {
    return verdict
        + (dropped == 0 ? "" : " dropped=" + dropped)
        + " given-up="
        + givenUp
        + " "
        + reading;
  }
}
