package io.vdotools.engine.salvage;

import io.vdotools.format.blockmap.TreePlace;
import java.util.List;

/**
 * A page that was damaged in its place and is usable again, with as many of its entries as could be
 * had.
 *
 * @param pbn where it lies
 * @param place which page it is; the slot is 0
 * @param fault what was wrong with it, in words
 * @param entries how many of its entries that are not empty were saved
 * @param confidence how far the evidence for the least certain of them goes
 * @param evidence where they come from; never empty
 */
public record RestoredPage(
    long pbn,
    TreePlace place,
    String fault,
    int entries,
    Confidence confidence,
    List<Evidence> evidence) {
  /** Copies the list. */
  public RestoredPage {
    evidence = List.copyOf(evidence);
  }
}
