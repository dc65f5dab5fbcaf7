package io.vdotools.engine;

import io.vdotools.device.SystemRandom;
import io.vdotools.format.depot.SlabGeometry;
import java.util.SplittableRandom;

/**
 * Compares references with stored counts without holding either: one 64-bit sum for each 4096 PBNs.
 *
 * <p>Each place in a range has a secret random odd weight. Every reference to a block adds the
 * weight of its place, every stored count takes it away as often as it says. Where references and
 * counts agree the sum is 0. Where they do not it is 0 with a chance of about 2^-57 at most; never
 * if only one block of the range is wrong, since an odd weight times a small number is not 0 modulo
 * 2^64. Nobody can make an image that cheats, since the weights are drawn anew for each run.
 *
 * <p>Addition commutes: threads have tables of their own, which are added up at the end.
 */
public final class ReferenceFingerprints {
  /** The base-2 logarithm of the PBNs in a range. */
  public static final int RANGE_SHIFT = 12;

  /** The PBNs in a range. */
  public static final int RANGE_BLOCKS = 1 << RANGE_SHIFT;

  private static final int RANGE_MASK = RANGE_BLOCKS - 1;

  private final long[] weights;
  private final int ranges;

  private ReferenceFingerprints(long[] weights, int ranges) {
    this.weights = weights;
    this.ranges = ranges;
  }

  /** {@return fingerprints for the slabs of a volume, with fresh weights} */
  public static ReferenceFingerprints of(SlabGeometry slabs) {
    // Two streams, so that the secret has 128 bits. The system's generator makes only the seeds: it
    // would take as long for all the weights as the program takes to start.
    long[] secret = SystemRandom.longs(2);
    var first = new SplittableRandom(secret[0]);
    var second = new SplittableRandom(secret[1]);
    // A volume of less blocks than a range has no others.
    long[] weights = new long[(int) Math.min(RANGE_BLOCKS, slabs.totalBlocks())];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (first.nextLong() ^ second.nextLong()) | 1;
    }
    return new ReferenceFingerprints(
        weights, (int) Math.ceilDiv(slabs.totalBlocks(), RANGE_BLOCKS));
  }

  /** {@return the number of ranges} */
  public int ranges() {
    return ranges;
  }

  /** {@return an empty table for all ranges, for one thread} */
  public Table newTable() {
    return newTable(0, ranges);
  }

  /**
   * {@return an empty table for some of the ranges, for one thread; what is told of others is
   * ignored}
   *
   * @param firstRange the first of them
   * @param rangeCount how many, 8 bytes each
   */
  public Table newTable(int firstRange, int rangeCount) {
    return new Table(weights, firstRange, Math.min(rangeCount, ranges - firstRange));
  }

  /** The sums of one thread. Blocks are numbered from the first block of the first slab. */
  public static final class Table {
    private final long[] weights;
    private final int firstRange;
    private final long[] sums;

    private Table(long[] weights, int firstRange, int rangeCount) {
      this.weights = weights;
      this.firstRange = firstRange;
      this.sums = new long[rangeCount];
    }

    /**
     * Adds a reference to each of some blocks.
     *
     * @param blocks the blocks
     * @param count how many there are
     */
    public void addReferences(long[] blocks, int count) {
      long[] into = sums;
      long[] weighing = weights;
      int at = 0;
      while (at < count) {
        long range = blocks[at] >>> RANGE_SHIFT;
        // Most blocks that follow one another lie together. A sum in memory would have each of
        // them wait until the one before is stored.
        long sum = 0;
        do {
          sum += weighing[(int) blocks[at] & RANGE_MASK];
          at++;
        } while (at < count && blocks[at] >>> RANGE_SHIFT == range);
        int index = (int) range - firstRange;
        if (index >= 0 && index < into.length) {
          into[index] += sum;
        }
      }
    }

    /** Adds a number of references to a block. */
    public void addReferences(long block, long references) {
      int range = (int) (block >>> RANGE_SHIFT) - firstRange;
      if (range >= 0 && range < sums.length) {
        sums[range] += references * weights[(int) block & RANGE_MASK];
      }
    }

    /**
     * Takes away stored counts.
     *
     * @param firstBlock the block of the first count
     * @param counts the counts, as unsigned bytes
     * @param length how many of them
     */
    public void subtractCounts(long firstBlock, byte[] counts, int length) {
      int done = 0;
      while (done < length) {
        int place = (int) (firstBlock + done) & RANGE_MASK;
        int run = Math.min(length - done, RANGE_BLOCKS - place);
        int range = (int) ((firstBlock + done) >>> RANGE_SHIFT) - firstRange;
        if (range >= 0 && range < sums.length) {
          sums[range] -= weigh(counts, done, place, run);
        }
        done += run;
      }
    }

    private long weigh(byte[] counts, int from, int place, int length) {
      long sum = 0;
      for (int i = 0; i < length; i++) {
        sum += (counts[from + i] & 0xff) * weights[place + i];
      }
      return sum;
    }

    /** Adds the sums of another table of the same fingerprints. */
    public void add(Table other) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += other.sums[i];
      }
    }

    /** {@return the ranges in which references and counts differ, ascending} */
    public int[] differences() {
      int count = 0;
      for (long sum : sums) {
        count += sum == 0 ? 0 : 1;
      }
      int[] ranges = new int[count];
      int at = 0;
      for (int i = 0; i < sums.length; i++) {
        if (sums[i] != 0) {
          ranges[at++] = firstRange + i;
        }
      }
      return ranges;
    }
  }
}
