package io.vdotools.engine.live;

import io.vdotools.VdoException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Crashes in simulation. A seed that fails runs again, alone, with
 *
 * <pre>
 *   mvn -pl vdo-format -am test -Dtest=CrashSimulationTest -Dengine.seed=SEED
 * </pre>
 *
 * <p>The ten thousand are seeds 1000 to 10999; {@code -Dengine.from=SEED} goes on where a run was
 * stopped.
 */
class CrashSimulationTest {
  private static final String SEED = "engine.seed";

  private static void runSeeds(long from, long to) throws VdoException {
    if (System.getProperty(SEED) == null) {
      for (long seed = from; seed < to; seed++) {
        runSeed(seed);
      }
    }
  }

  private static void runSeed(long seed) throws VdoException {
    try {
      new CrashRun(seed).run();
    } catch (AssertionError | IllegalStateException | VdoException e) {
      throw new AssertionError("-D" + SEED + "=" + seed + ": " + e.getMessage(), e);
    }
  }

  @Test
  void noCrashTakesBackWhatWasFlushed() throws VdoException {
    runSeeds(0, 200);
  }

  @Test
  @Tag("long")
  void noneOfTenThousandCrashesTakesBackWhatWasFlushed() throws VdoException {
    runSeeds(Long.getLong("engine.from", 1_000), 11_000);
  }

  @Test
  @EnabledIfSystemProperty(named = SEED, matches = "-?\\d+")
  void theGivenSeedLosesNothing() throws VdoException {
    runSeed(Long.parseLong(System.getProperty(SEED)));
  }
}
