package io.vdotools.engine;

import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.depot.ReferenceBlock;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.function.LongConsumer;

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
public final class ExactCounts implements AutoCloseable {
  /** What the counters of one range take, in bytes. */
  public static final int BYTES_PER_RANGE = ReferenceFingerprints.RANGE_BLOCKS * Integer.BYTES;

  /** References are counted up to this; more look the same. */
  public static final int MOST_REFERENCES = 0xffff;

  private static final int ONE_REFERENCE = 1 << 16;
  private static final int PAGE = 1 << 15;
  private static final int WHOLE = 1 << 14;
  private static final int FRAGMENTS = WHOLE - 1;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final VarHandle COUNTER = INT.varHandle();

  private final CounterMemory memory;
  private final int[] ranges;
  private final int[] placeOfRange;
  private final MemorySegment counters;

  /**
   * Makes counters at zero.
   *
   * @param allRanges how many ranges the volume has
   * @param ranges the ranges to count, ascending
   * @param memory where the counters lie, until they are closed
   */
  public ExactCounts(int allRanges, int[] ranges, CounterMemory memory) {
    this.memory = memory;
    this.ranges = ranges.clone();
    this.placeOfRange = new int[allRanges];
    Arrays.fill(placeOfRange, -1);
    for (int i = 0; i < ranges.length; i++) {
      placeOfRange[ranges[i]] = i;
    }
    this.counters = memory.take((long) ranges.length * BYTES_PER_RANGE);
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

  /** What is in hand while the references of a page are counted; belongs to one thread. */
  static final class Batch {
    private final long[] places = new long[BlockMapPage.ENTRIES];
    private final int[] counters = new int[BlockMapPage.ENTRIES];
  }

  /**
   * Counts the references of the page that a tally counted last.
   *
   * <p>The counters lie far apart. All are read before one is changed: a processor waits for many
   * of them at the same time then, but for each change of what threads share alone.
   */
  void add(LeafTally page, Batch batch) {
    var blocks = page.blocks();
    var places = batch.places;
    var before = batch.counters;
    int size = page.size();
    for (int i = 0; i < size; i++) {
      places[i] = offset(blocks[i]);
      before[i] = places[i] < 0 ? 0 : counters.get(INT, places[i]);
    }
    for (int i = 0; i < size; i++) {
      if (places[i] >= 0) {
        // States count from 1 for a whole block; fragments take the bits from 0 on.
        int state = page.state(i);
        update(places[i], before[i], ONE_REFERENCE, state == 1 ? WHOLE : 1 << (state - 2));
      }
    }
  }

  /** Notes that a block is a page of the block map. */
  public void page(long block) {
    long at = offset(block);
    if (at >= 0) {
      update(at, counters.get(INT, at), 0, PAGE);
    }
  }

  private void update(long at, int assumed, int add, int flags) {
    int before = assumed;
    while (!COUNTER.weakCompareAndSet(counters, at, before, changed(before, add, flags))) {
      before = (int) COUNTER.getVolatile(counters, at);
    }
  }

  private static int changed(int before, int add, int flags) {
    boolean isFull = before >>> 16 == MOST_REFERENCES;
    return (isFull ? before : before + add) | flags;
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

  /**
   * {@return whether a block of a range that is counted is one of these: a page without references,
   * a block with at most 254 references to it as a whole or to its fragments, one without any}
   */
  public boolean isOrdinary(long block) {
    return isOrdinary(counters.get(INT, offset(block)));
  }

  private static boolean isOrdinary(int counter) {
    return (counter & PAGE) != 0
        ? counter >>> 16 == 0
        : counter >>> 16 <= ReferenceBlock.MAXIMUM
            && ((counter & WHOLE) == 0 || (counter & FRAGMENTS) == 0);
  }

  /**
   * Visits the blocks counted that are not {@linkplain #isOrdinary ordinary}, ascending.
   *
   * @param orCompressed whether to visit those, too, to whose fragments anything refers
   * @param task takes their numbers
   */
  public void forEachUnusual(boolean orCompressed, LongConsumer task) {
    int also = orCompressed ? FRAGMENTS : 0;
    var some = new int[ReferenceFingerprints.RANGE_BLOCKS];
    for (int i = 0; i < ranges.length; i++) {
      MemorySegment.copy(counters, INT, (long) i * BYTES_PER_RANGE, some, 0, some.length);
      for (int at = nextUnusual(some, 0, also); at < some.length; ) {
        task.accept(((long) ranges[i] << ReferenceFingerprints.RANGE_SHIFT) + at);
        at = nextUnusual(some, at + 1, also);
      }
    }
  }

  /**
   * A method of its own, which is compiled well after a few ranges; most counters are like these.
   */
  private static int nextUnusual(int[] counters, int from, int also) {
    int at = from;
    while (at < counters.length) {
      int counter = counters[at];
      if (counter != 0
          && counter != (ONE_REFERENCE | WHOLE)
          && (!isOrdinary(counter) || (counter & also) != 0)) {
        break;
      }
      at++;
    }
    return at;
  }

  /** {@return the reference count that a block of a range that is counted should have, 0 to 254} */
  public int expected(long block) {
    return expected(counters.get(INT, offset(block)));
  }

  private static int expected(int counter) {
    return (counter & PAGE) != 0
        ? ReferenceBlock.MAXIMUM
        : Math.min(counter >>> 16, ReferenceBlock.MAXIMUM);
  }

  /**
   * Tells the reference counts that some blocks should have.
   *
   * @param firstBlock the first, of a range that is counted, as all that follow are
   * @param into takes them
   * @param count how many
   */
  public void expected(long firstBlock, byte[] into, int count) {
    var some = new int[ReferenceFingerprints.RANGE_BLOCKS];
    int done = 0;
    while (done < count) {
      long block = firstBlock + done;
      int inRange = (int) block & (ReferenceFingerprints.RANGE_BLOCKS - 1);
      int length = Math.min(count - done, some.length - inRange);
      MemorySegment.copy(counters, INT, offset(block), some, 0, length);
      expected(some, length, into, done);
      done += length;
    }
  }

  private static void expected(int[] counters, int length, byte[] into, int at) {
    for (int i = 0; i < length; i++) {
      into[at + i] = (byte) expected(counters[i]);
    }
  }

  /** {@return the fragments of a block of a range that is counted that are referred to, as bits} */
  public int fragments(long block) {
    return counters.get(INT, offset(block)) & FRAGMENTS;
  }

  /** {@return what was counted for a block of a range that is counted} */
  public Count count(long block) {
    int counter = counters.get(INT, offset(block));
    return counter == 0
        ? Count.NOTHING
        : new Count(
            counter >>> 16, (counter & PAGE) != 0, (counter & WHOLE) != 0, counter & FRAGMENTS);
  }

  @Override
  public void close() {
    memory.giveBack();
  }
}
