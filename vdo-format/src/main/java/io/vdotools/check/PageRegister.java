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

  private long[] interior = new long[64];
  private int interiorCount;
  private long leaves;
  private long unusable;
  private long reported;
  private @Nullable Unusable firstReported;
  private final PriorityQueue<Unusable> firstUnusable =
      new PriorityQueue<>(Comparator.comparingLong(Unusable::pbn).reversed());

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
    unusable++;
    firstUnusable.add(page);
    if (firstUnusable.size() > KEPT) {
      firstUnusable.remove();
    }
  }

  /** Notes an unusable page that is reported already, as a cause of what goes missing with it. */
  synchronized void addReported(Unusable page) {
    reported++;
    if (firstReported == null || page.pbn() < firstReported.pbn()) {
      firstReported = page;
    }
  }

  /** {@return the unusable page with the lowest PBN, reported already or not} */
  synchronized Optional<Unusable> firstCause() {
    return Stream.concat(Stream.ofNullable(firstReported), firstUnusable.stream())
        .min(Comparator.comparingLong(Unusable::pbn));
  }

  /** {@return how many pages could not be used, reported already or not} */
  synchronized long causeCount() {
    return reported + unusable;
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
    return unusable;
  }

  /** {@return the first unusable pages by PBN} */
  synchronized List<Unusable> firstUnusable() {
    return firstUnusable.stream().sorted(Comparator.comparingLong(Unusable::pbn)).toList();
  }
}
