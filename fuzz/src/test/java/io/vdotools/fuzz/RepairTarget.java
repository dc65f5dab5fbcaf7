package io.vdotools.fuzz;

import io.vdotools.VdoException;
import io.vdotools.check.CheckOptions;
import io.vdotools.check.CheckProgress;
import io.vdotools.check.CheckResult;
import io.vdotools.check.VolumeCheck;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.MemoryDevice;
import io.vdotools.format.VolumeState;
import io.vdotools.tool.repair.RepairOptions;
import io.vdotools.tool.repair.RepairPlan;
import io.vdotools.tool.repair.VolumeRepair;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/**
 * Plans the repair of a volume, and carries it out on a copy: a check of that copy says what the
 * plan said, nothing changes without a step that names it, and planning touches nothing.
 */
public final class RepairTarget {
  private static final CheckOptions OPTIONS = CheckOptions.standard();

  private RepairTarget() {}

  /** Runs on one input. */
  public static void fuzzerTestOneInput(byte[] input) {
    repair(VolumeEdits.of(input));
  }

  private static void repair(MemoryDevice device) {
    var untouched = device.copy();
    try {
      var plan = VolumeRepair.plan(device, RepairOptions.all(OPTIONS), CheckProgress.NONE);
      insist(device.hasSameContentAs(untouched), () -> "planning changed the volume");
      insist(
          !plan.steps().isEmpty() || plan.changes().isEmpty(),
          () -> plan.changes().size() + " blocks change without a step");
      insist(
          plan.isClean() || isLeftSaid(plan),
          () -> "not clean, and nothing is said to be left: " + plan);
      var again = VolumeCheck.run(applied(plan, device), OPTIONS);
      insist(
          again.isSound() == plan.after().isSound()
              && again.findings().codes().equals(plan.after().findings().codes()),
          () ->
              "the plan promised "
                  + plan.after().findings().all()
                  + ", and it became "
                  + again.findings().all());
    } catch (VdoException _) {
      // Refused with a reason.
    }
  }

  private static boolean isLeftSaid(RepairPlan plan) {
    return !plan.left().isEmpty()
        || plan.after().extent() != CheckResult.Extent.COMPLETE
        || plan.state() != VolumeState.CLEAN;
  }

  private static MemoryDevice applied(RepairPlan plan, MemoryDevice device) {
    var copy = device.copy();
    var block = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
    for (long changed : plan.changes().blocks()) {
      plan.overlay().read(changed, block);
      copy.write(changed, block);
    }
    return copy;
  }

  private static void insist(boolean isTrue, Supplier<String> otherwise) {
    if (!isTrue) {
      throw new IllegalStateException(otherwise.get());
    }
  }
}
