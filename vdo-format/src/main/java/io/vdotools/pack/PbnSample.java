package io.vdotools.pack;

import io.vdotools.pack.PbnPredictor.Way;
import java.util.Arrays;
import java.util.List;

/** The PBNs of some pages of a frame, which tell how those of all are best told. */
final class PbnSample {
  private static final int GROUPS = 8;
  private static final int PAGES_PER_GROUP = 4;

  // So many show how new ones are told.
  private static final int MOST_TRIED = 6 * PageEntries.ENTRIES;

  // A symbol for each number is worth more than it takes if one of so many repeats.
  private static final int NUMBERS_PER_REPEATED = 3;

  // Those that take less time come first.
  private static final List<Way> WAYS = List.of(Way.NOWHERE, Way.FAR, Way.NEAR, Way.SLOWLY);

  // Where numbers are now closer to one place and now to another, neither side can foresee the next
  // step, and what repeats in them does not repeat in their places.
  private static final double WORTH_MANY_PLACES = 0.85;

  private int[] pages = new int[1 << 6];
  private int pageCount;
  private int sampledCount;
  private final PagePbns fresh = new PagePbns();
  private final PbnAges ages = new PbnAges(PbnRecall.OLDEST);
  private final int[] agesOfPage = new int[PageEntries.ENTRIES];
  private final long[] freshOfPage = new long[PageEntries.ENTRIES + 1];
  private final Columns trial = new Columns(PbnPredictor.COLUMNS);

  /**
   * {@return how to tell the numbers of some pages}
   *
   * @param all those of the pages
   * @param range where they lie
   */
  PbnRecall.Method method(PagePbns all, PbnRange range) {
    sample(all);
    boolean recalls = (sampledCount - fresh.size()) * NUMBERS_PER_REPEATED > sampledCount;
    return new PbnRecall.Method(recalls, way(all, recalls, range));
  }

  /** Looks at groups of pages: some are neighbours, as duplicates are. */
  private void sample(PagePbns all) {
    ages.clear();
    fresh.removeAll();
    pageCount = 0;
    sampledCount = 0;
    int span = Math.max(1, all.pages() / GROUPS);
    for (int page = 0; page < all.pages(); page++) {
      if (page % span < PAGES_PER_GROUP) {
        addPage(all, page);
      }
    }
  }

  private void addPage(PagePbns all, int page) {
    int count = all.count(page);
    int freshCount = ages.ages(all.all(), all.start(page), count, agesOfPage, freshOfPage);
    if (pageCount == pages.length) {
      pages = Arrays.copyOf(pages, 2 * pageCount);
    }
    pages[pageCount++] = page;
    sampledCount += count;
    fresh.addPage(freshOfPage, 0, freshCount);
  }

  /** {@return which way makes a few of the numbers smallest} */
  private Way way(PagePbns all, boolean recalls, PbnRange range) {
    var best = Way.NOWHERE;
    double fewest = Double.MAX_VALUE;
    var numbers = recalls ? fresh : all;
    int step = Math.max(1, (recalls ? fresh.size() : sampledCount) / MOST_TRIED);
    for (var way : WAYS) {
      trial.clear();
      var predictor = new PbnPredictor(way, range, 1, 0);
      for (int i = step / 2; i < pageCount; i += step) {
        int page = recalls ? i : pages[i];
        predictor.encode(numbers.all(), numbers.start(page), numbers.count(page), trial);
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
