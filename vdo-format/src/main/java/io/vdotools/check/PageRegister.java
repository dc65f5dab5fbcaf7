package io.vdotools.check;

import io.vdotools.engine.ForestObserver.PageFault;
import io.vdotools.format.blockmap.TreePlace;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The block map pages that a walk met: how many, where those above the leaves lie, and which could
 * not be used.
 *
 * <p>Used by several threads.
 */
final class PageRegister {
  private static final int KEPT = 1000;

  /**
   * A page that could not be used.
   *
   * @param pbn where it lies
   * @param place which page it is
   * @param fault why
   * @param detail what its header says
   */
  record Unusable(long pbn, TreePlace place, PageFault fault, String detail) {}

  // Written out: what the library makes of a method would be put together anew at each start.
  private static final Comparator<Unusable> BY_PBN =
      (one, other) -> Long.compare(one.pbn(), other.pbn());

  /** Some pages: how many, and the first by PBN. */
  private static final class Pages {
    private final PriorityQueue<Unusable> first = new PriorityQueue<>(BY_PBN.reversed());
    private long count;

    void add(Unusable page) {
      count++;
      first.add(page);
      if (first.size() > KEPT) {
        first.remove();
      }
    }

    List<Unusable> first() {
      return first.stream().sorted(BY_PBN).toList();
    }
  }

  private long[] interior = new long[64];
  private int interiorCount;
  private long leaves;
  private long reported;
  private @Nullable Unusable firstReported;
  private final Pages unusable = new Pages();
  private final Pages filled = new Pages();

  synchronized void addInterior(long pbn) {
    if (interiorCount == interior.length) {
      interior = Arrays.copyOf(interior, 2 * interiorCount);
    }
    interior[interiorCount++] = pbn;
  }

  synchronized void addLeaves(long count) {
    leaves += count;
  }

  synchronized void addUnusable(Unusable page) {
    unusable.add(page);
  }

  /** Notes a page that the replay has made of a block that held none, and may have lost with it. */
  synchronized void addFilled(Unusable page) {
    filled.add(page);
  }

  /** Notes an unusable page that is reported already, as a cause of what goes missing with it. */
  synchronized void addReported(Unusable page) {
    reported++;
    if (firstReported == null || page.pbn() < firstReported.pbn()) {
      firstReported = page;
    }
  }

  /** {@return of the pages that something can be lost with the one with the lowest PBN} */
  synchronized Optional<Unusable> firstCause() {
    return Stream.of(
            Stream.ofNullable(firstReported), unusable.first.stream(), filled.first.stream())
        .flatMap(pages -> pages)
        .min(BY_PBN);
  }

  /** {@return how many pages something can be lost with, reported already or not} */
  synchronized long causeCount() {
    return reported + unusable.count + filled.count;
  }

  /** {@return the PBNs of all pages allocated between roots and leaves, usable or not} */
  synchronized long[] interior() {
    return Arrays.copyOf(interior, interiorCount);
  }

  synchronized long interiorCount() {
    return interiorCount;
  }

  synchronized long leafCount() {
    return leaves;
  }

  synchronized long unusableCount() {
    return unusable.count;
  }

  /** {@return the first unusable pages by PBN} */
  synchronized List<Unusable> firstUnusable() {
    return unusable.first();
  }

  /** {@return how many pages the replay has filled that may have lost something} */
  synchronized long filledCount() {
    return filled.count;
  }

  /** {@return the first of these by PBN} */
  synchronized List<Unusable> firstFilled() {
    return filled.first();
  }
}
