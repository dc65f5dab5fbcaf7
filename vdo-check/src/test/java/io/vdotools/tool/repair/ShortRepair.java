package io.vdotools.tool.repair;

import io.vdotools.VdoException;
import io.vdotools.check.CheckOptions;
import io.vdotools.check.CheckProgress;
import io.vdotools.check.NamedDamages;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.MemoryDevice;
import io.vdotools.device.change.UndoLog;
import io.vdotools.device.change.UndoWriter;
import io.vdotools.engine.damage.NamedDamage;
import io.vdotools.engine.damage.NamedDamage.Condition;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * A small volume with one damage, and what mends it by writing a few blocks.
 *
 * @param name which damage
 * @param damaged the volume
 * @param plan the repair
 */
record ShortRepair(String name, MemoryDevice damaged, RepairPlan plan) {
  private static final int MOST_CHANGES = 40;
  private static final RepairOptions OPTIONS = RepairOptions.all(CheckOptions.standard());

  /** {@return one for each kind of structure that the catalogue of damages knows} */
  static List<ShortRepair> oneForEachStructure() throws VdoException {
    var structures = new HashSet<String>();
    var found = new ArrayList<ShortRepair>();
    for (var damage : damages()) {
      String structure = damage.name().split("\\.", 2)[0];
      if (!structures.contains(structure) && addTo(found, damage)) {
        structures.add(structure);
      }
    }
    return found;
  }

  /** {@return one for each damage of the catalogue whose repair is short} */
  static List<ShortRepair> all() throws VdoException {
    var found = new ArrayList<ShortRepair>();
    for (var damage : damages()) {
      addTo(found, damage);
    }
    return found;
  }

  private static List<NamedDamage> damages() {
    return NamedDamages.withAnExpectation()
        .filter(damage -> damage.condition() != Condition.INDEX)
        .toList();
  }

  private static boolean addTo(List<ShortRepair> found, NamedDamage damage) throws VdoException {
    var sound = NamedDamages.imageFor(damage);
    var device = sound.with(damage.recipe().at(NamedDamages.placeFor(damage), 1)).device();
    var plan = plan(device);
    boolean isShort =
        plan.isClean() && !plan.changes().isEmpty() && plan.changes().size() <= MOST_CHANGES;
    if (isShort) {
      found.add(new ShortRepair(damage.name(), device, plan));
    }
    return isShort;
  }

  /** {@return what a repair of a volume would do} */
  static RepairPlan plan(BlockDevice device) throws VdoException {
    return VolumeRepair.plan(device, OPTIONS, CheckProgress.NONE);
  }

  /** {@return a copy of the volume to which the repair was made} */
  MemoryDevice repaired() throws VdoException {
    var copy = damaged.copy();
    var block = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
    for (long changed : plan.changes().blocks()) {
      plan.overlay().read(changed, block).orThrow(plan.overlay());
      copy.write(changed, block);
    }
    return copy;
  }

  /** {@return what the repair writes, as its undo file keeps it} */
  UndoLog log() throws VdoException {
    var file = MemoryDevice.ofBlocks(UndoWriter.fileBlocks(plan.changes()));
    UndoWriter.write(plan.changes(), name, file);
    return UndoLog.open(file);
  }

  @Override
  public String toString() {
    return "repair of " + name;
  }
}
