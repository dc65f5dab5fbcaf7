package io.vdotools.tool.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vdotools.VdoException;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.CrashOutcome;
import io.vdotools.device.DeviceException;
import io.vdotools.device.Fault;
import io.vdotools.device.FaultyDevice;
import io.vdotools.device.OverlayDevice;
import io.vdotools.device.change.WriteGate;
import io.vdotools.testing.ChangeProducer;
import io.vdotools.testing.KilledChange;
import io.vdotools.testing.RecoveredState;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Power goes at every single write and flush of a repair: it can be taken back and completed, byte
 * for byte; and where nobody does either, a new repair of what is there ends in the same state.
 */
class KilledRepairsTest {
  private static final int LEAST_STATES = 5_000;
  private static final int SOME = 7;
  private static final int LEAST_STATES_OF_ALL = 50_000;

  private static ChangeProducer producer(ShortRepair repair) {
    return new ChangeProducer(
        repair.toString(),
        repair.damaged(),
        overlay -> copy(repair.plan().overlay(), overlay),
        repair.plan().changes().commitBlock());
  }

  private static void copy(OverlayDevice from, OverlayDevice to) throws VdoException {
    var block = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
    for (long changed : from.changedBlocks()) {
      from.read(changed, block).orThrow(from);
      to.write(changed, block);
    }
  }

  private static long killAll(List<ShortRepair> repairs) throws VdoException {
    long states = 0;
    for (var repair : repairs) {
      states += KilledChange.of(producer(repair)).killEverywhere();
    }
    System.out.println(repairs.size() + " repairs, " + states + " states");
    return states;
  }

  @Test
  void aRepairThatIsKilledAnywhereCanBeTakenBackAndCompleted() throws VdoException {
    var repairs = ShortRepair.oneForEachStructure();
    assertThat(repairs).hasSizeGreaterThanOrEqualTo(SOME);
    assertThat(killAll(repairs.subList(0, SOME))).isGreaterThanOrEqualTo(LEAST_STATES);
  }

  @Tag("long")
  @Test
  void anyRepairOfTheCatalogueThatIsKilledCanBeTakenBackAndCompleted() throws VdoException {
    assertThat(killAll(ShortRepair.all())).isGreaterThanOrEqualTo(LEAST_STATES_OF_ALL);
  }

  /** Kills a repair at some of its writes, in some outcomes; {@return how many were repaired}. */
  private static int repairAgain(ShortRepair repair, int every) throws VdoException {
    var log = repair.log();
    var expected = RecoveredState.of(repair.repaired());
    var random = new SplittableRandom(repair.name().hashCode());
    int states = 0;
    int size = repair.plan().changes().size();
    for (int call = 1 + random.nextInt(Math.min(every, size)); call <= size; call += every) {
      var device =
          FaultyDevice.withVolatileCache(repair.damaged().copy(), new Fault.PowerCutAtWrite(call));
      assertThatThrownBy(() -> WriteGate.of(device, log, _ -> {}).goOn())
          .isInstanceOf(DeviceException.class);
      for (var outcome :
          List.of(
              CrashOutcome.ALL_KEPT,
              CrashOutcome.ofSeed(random.nextLong(), device.pendingSectors()))) {
        var again = ShortRepair.plan(device.crash(outcome));
        String story = repair + ", killed at write " + call;
        assertThat(again.isClean()).as(() -> story + ": " + again.left()).isTrue();
        assertThat(RecoveredState.of(again.overlay()).differencesFrom(expected))
            .as(() -> story + ": " + again.steps())
            .isEmpty();
        states++;
      }
    }
    return states;
  }

  private static int repairAllAgain(List<ShortRepair> repairs, int every) throws VdoException {
    int states = 0;
    for (var repair : repairs) {
      states += repairAgain(repair, every);
    }
    System.out.println(repairs.size() + " repairs, taken up again in " + states + " states");
    return states;
  }

  @Test
  void aRepairOfWhatAnInterruptedOneLeftEndsInTheSameState() throws VdoException {
    assertThat(repairAllAgain(ShortRepair.oneForEachStructure(), 20)).isGreaterThan(20);
  }

  @Tag("long")
  @Test
  void aRepairOfWhatAnyInterruptedOneLeftEndsInTheSameState() throws VdoException {
    assertThat(repairAllAgain(ShortRepair.all(), 1)).isGreaterThan(500);
  }
}
