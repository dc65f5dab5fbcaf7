package io.vdotools.tool.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vdotools.VdoException;
import io.vdotools.check.CheckOptions;
import io.vdotools.check.CheckProgress;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.MemoryDevice;
import io.vdotools.device.OverlayDevice;
import io.vdotools.engine.NotAVolumeException;
import io.vdotools.engine.Volume;
import io.vdotools.format.VolumeState;
import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.RecoveredState;
import io.vdotools.testing.VolumeImages;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Volumes that the real driver left are brought to rest without a loss. */
class RepairedGoldenVolumesTest {
  static List<String> names() {
    return GoldenVolume.names();
  }

  private static RepairPlan plan(BlockDevice device) throws VdoException {
    return VolumeRepair.plan(
        device, RepairOptions.all(CheckOptions.standard()), CheckProgress.NONE);
  }

  @ParameterizedTest
  @MethodSource("names")
  void eachIsInOrderAfterwardsAndHoldsWhatItHeld(String name) throws VdoException {
    var device = GoldenVolume.load(name).copy();

    var plan = plan(device);

    assertThat(plan.left()).as(() -> plan.steps().toString()).isEmpty();
    assertThat(plan.isClean()).isTrue();
    assertThat(plan.lostBlocks()).as(() -> plan.steps().toString()).isZero();
    assertThat(plan(plan.overlay()).steps()).isEmpty();
    if (!name.equals("new")) {
      assertThat(Content.of(device).changedIn(Content.of(plan.overlay()), List.of())).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void whereTheDriverRecoversTheRepairEndsWhereTheDriverDoes(String name) throws VdoException {
    var golden = GoldenVolume.load(name);
    if (!golden.facts().has("recoveredAs")) {
      return;
    }
    var driver = GoldenVolume.load(golden.facts().get("recoveredAs").asString());

    var plan = plan(golden.copy());

    assertThat(RecoveredState.of(plan.overlay()).differencesFrom(RecoveredState.of(driver.copy())))
        .isEmpty();
  }

  @Test
  void aReadOnlyVolumeIsCountedAsRebuilt() throws VdoException {
    var device = GoldenVolume.load("readonly").copy();
    var before = Volume.open(device).superBlock();

    var after = plan(device).volume().superBlock();

    assertThat(after.vdo().state()).isEqualTo(VolumeState.CLEAN);
    assertThat(after.vdo().completeRecoveries()).isEqualTo(before.vdo().completeRecoveries() + 1);
    assertThat(after.vdo().readOnlyRecoveries()).isEqualTo(before.vdo().readOnlyRecoveries() + 1);
    assertThat(after.recoveryJournal().journalStart())
        .isGreaterThan(before.recoveryJournal().journalStart());
  }

  /** An image of a disk whose first partition it is. */
  @Test
  void aVolumeThatBeginsLaterOnTheDeviceIsFoundAndLeftAlone() throws VdoException {
    var disk = displaced(VolumeImages.clean().device(), 256);

    assertThatThrownBy(() -> plan(disk))
        .isInstanceOf(NotAVolumeException.class)
        .hasMessageContaining("begins at byte 1048576 of it")
        .hasMessageContaining("losetup --find --show --offset 1048576");
  }

  @Test
  void aVolumeInAVolumeIsNotTakenForIt() throws VdoException {
    var outer = GoldenVolume.load("small").copy();
    long free = GoldenVolume.load("small").slabs().slabStart(0) + 900;
    outer.put(free, VolumeImages.clean().device().block(0));
    outer.put(free + 1, VolumeImages.clean().device().block(1));
    outer.put(0, new byte[BlockDevice.BLOCK_SIZE]);

    var plan = plan(outer);

    assertThat(plan.isClean()).isTrue();
    assertThat(plan.volume().superBlockPbn())
        .isEqualTo(GoldenVolume.load("small").geometry().data().startBlock());
  }

  /** What lay behind the end is damage like any other, once there is room for it. */
  @Test
  void aVolumeWhoseEndWasCutOffIsRepairedOnADeviceThatIsLongEnough() throws VdoException {
    var sound = VolumeImages.clean();
    long blocks = sound.device().blockCount();
    var padded = sound.device().copy();
    for (long block = blocks - 20; block < blocks; block++) {
      padded.put(block, new byte[BlockDevice.BLOCK_SIZE]);
    }

    var plan = plan(padded);

    assertThat(plan.isClean()).as(() -> plan.left() + " " + plan.steps()).isTrue();
    var lost = plan.steps().stream().flatMap(step -> step.lost().stream()).toList();
    assertThat(Content.of(sound.device()).changedIn(Content.of(plan.overlay()), lost)).isEmpty();
  }

  private static MemoryDevice displaced(MemoryDevice volume, long by) throws VdoException {
    var disk = MemoryDevice.ofBlocks(volume.blockCount() + by);
    for (long block = 0; block < volume.blockCount(); block++) {
      disk.write(block + by, MemorySegment.ofArray(volume.block(block)));
    }
    return disk;
  }

  @ParameterizedTest
  @ValueSource(strings = {"small", "churn"})
  void withoutGeometryAndSuperBlockItIsFoundByItsStructures(String name) throws VdoException {
    assertMadeAgain(name, true);
  }

  @ParameterizedTest
  @ValueSource(strings = {"small", "readonly", "dirty-young", "v1-dirty"})
  void withoutSuperBlockItIsMeasuredByItsStructures(String name) throws VdoException {
    assertMadeAgain(name, false);
  }

  private static void assertMadeAgain(String name, boolean isGeometryLost) throws VdoException {
    var golden = GoldenVolume.load(name);
    var overlay = OverlayDevice.over(golden.copy());
    var zeros = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
    if (isGeometryLost) {
      overlay.write(0, zeros);
    }
    overlay.write(golden.geometry().data().startBlock(), zeros);

    var plan = plan(overlay);

    assertThat(plan.isClean()).as(() -> plan.left() + " " + plan.steps()).isTrue();
    assertThat(plan.volume().superBlockPbn()).isEqualTo(golden.geometry().data().startBlock());
    assertThat(plan.volume().nonce()).isEqualTo(golden.superBlock().vdo().nonce());
    assertThat(plan.volume().slabs()).contains(golden.slabs());
    var config = golden.superBlock().vdo().config();
    assertThat(plan.volume().superBlock().vdo().config().physicalBlocks())
        .isEqualTo(config.physicalBlocks());
    var lost = plan.steps().stream().flatMap(step -> step.lost().stream()).toList();
    var after = Content.of(plan.overlay());
    var changed = Content.of(golden.copy()).changedIn(after, lost);
    assertThat(changed).as(() -> plan.steps().toString()).isEmpty();
    assertThat(plan.lostBlocks()).as(() -> plan.steps().toString()).isZero();
  }
}
