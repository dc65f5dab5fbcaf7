package io.vdotools.cli;

import io.vdotools.engine.VolumeWalk;

/**
 * Shows how far a walk over a volume has come.
 *
 * @param display where
 */
public record WalkProgress(ProgressDisplay display) implements VolumeWalk.Progress {
  @Override
  public void phase(String name, long steps) {
    display.begin(name, steps);
  }

  @Override
  public void advance(long steps) {
    display.advance(steps);
  }
}
