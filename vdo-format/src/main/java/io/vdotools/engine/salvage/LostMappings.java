package io.vdotools.engine.salvage;

import io.vdotools.format.blockmap.LbnSet;
import io.vdotools.format.blockmap.TreePlace;
import java.util.List;

/**
 * Logical blocks whose mappings went with a page, or may have: nothing tells what they were.
 *
 * @param pbn where the page lay that held the mappings, or the slot above them; -1 if not known
 * @param place which page; the slot is 0
 * @param certainty whether there were mappings at all
 * @param lbns the logical blocks, as sets without a block in common, ascending
 * @param reason what happened, in words
 */
public record LostMappings(
    long pbn, TreePlace place, Certainty certainty, List<LbnSet> lbns, String reason) {
  /** The PBN of a page of which not even that is known. */
  public static final long UNKNOWN_PBN = -1;

  /** Whether there is something to be missed. */
  public enum Certainty {
    /** There were mappings among these. */
    LOST,
    /** The blocks may as well never have been written. */
    POSSIBLY_LOST,
    /** They are mapped, and perhaps to data of other logical blocks. */
    DOUBTFUL
  }

  /** Copies the list. */
  public LostMappings {
    lbns = List.copyOf(lbns);
  }
}
