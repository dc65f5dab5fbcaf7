package io.vdotools.bench;

import io.vdotools.format.blockmap.BlockMapEntry;

/**
 * Which data block each LBN maps to, and how many LBNs map to each data block.
 *
 * <p>The LBNs from 0 on are divided into cells of one {@link SharingPattern}; what is left behind
 * the last whole cell maps to one block for each LBN. Data blocks are numbered in the order in
 * which LBNs first need them, roughly; where they lie is the business of {@link Allocation}. So
 * that cells differ, each has its blocks rotated by a number of its own.
 */
final class Content {
  private final SharingPattern pattern;
  private final long lbns;
  private final long cells;
  private final long borrowDistance;
  private final long seed;

  /**
   * @param pattern what repeats
   * @param lbns the LBNs, from 0 on, that the shape covers; at least 1
   * @param seed makes volumes of the same shape differ
   */
  Content(SharingPattern pattern, long lbns, long seed) {
    this.pattern = pattern;
    this.lbns = lbns;
    this.cells = pattern.lbns() == 0 ? 0 : lbns / pattern.lbns();
    this.seed = seed;
    // About a third of the volume away: both ends are in the page cache of neither.
    this.borrowDistance = cells / 3;
  }

  /** {@return the number of data blocks} */
  long dataBlocks() {
    return cells * pattern.ownBlocks() + unsharedLbns();
  }

  /** {@return the LBNs that count as used: all but the unmapped ones} */
  long usedLbns() {
    return cells * pattern.usedLbns() + unsharedLbns();
  }

  private long unsharedLbns() {
    return lbns - cells * pattern.lbns();
  }

  /** Takes the mappings of consecutive LBNs. */
  @FunctionalInterface
  interface MappingTask {
    /**
     * Takes the mapping of an LBN that is mapped to a data block or the zero block.
     *
     * @param index how far the LBN is from the first one
     * @param data the number of the data block, -1 for the zero block
     * @param state the state of the mapping
     */
    void mapping(int index, long data, int state);
  }

  /**
   * Goes through the mappings of consecutive LBNs; those that are not mapped are left out.
   *
   * @param firstLbn the first LBN
   * @param count how many; LBNs that the shape does not cover are not mapped
   */
  void forEach(long firstLbn, int count, MappingTask task) {
    int within = (int) Math.min(count, Math.max(0, lbns - firstLbn));
    int done = 0;
    while (done < within) {
      long lbn = firstLbn + done;
      long cell = pattern.lbns() == 0 ? cells : lbn / pattern.lbns();
      if (cell >= cells) {
        long data = lbn - cells * pattern.lbns() + cells * pattern.ownBlocks();
        for (; done < within; done++) {
          task.mapping(done, data++, BlockMapEntry.ZERO.state());
        }
        return;
      }
      int from = (int) (lbn - cell * pattern.lbns());
      int length = Math.min(within - done, pattern.lbns() - from);
      forEachOfCell(cell, from, length, done, task);
      done += length;
    }
  }

  private void forEachOfCell(long cell, int from, int length, int firstIndex, MappingTask task) {
    int own = pattern.ownBlocks();
    int rotation = rotation(cell);
    long lender =
        cell + borrowDistance < cells ? cell + borrowDistance : cell + borrowDistance - cells;
    int lenderRotation = rotation(lender);
    for (int i = 0; i < length; i++) {
      int block = pattern.block(from + i);
      int state = pattern.state(from + i);
      if (block >= own) {
        task.mapping(firstIndex + i, lender * own + rotated(block - own, lenderRotation), state);
      } else if (block >= 0) {
        task.mapping(firstIndex + i, cell * own + rotated(block, rotation), state);
      } else if (block == SharingPattern.ZERO) {
        task.mapping(firstIndex + i, -1, state);
      }
    }
  }

  private int rotated(int block, int rotation) {
    int sum = block + rotation;
    return sum < pattern.ownBlocks() ? sum : sum - pattern.ownBlocks();
  }

  private int rotation(long cell) {
    return (int) Math.floorMod(Mixer.mix(seed, cell), (long) pattern.ownBlocks());
  }

  /**
   * {@return how many LBNs map to a data block}
   *
   * @param data its number; there are no references to one that does not exist
   */
  int references(long data) {
    int own = pattern.ownBlocks();
    long cell = own == 0 ? cells : data / own;
    if (cell >= cells) {
      return data < dataBlocks() ? 1 : 0;
    }
    int block = (int) (data - cell * own) - rotation(cell);
    block = block < 0 ? block + own : block;
    // Each lender has exactly one borrower, as the distance is the same for all cells.
    return pattern.count(block) + (block < pattern.lentBlocks() ? 1 : 0);
  }
}
