package io.vdotools.engine.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.check.CheckOptions;
import io.vdotools.check.CheckResult;
import io.vdotools.check.VolumeCheck;
import io.vdotools.engine.Volume;
import io.vdotools.format.VolumeState;
import io.vdotools.problem.Severity;
import io.vdotools.testing.RecoveredState;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The recovery that writes, run by the engine, against the replay in memory that the checker judges
 * by: two programs that share the reading of the journals and nothing else.
 */
class EngineCrashReplayTest {
  private static void compare(long from, long to, int leastReplayed) throws VdoException {
    int replayed = 0;
    for (long seed = from; seed < to; seed++) {
      var crashed = CrashImages.ofSeed(seed);
      if (!OfflineRecovery.isNeeded(Volume.open(crashed))) {
        continue;
      }
      var expected = RecoveredState.of(crashed);
      OfflineRecovery.run(crashed);

      assertThat(expected.faults()).as("seed %d", seed).isEmpty();
      assertThat(RecoveredState.of(crashed).differencesFrom(expected))
          .as("seed %d", seed)
          .isEmpty();
      assertThat(Volume.open(crashed).superBlock().vdo().state())
          .as("seed %d", seed)
          .isEqualTo(VolumeState.CLEAN);
      var check = VolumeCheck.run(crashed, CheckOptions.standard().withExact(true));
      assertThat(check.extent()).as("seed %d", seed).isEqualTo(CheckResult.Extent.COMPLETE);
      assertThat(check.findings().all())
          .as("seed %d", seed)
          .filteredOn(finding -> finding.severity() != Severity.INFO)
          .isEmpty();
      replayed++;
    }
    assertThat(replayed).isGreaterThanOrEqualTo(leastReplayed);
  }

  @Test
  void everyMappingAndEveryCountIsThatOfTheReplayInMemory() throws VdoException {
    compare(0, 130, 100);
  }

  @Test
  @Tag("long")
  void itIsThatOfTheReplayInMemoryForThousandsOfCrashes() throws VdoException {
    compare(1_000, 4_000, 2_400);
  }
}
