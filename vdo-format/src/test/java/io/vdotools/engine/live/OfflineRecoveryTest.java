package io.vdotools.engine.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vdotools.VdoException;
import io.vdotools.check.CheckOptions;
import io.vdotools.check.VolumeCheck;
import io.vdotools.device.MemoryDevice;
import io.vdotools.engine.EngineException;
import io.vdotools.engine.Volume;
import io.vdotools.format.VolumeState;
import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.RecoveredState;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A recovery without the driver ends where the driver's own has ended. */
class OfflineRecoveryTest {
  static Stream<GoldenVolume> crashed() {
    return GoldenVolume.all().filter(volume -> volume.facts().has("recoveredAs"));
  }

  private static MemoryDevice recover(MemoryDevice device) throws VdoException {
    OfflineRecovery.run(device);
    return device;
  }

  @ParameterizedTest
  @MethodSource("crashed")
  void everyMappingAndEveryCountIsThatOfTheDriversRecovery(GoldenVolume volume)
      throws VdoException {
    var driver = GoldenVolume.load(volume.facts().get("recoveredAs").asString());

    var ours = recover(volume.copy());

    assertThat(RecoveredState.of(ours).differencesFrom(RecoveredState.of(driver.copy()))).isEmpty();
    var mine = Volume.open(ours).checkStrictly().superBlock();
    assertThat(mine.vdo().state()).isEqualTo(VolumeState.CLEAN);
    assertThat(mine.vdo().completeRecoveries())
        .isEqualTo(driver.superBlock().vdo().completeRecoveries());
    assertThat(mine.vdo().readOnlyRecoveries())
        .isEqualTo(driver.superBlock().vdo().readOnlyRecoveries());
    assertThat(mine.recoveryJournal().logicalBlocksUsed())
        .isEqualTo(driver.superBlock().recoveryJournal().logicalBlocksUsed());
    assertThat(mine.recoveryJournal().blockMapDataBlocks())
        .isEqualTo(driver.superBlock().recoveryJournal().blockMapDataBlocks());
  }

  @ParameterizedTest
  @MethodSource("crashed")
  void theCheckerFindsNothingToSay(GoldenVolume volume) throws VdoException {
    var ours = recover(volume.copy());

    assertThat(VolumeCheck.run(ours, CheckOptions.standard().withExact(true)).findings().all())
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("crashed")
  void theSameVolumeBecomesTheSameBytes(GoldenVolume volume) throws VdoException {
    assertThat(recover(volume.copy()).hasSameContentAs(recover(volume.copy()))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"small", "new"})
  void onlyVolumesThatWereNotStoppedNeedIt(String name) throws VdoException {
    var volume = GoldenVolume.load(name);

    assertThat(OfflineRecovery.isNeeded(Volume.open(volume.copy()))).isFalse();
    assertThat(OfflineRecovery.isNeeded(Volume.open(GoldenVolume.load("churn").copy()))).isTrue();
  }

  @Test
  void readOnlyModeIsNotLeftThisWay() {
    var device = GoldenVolume.load("readonly").copy();

    assertThatThrownBy(() -> OfflineRecovery.run(device))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("READ_ONLY_MODE");
    assertThat(device.hasSameContentAs(GoldenVolume.load("readonly").copy())).isTrue();
  }
}
