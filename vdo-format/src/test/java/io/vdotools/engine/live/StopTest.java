package io.vdotools.engine.live;

import static io.vdotools.engine.live.LiveVolumes.open;
import static io.vdotools.engine.live.LiveVolumes.stateOf;
import static io.vdotools.engine.live.LiveVolumes.tiny;
import static io.vdotools.engine.live.LiveVolumes.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.device.Fault;
import io.vdotools.device.FaultyDevice;
import io.vdotools.engine.EngineException;
import io.vdotools.format.VolumeState;
import org.junit.jupiter.api.Test;

/** A volume that is closed at once, whatever is still under way. */
class StopTest {
  private static final int SEEDS = 100;

  private static long writesToOpen() throws VdoException {
    var device = FaultyDevice.over(tiny(2));
    try (var volume = open(device)) {
      assertThat(volume.isReadOnly()).isFalse();
      return device.writeCount();
    }
  }

  @Test
  void theReadOnlyModeIsRecordedHoweverSoonTheVolumeIsClosed() throws VdoException {
    long opening = writesToOpen();
    for (long seed = 0; seed < SEEDS; seed++) {
      var disk = tiny(2);
      var device = FaultyDevice.over(disk, new Fault.FailedWrite(opening + 1 + seed % 12));
      try (var volume = open(device, seed)) {
        for (int lbn = 0; lbn < 5; lbn++) {
          write(volume, lbn, BlockValues.random(lbn));
        }
      } catch (EngineException e) {
        assertThat(e.kind()).isEqualTo(EngineException.Kind.READ_ONLY);
      }
      assertThat(stateOf(disk)).as("seed %s", seed).isEqualTo(VolumeState.READ_ONLY_MODE);
    }
  }

  @Test
  void aFlushThatWasTakenIsAnsweredBeforeTheVolumeIsClosed() throws VdoException {
    for (long seed = 0; seed < SEEDS; seed++) {
      var volume = open(tiny(2), seed);
      var flush = volume.flush();
      volume.close();
      assertThat(flush).as("seed %s", seed).isCompleted();
    }
  }
}
