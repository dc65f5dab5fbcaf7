package io.vdotools.tool.format;

import io.vdotools.cli.ProgressDisplay;
import io.vdotools.engine.format.FormatProgress;

/**
 * Shows how far a format has come.
 *
 * @param display where
 */
record DisplayedProgress(ProgressDisplay display) implements FormatProgress {
  @Override
  public void phase(String name, long total) {
    display.begin(name, total);
  }

  @Override
  public void advance(long steps) {
    display.advance(steps);
  }
}
