package io.vdotools.engine.live;

import io.vdotools.VdoException;
import org.junit.jupiter.api.Test;

class CrashSimulationTest {
  private static void runSeeds(long from, long to) throws VdoException {
    for (long seed = from; seed < to; seed++) {
      runSeed(seed);
    }
  }

  private static void runSeed(long seed) throws VdoException {
    try {
      new CrashRun(seed).run();
    } catch (AssertionError | IllegalStateException e) {
      throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
    }
  }

  @Test
  void noCrashTakesBackWhatWasFlushed() throws VdoException {
    runSeeds(0, 200);
  }
}
