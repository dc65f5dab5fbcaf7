package io.vdotools.tool.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.check.CheckOptions;
import io.vdotools.check.CheckProgress;
import io.vdotools.check.NamedDamages;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.MemoryDevice;
import io.vdotools.device.Overlay;
import io.vdotools.device.OverlayDevice;
import io.vdotools.engine.damage.NamedDamage;
import io.vdotools.engine.damage.NamedDamage.Condition;
import io.vdotools.testing.ChangeProducer;
import io.vdotools.testing.KilledChange;
import io.vdotools.testing.RecoveredState;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Power goes at every single write and flush of a repair, of taking it back, and of the undo file:
 * always it can be taken back or completed, byte for byte. A repair that was cut off and is begun
 * anew, by somebody who has lost the undo file, ends where the first one would have.
 */
class KilledRepairsTest {
  private static final int MOST_CHANGES = 40;

  /** States of the disk that the default run judges. */
  private static final int LEAST_STATES = 5_000;

  /** Repairs of the default run, of damages all over the catalogue. */
  private static final int REPAIRS = 8;

  private static final int RANDOM_MIXTURES = 3;

  private static final RepairOptions OPTIONS = RepairOptions.all(CheckOptions.standard());

  /**
   * The repair of a volume with one damage.
   *
   * @param name of the damage
   * @param device the damaged volume
   * @param plan what the repair writes
   */
  private record Repair(String name, MemoryDevice device, RepairPlan plan) {
    KilledChange killed() throws VdoException {
      return KilledChange.of(
          new ChangeProducer(
              "repair of " + name,
              device,
              overlay -> copy(plan.overlay(), overlay),
              plan.changes().commitBlock()));
    }

    boolean isSmall() {
      return !plan.changes().isEmpty() && plan.changes().size() <= MOST_CHANGES;
    }
  }

  private static MemoryDevice copyOf(BlockDevice device) throws VdoException {
    var copy = MemoryDevice.ofBlocks(device.blockCount());
    var block = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
    for (long i = 0; i < device.blockCount(); i++) {
      if (device.read(i, block).isEmpty()) {
        copy.write(i, block);
      }
    }
    return copy;
  }

  private static void copy(Overlay from, OverlayDevice to) throws VdoException {
    for (long changed : from.changedBlocks()) {
      copy(from, changed, to);
    }
  }

  private static void copy(BlockDevice from, long pbn, OverlayDevice to) throws VdoException {
    var block = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
    from.read(pbn, block).orThrow(from);
    to.write(pbn, block);
  }

  private static List<NamedDamage> damages() {
    return NamedDamages.withAnExpectation()
        .filter(damage -> damage.condition() != Condition.INDEX)
        .toList();
  }

  private static Repair repairOf(NamedDamage damage) throws VdoException {
    var sound = NamedDamages.imageFor(damage);
    var device = copyOf(sound.with(damage.recipe().at(NamedDamages.placeFor(damage), 1)).device());
    return new Repair(damage.name(), device, plan(device));
  }

  private static RepairPlan plan(BlockDevice device) throws VdoException {
    return VolumeRepair.plan(device, OPTIONS, CheckProgress.NONE);
  }

  /** One from each part of the catalogue. */
  private static List<Repair> someRepairs() throws VdoException {
    var damages = damages();
    var found = new ArrayList<Repair>();
    for (int part = 0; part < REPAIRS; part++) {
      int end = (part + 1) * damages.size() / REPAIRS;
      for (int i = part * damages.size() / REPAIRS; i < end; i++) {
        var repair = repairOf(damages.get(i));
        if (repair.isSmall()) {
          found.add(repair);
          break;
        }
      }
    }
    return found;
  }

  @Test
  void aRepairThatIsKilledAnywhereCanBeTakenBackAndCompleted() throws VdoException {
    long states = 0;
    var repairs = someRepairs();
    assertThat(repairs).hasSize(REPAIRS);
    for (var repair : repairs) {
      states += repair.killed().killEverywhere();
    }
    System.out.println(repairs.size() + " repairs, " + states + " states");
    assertThat(states).isGreaterThanOrEqualTo(LEAST_STATES);
  }

  @Tag("long")
  @Test
  void eachRepairOfTheCatalogueCanBeTakenBackAndCompleted() throws VdoException {
    long states = 0;
    int repairs = 0;
    for (var damage : damages()) {
      var repair = repairOf(damage);
      if (repair.isSmall()) {
        repairs++;
        states += repair.killed().killEverywhere();
        assertSameEnd(repair);
      }
    }
    System.out.println(repairs + " repairs, " + states + " states");
    assertThat(states).isGreaterThanOrEqualTo(100_000);
  }

  @Test
  void aRepairThatIsBegunAnewEndsWhereTheFirstOneWouldHave() throws VdoException {
    for (var repair : someRepairs()) {
      assertSameEnd(repair);
    }
  }

  /**
   * Some of the blocks are written: the first ones, as a killed process leaves them, or any, as
   * power that goes does. The super block is not among them.
   */
  private static void assertSameEnd(Repair repair) throws VdoException {
    var end = RecoveredState.of(repair.plan.overlay());
    var random = new Random(repair.name.hashCode());
    long commit = repair.plan.changes().commitBlock();
    long[] blocks = repair.plan.changes().blocks();
    for (int mixture = 0; mixture < blocks.length + RANDOM_MIXTURES; mixture++) {
      var half = OverlayDevice.over(repair.device);
      int first = mixture;
      for (int i = 0; i < blocks.length; i++) {
        boolean isWritten = first < blocks.length ? i < first : random.nextBoolean();
        if (isWritten && blocks[i] != commit) {
          copy(repair.plan.overlay(), blocks[i], half);
        }
      }

      var again = plan(half);

      String what = repair.name + ", mixture " + mixture;
      assertThat(again.isClean()).as(what).isEqualTo(repair.plan.isClean());
      assertThat(RecoveredState.of(again.overlay()).differencesFrom(end)).as(what).isEmpty();
    }
  }
}
