package io.vdotools.check;

import io.vdotools.engine.Volume;
import io.vdotools.problem.Findings;

/**
 * What a check found.
 *
 * @param volume the volume as it was opened
 * @param judgement as what it was judged
 * @param extent how far the check came
 * @param findings the problems
 * @param tally what was counted
 */
public record CheckResult(
    Volume volume, Judgement judgement, Extent extent, Findings findings, Tally tally) {
  /** How far a check came. */
  public enum Extent {
    /** Everything that the level asks for was looked at. */
    COMPLETE,
    /** The layout is too damaged to find the other structures. */
    LAYOUT_ONLY,
    /**
     * What there is cannot be checked: the device ends before the volume, or two volumes are mixed.
     */
    IMPOSSIBLE
  }

  /** {@return whether nothing is wrong with the volume} */
  public boolean isSound() {
    return extent == Extent.COMPLETE && !findings.hasDefects();
  }
}
