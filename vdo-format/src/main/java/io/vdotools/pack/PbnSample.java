package io.vdotools.pack;

import io.vdotools.pack.PbnPredictor.Way;
import java.util.Arrays;
import java.util.List;

/** The PBNs of some pages of a frame, which tell how those of all are best told. */
final class PbnSample {
  private static final int GROUPS = 8;
  private static final int PAGES_PER_GROUP = 4;
  private static final int PAGES = GROUPS * PAGES_PER_GROUP;

  // So many show how new ones are told.
  private static final int MOST_TRIED = 8 * PageEntries.ENTRIES;

  // A symbol for each number is worth more than it takes if one of so many repeats.
  private static final int NUMBERS_PER_REPEATED = 3;

  // Those that take less time come first.
  private static final List<Way> WAYS = List.of(Way.NOWHERE, Way.FAR, Way.NEAR, Way.SLOWLY);

  // Where numbers are now closer to one place and now to another, neither side can foresee the next
  // step, and what repeats in them does not repeat in their places.
  private static final double WORTH_MANY_PLACES = 0.85;

  private final Numbers all = new Numbers();
  private final Numbers fresh = new Numbers();
  private final PbnMemory memory = new PbnMemory(PbnRecall.OLDEST);
  private final long[] page = new long[PageEntries.ENTRIES];
  private final Columns trial = new Columns(PbnPredictor.COLUMNS);

  /** Numbers of some pages, one page behind the other. */
  private static final class Numbers {
    private long[] pbns = new long[1 << 12];
    private int[] ends = new int[PAGES];
    private int pages;
    private int count;

    void clear() {
      pages = 0;
      count = 0;
    }

    void add(long pbn) {
      if (count == pbns.length) {
        pbns = Arrays.copyOf(pbns, 2 * count);
      }
      pbns[count++] = pbn;
    }

    void endPage() {
      if (pages == ends.length) {
        ends = Arrays.copyOf(ends, 2 * pages);
      }
      ends[pages++] = count;
    }

    /** Copies the numbers of a page, and returns how many there are. */
    int copyPage(int index, long[] into) {
      int start = index == 0 ? 0 : ends[index - 1];
      System.arraycopy(pbns, start, into, 0, ends[index] - start);
      return ends[index] - start;
    }
  }

  /**
   * {@return whether a page of a frame is one to look at}
   *
   * <p>Some are neighbours, as duplicates are.
   */
  static boolean isSampled(int page, int pages) {
    int span = Math.max(1, pages / GROUPS);
    return page % span < PAGES_PER_GROUP;
  }

  void clear() {
    all.clear();
    fresh.clear();
    memory.clear();
  }

  /** Adds the numbers of a page. */
  void addPage(long[] pbns, int count) {
    for (int i = 0; i < count; i++) {
      all.add(pbns[i]);
      if (memory.age(pbns[i]) == 0) {
        fresh.add(pbns[i]);
      }
    }
    all.endPage();
    fresh.endPage();
  }

  /** {@return how to tell numbers like these} */
  PbnRecall.Method method(PbnRange range) {
    boolean recalls = (all.count - fresh.count) * NUMBERS_PER_REPEATED > all.count;
    return new PbnRecall.Method(recalls, way(recalls ? fresh : all, range));
  }

  /** {@return which way makes a few of the numbers smallest} */
  private Way way(Numbers numbers, PbnRange range) {
    var best = Way.NOWHERE;
    double fewest = Double.MAX_VALUE;
    int step = Math.max(1, numbers.count / MOST_TRIED);
    for (var way : WAYS) {
      trial.clear();
      var predictor = new PbnPredictor(way, range, 1, 0);
      for (int i = step / 2; i < numbers.pages; i += step) {
        int count = numbers.copyPage(i, page);
        predictor.encode(page, count, trial);
      }
      double bits = PbnPredictor.estimatedBits(trial, 0);
      if (bits < fewest * (way == Way.NEAR ? WORTH_MANY_PLACES : PbnPredictor.WORTH)) {
        best = way;
      }
      // Also of a way that is not taken: what follows slowly has to be better than it, too.
      fewest = Math.min(fewest, bits);
    }
    return best;
  }
}
