package io.vdotools.engine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Counts references exactly, for some ranges of blocks.
 *
 * <pre>
 *   counter of a block: 31 ....... 16   15    14     13 ...... 0
 *                       references      page  whole  fragments referred to
 * </pre>
 *
 * <p>Threads share the counters.
 */
public final class ExactCounts implements AutoCloseable, LeafTally.References {
  /** What the counters of one range take, in bytes. */
  public static final int BYTES_PER_RANGE = ReferenceFingerprints.RANGE_BLOCKS * Integer.BYTES;

  /** References are counted up to this; more look the same. */
  public static final int MOST_REFERENCES = 0xffff;

  private static final int ONE_REFERENCE = 1 << 16;
  private static final int PAGE = 1 << 15;
  private static final int WHOLE = 1 << 14;
  private static final int FRAGMENTS = WHOLE - 1;
  private static final VarHandle COUNTER = ValueLayout.JAVA_INT.varHandle();

  private final Arena arena;
  private final int[] ranges;
  private final int[] placeOfRange;
  private final MemorySegment counters;

  /**
   * Makes counters at zero.
   *
   * @param allRanges how many ranges the volume has
   * @param ranges the ranges to count, ascending
   * @param arena owns the memory, and is closed with the counters
   */
  public ExactCounts(int allRanges, int[] ranges, Arena arena) {
    this.arena = arena;
    this.ranges = ranges.clone();
    this.placeOfRange = new int[allRanges];
    Arrays.fill(placeOfRange, -1);
    for (int i = 0; i < ranges.length; i++) {
      placeOfRange[ranges[i]] = i;
    }
    this.counters = arena.allocate((long) ranges.length * BYTES_PER_RANGE, Long.BYTES);
  }

  /** {@return the ranges counted, ascending} */
  public int[] ranges() {
    return ranges.clone();
  }

  /** {@return whether the range of a block is counted} */
  public boolean covers(long block) {
    return placeOfRange[rangeOf(block)] >= 0;
  }

  private static int rangeOf(long block) {
    return (int) (block >>> ReferenceFingerprints.RANGE_SHIFT);
  }

  private long offset(long block) {
    long place = placeOfRange[rangeOf(block)];
    return place < 0
        ? -1
        : place * BYTES_PER_RANGE
            + (block & (ReferenceFingerprints.RANGE_BLOCKS - 1)) * Integer.BYTES;
  }

  @Override
  public void reference(long block, int state, long lbn) {
    long at = offset(block);
    if (at >= 0) {
      // States count from 1 for a whole block; fragments take the bits from 0 on.
      update(at, ONE_REFERENCE, state == 1 ? WHOLE : 1 << (state - 2));
    }
  }

  /** Notes that a block is a page of the block map. */
  public void page(long block) {
    long at = offset(block);
    if (at >= 0) {
      update(at, 0, PAGE);
    }
  }

  private void update(long at, int add, int flags) {
    int before;
    int after;
    do {
      before = (int) COUNTER.getVolatile(counters, at);
      boolean isFull = before >>> 16 == MOST_REFERENCES;
      after = (isFull ? before : before + add) | flags;
    } while (!COUNTER.weakCompareAndSet(counters, at, before, after));
  }

  /**
   * What was counted for a block.
   *
   * @param references the leaf entries that refer to it
   * @param isPage whether it is a page of the block map
   * @param asWhole whether an entry refers to it as a whole
   * @param fragments the fragments that entries refer to, a bit for each
   */
  public record Count(int references, boolean isPage, boolean asWhole, int fragments) {
    /** Nothing at all. */
    public static final Count NOTHING = new Count(0, false, false, 0);
  }

  /** {@return what was counted for a block of a range that is counted} */
  public Count count(long block) {
    int counter = counters.get(ValueLayout.JAVA_INT, offset(block));
    return counter == 0
        ? Count.NOTHING
        : new Count(
            counter >>> 16, (counter & PAGE) != 0, (counter & WHOLE) != 0, counter & FRAGMENTS);
  }

  @Override
  public void close() {
    arena.close();
  }
}
