package io.vdotools.engine.live;

import io.vdotools.VdoException;
import io.vdotools.device.MemoryDevice;

/** Volumes that the engine was writing to when power went. */
public final class CrashImages {
  private CrashImages() {}

  /**
   * {@return a small volume after one to three crashes, the last of which nothing has recovered}
   *
   * @param seed decides its form, what was done with it, and what the crash has left
   */
  public static MemoryDevice ofSeed(long seed) throws VdoException {
    return new CrashRun(seed).crashed();
  }
}
