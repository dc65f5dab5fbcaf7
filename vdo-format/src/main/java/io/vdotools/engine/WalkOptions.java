package io.vdotools.engine;

import java.util.EnumSet;
import java.util.Set;

/**
 * What of a volume a {@link VolumeWalk} tells.
 *
 * @param parts which parts
 * @param firstLbn the first LBN of the block map that is told
 * @param endLbn the LBN behind the last; {@link Long#MAX_VALUE} for the logical size
 * @param firstPbn the first PBN of which is told what lies there
 * @param endPbn the PBN behind the last; {@link Long#MAX_VALUE} for the end of the volume
 * @param tellsAllCounts whether all counts are told, not only those that differ from what the block
 *     map implies
 * @param isBestReading whether what is damaged is told as such; if not, damage ends the walk before
 *     anything is told
 */
public record WalkOptions(
    Set<Part> parts,
    long firstLbn,
    long endLbn,
    long firstPbn,
    long endPbn,
    boolean tellsAllCounts,
    boolean isBestReading) {
  /** The parts of a volume. */
  public enum Part {
    /** The geometry block: where the index lies, and how large it is. */
    INDEX,
    /** The super block. */
    SUPER_BLOCK,
    /** The block map. */
    BLOCK_MAP,
    /** Slabs and reference counts. */
    SLABS,
    /** Recovery journal and slab journals, as they are stored. */
    JOURNAL,
    /** The slab summary, as it is stored. */
    SUMMARY
  }

  /** What makes a volume. */
  private static final Set<Part> ESSENTIAL =
      EnumSet.of(Part.INDEX, Part.SUPER_BLOCK, Part.BLOCK_MAP, Part.SLABS);

  /** All that a volume can be made of again. */
  public static final WalkOptions WHOLE =
      new WalkOptions(ESSENTIAL, 0, Long.MAX_VALUE, 0, Long.MAX_VALUE, false, false);

  /** Copies the set. */
  public WalkOptions {
    parts = Set.copyOf(parts);
  }

  /** {@return the same for other parts} */
  public WalkOptions withParts(Set<Part> newParts) {
    return new WalkOptions(
        newParts, firstLbn, endLbn, firstPbn, endPbn, tellsAllCounts, isBestReading);
  }

  /** {@return the same for some LBNs} */
  public WalkOptions withLbns(long first, long end) {
    return new WalkOptions(parts, first, end, firstPbn, endPbn, tellsAllCounts, isBestReading);
  }

  /** {@return the same for some PBNs} */
  public WalkOptions withPbns(long first, long end) {
    return new WalkOptions(parts, firstLbn, endLbn, first, end, tellsAllCounts, isBestReading);
  }

  /** {@return the same with all counts} */
  public WalkOptions withAllCounts(boolean all) {
    return new WalkOptions(parts, firstLbn, endLbn, firstPbn, endPbn, all, isBestReading);
  }

  /** {@return the same for volumes that may be damaged} */
  public WalkOptions withBestReading(boolean best) {
    return new WalkOptions(parts, firstLbn, endLbn, firstPbn, endPbn, tellsAllCounts, best);
  }

  /** {@return whether all LBNs are told} */
  public boolean hasAllLbns() {
    return firstLbn == 0 && endLbn == Long.MAX_VALUE;
  }

  /** {@return whether what lies at all PBNs is told} */
  public boolean hasAllPbns() {
    return firstPbn == 0 && endPbn == Long.MAX_VALUE;
  }

  /** {@return whether a volume can be made of what is told} */
  public boolean isWhole() {
    return parts.containsAll(ESSENTIAL) && hasAllLbns() && hasAllPbns();
  }
}
