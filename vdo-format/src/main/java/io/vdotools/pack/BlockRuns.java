package io.vdotools.pack;

import java.util.Arrays;

/**
 * Blocks of the packed device in ascending order, as runs.
 *
 * <p>Encoded, the first block stands in the header of the frame; then come, as numbers of variable
 * length, the length of a run less 1, and the gap to the next less 1, in turn.
 */
final class BlockRuns {
  /** The most runs that a list in a pack may have. */
  static final int MOST_RUNS = 4096;

  /** The most blocks that a list in a pack may have. */
  static final long MOST_BLOCKS = 1L << 31;

  private final long[] first;
  private final long[] length;
  private final long[] before;

  private BlockRuns(long[] first, long[] length) {
    this.first = first;
    this.length = length;
    before = new long[first.length + 1];
    for (int i = 0; i < first.length; i++) {
      before[i + 1] = before[i] + length[i];
    }
  }

  /** {@return the runs of some blocks, which are in ascending order} */
  static BlockRuns of(long[] blocks, int count) {
    var first = new long[count];
    var length = new long[count];
    int runs = 0;
    for (int i = 0; i < count; i++) {
      if (runs > 0 && blocks[i] == first[runs - 1] + length[runs - 1]) {
        length[runs - 1]++;
      } else {
        first[runs] = blocks[i];
        length[runs++] = 1;
      }
    }
    return new BlockRuns(Arrays.copyOf(first, runs), Arrays.copyOf(length, runs));
  }

  /** {@return the runs from {@code from} to {@code to - 1} of a list} */
  static BlockRuns of(RunList list, int from, int to) {
    return new BlockRuns(
        Arrays.copyOfRange(list.first(), from, to), Arrays.copyOfRange(list.length(), from, to));
  }

  long blocks() {
    return before[first.length];
  }

  int runs() {
    return first.length;
  }

  long first() {
    return first[0];
  }

  long last() {
    return first[first.length - 1] + length[first.length - 1] - 1;
  }

  long runStart(int run) {
    return first[run];
  }

  long runLength(int run) {
    return length[run];
  }

  /** {@return the place of a block among these, -1 if it is not one of them} */
  long indexOf(long block) {
    int at = Arrays.binarySearch(first, block);
    int run = at >= 0 ? at : -at - 2;
    return run >= 0 && block < first[run] + length[run] ? before[run] + block - first[run] : -1;
  }

  /** {@return all blocks one by one; only of lists that are known to be short} */
  long[] toArray() {
    var blocks = new long[Math.toIntExact(blocks())];
    int at = 0;
    for (int run = 0; run < first.length; run++) {
      for (long i = 0; i < length[run]; i++) {
        blocks[at++] = first[run] + i;
      }
    }
    return blocks;
  }

  void encode(Column into) {
    for (int run = 0; run < first.length; run++) {
      if (run > 0) {
        into.addVarint(first[run] - first[run - 1] - length[run - 1] - 1);
      }
      into.addVarint(length[run] - 1);
    }
  }

  /**
   * {@return the runs that bytes describe}
   *
   * @param firstBlock the first block
   * @param blocks how many there have to be
   * @param limit all blocks lie before this one
   */
  static BlockRuns decode(ColumnReader from, long firstBlock, long blocks, long limit)
      throws FormatFault {
    var first = new long[16];
    var length = new long[16];
    int runs = 0;
    long next = firstBlock;
    long found = 0;
    while (from.remaining() > 0) {
      if (runs == MOST_RUNS) {
        throw new FormatFault("a list has more than " + MOST_RUNS + " runs");
      }
      if (runs == first.length) {
        first = Arrays.copyOf(first, 2 * runs);
        length = Arrays.copyOf(length, 2 * runs);
      }
      if (runs > 0) {
        next += 1 + from.nextVarint(0, limit, "a gap");
      }
      long count = 1 + from.nextVarint(0, MOST_BLOCKS, "the length of a run");
      if (next >= limit || count > limit - next) {
        throw new FormatFault("block " + (next + count - 1) + " lies beyond the end of the device");
      }
      first[runs] = next;
      length[runs++] = count;
      next += count;
      found += count;
    }
    if (found != blocks) {
      throw new FormatFault(found + " blocks are listed, not " + blocks);
    }
    return new BlockRuns(Arrays.copyOf(first, runs), Arrays.copyOf(length, runs));
  }
}
