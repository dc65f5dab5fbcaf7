package io.vdotools.engine.salvage;

import io.vdotools.format.blockmap.TreePlace;
import java.util.List;

/**
 * A page that more than one slot named.
 *
 * @param pbn the page
 * @param kept the slot that names it from here on
 * @param others the slots that named it, too
 * @param confidence how far the evidence for the choice goes; if weak, what lies below the slots is
 *     among the doubtful mappings
 * @param evidence the reasons; never empty
 */
public record ContestedPage(
    long pbn,
    TreePlace kept,
    List<TreePlace> others,
    Confidence confidence,
    List<Evidence> evidence) {
  /** Copies the lists. */
  public ContestedPage {
    others = List.copyOf(others);
    evidence = List.copyOf(evidence);
  }
}
