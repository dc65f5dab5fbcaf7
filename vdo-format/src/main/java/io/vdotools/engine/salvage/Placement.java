package io.vdotools.engine.salvage;

import io.vdotools.format.blockmap.LbnSet;
import io.vdotools.format.blockmap.TreePlace;
import java.util.List;

/**
 * A page of the block map and the slot that is to name it.
 *
 * @param pbn where the page lies
 * @param slot the slot: its height is that of the page that holds it, one above the page's own
 * @param parentPbn where the page lies that holds the slot
 * @param lbns the logical blocks below the page
 * @param confidence how far all the evidence goes
 * @param evidence the reasons, the best first; never empty
 */
public record Placement(
    long pbn,
    TreePlace slot,
    long parentPbn,
    LbnSet lbns,
    Confidence confidence,
    List<Evidence> evidence) {
  /** Copies the list. */
  public Placement {
    evidence = List.copyOf(evidence);
  }
}
