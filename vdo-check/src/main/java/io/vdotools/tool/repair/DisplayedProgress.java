package io.vdotools.tool.repair;

import io.vdotools.check.CheckProgress;
import io.vdotools.cli.ProgressDisplay;

/**
 * Shows how far the checks of a repair have come.
 *
 * @param display where
 */
record DisplayedProgress(ProgressDisplay display) implements CheckProgress {
  @Override
  public void phase(String name, long total) {
    display.begin(name, total);
  }

  @Override
  public void advance(long steps) {
    display.advance(steps);
  }
}
