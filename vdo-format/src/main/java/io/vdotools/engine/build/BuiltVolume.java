package io.vdotools.engine.build;

import java.util.List;

/**
 * What was built.
 *
 * @param layout where everything lies
 * @param logicalBlocksUsed LBNs that are mapped, to zeros or to data
 * @param blockMapPages pages of the block map outside of the roots
 * @param placedPages how many of them a place was chosen for
 * @param usedSlabs slabs that are in use
 * @param lostLbns LBNs that the content calls lost, as far as they are known one by one
 * @param lostPages pages that the content calls lost
 * @param doubts what the content says to cast a doubt on the volume, in words
 */
public record BuiltVolume(
    TargetLayout layout,
    long logicalBlocksUsed,
    long blockMapPages,
    long placedPages,
    int usedSlabs,
    long lostLbns,
    long lostPages,
    List<String> doubts) {
  /** Copies the list. */
  public BuiltVolume {
    doubts = List.copyOf(doubts);
  }
}
