package io.vdotools.engine;

import io.vdotools.device.BlockBuffers;
import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapPage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/**
 * The mappings of a range of LBNs, in order, in stretches that share a fate.
 *
 * <p>Leaf pages are read some dozens at a time, in the order in which they lie on the device; where
 * no page is allocated nothing is read, however far that reaches. May be asked by several threads.
 */
final class MappingSource {
  /** What the LBNs of a stretch have in common. */
  enum Kind {
    /** There is no leaf page: all are unmapped. */
    UNMAPPED,
    /** The leaf page, or the way to it, is lost. */
    LOST,
    /** Each has a mapping of its own. */
    MAPPED
  }

  /** Consecutive LBNs; filled anew for each stretch. */
  static final class Stretch {
    /** The LBNs of a mapped stretch at most. */
    static final int BLOCKS = WINDOW_PAGES * FANOUT;

    private Kind kind = Kind.UNMAPPED;
    private long number;
    private long first;
    private long count;
    private final long[] mappings = new long[BLOCKS];

    Kind kind() {
      return kind;
    }

    /** {@return the place of this stretch among all, from 0} */
    long number() {
      return number;
    }

    long first() {
      return first;
    }

    long count() {
      return count;
    }

    /** {@return the packed entries of a mapped stretch} */
    long[] mappings() {
      return mappings;
    }
  }

  private static final int FANOUT = BlockMapPage.ENTRIES;
  // Leaves of one mapped stretch: what is sorted by PBN and inflated together.
  private static final int WINDOW_PAGES = 2;
  // Leaves that are read together, and how far to look for them.
  private static final int BATCH_LEAVES = 64;
  private static final int BATCH_PAGES = 4096;
  private static final int GAP_FACTOR = 2;

  private final LogicalVolume volume;
  private final LeafFinder finder;
  private final PageJudge judge;
  private final long end;
  private final long mostLeaves;
  private final MemorySegment buffer;

  private long position;
  private long stretches;
  private long leaves;

  // The pages of the current batch: where each begins in the buffer, or what it is.
  private long batchFirst;
  private int batchPages;
  private final long[] offsets = new long[BATCH_PAGES];

  /**
   * Prepares; nothing is read yet.
   *
   * @param volume the volume
   * @param first the first LBN
   * @param end the LBN behind the last, at most the logical size
   * @param losses takes what is lost with pages of the block map
   * @param suspects takes what may be
   * @param arena owns the memory; must be shared if several threads ask
   */
  MappingSource(
      LogicalVolume volume,
      long first,
      long end,
      Consumer<Loss> losses,
      Consumer<Loss> suspects,
      Arena arena) {
    this.volume = volume;
    this.judge = new PageJudge(volume, losses, suspects);
    this.finder = new LeafFinder(volume, judge, losses, arena);
    this.position = first;
    this.end = end;
    this.mostLeaves = Math.min(volume.slabs().totalBlocks(), volume.device().blockCount());
    this.buffer = BlockBuffers.allocate(arena, GAP_FACTOR * BATCH_LEAVES);
  }

  /**
   * Takes the next stretch.
   *
   * @param into is filled
   * @return whether there was one
   * @throws EndlessBlockMapException if there were more leaf pages than there can be
   */
  synchronized boolean next(Stretch into) throws EndlessBlockMapException {
    if (position >= end) {
      return false;
    }
    into.number = stretches++;
    into.first = position;
    long page = position / FANOUT;
    long unmapped = endOfEmptyStripes(page);
    if (unmapped > page) {
      into.kind = Kind.UNMAPPED;
      finish(into, unmapped);
      return true;
    }
    if (page < batchFirst || page >= batchFirst + batchPages) {
      readBatch(page);
    }
    int at = (int) (page - batchFirst);
    into.kind = kindAt(at);
    int most = into.kind == Kind.MAPPED ? WINDOW_PAGES : batchPages;
    int behind = at + 1;
    while (behind < batchPages && behind - at < most && kindAt(behind) == into.kind) {
      behind++;
    }
    finish(into, batchFirst + behind);
    if (into.kind == Kind.MAPPED) {
      copyMappings(into);
    }
    return true;
  }

  private void finish(Stretch into, long behindPage) {
    position = Math.min(end, behindPage * FANOUT);
    into.count = position - into.first;
  }

  /** {@return the first page from {@code page} on that may be allocated} */
  private long endOfEmptyStripes(long page) {
    long stripePages = finder.stripePages();
    long behind = page;
    while (behind * FANOUT < end
        && (behind < batchFirst || behind >= batchFirst + batchPages)
        && finder.isEmptyStripe(behind / stripePages)) {
      behind = (behind / stripePages + 1) * stripePages;
    }
    return behind;
  }

  private Kind kindAt(int at) {
    if (offsets[at] >= 0) {
      return Kind.MAPPED;
    }
    return offsets[at] == LeafFinder.LOST ? Kind.LOST : Kind.UNMAPPED;
  }

  private static final long UNALLOCATED = -2;

  private void readBatch(long page) throws EndlessBlockMapException {
    long stripePages = finder.stripePages();
    long limit =
        Math.min(
            Math.min(Math.ceilDiv(end, (long) FANOUT), (page / stripePages + 1) * stripePages),
            page + BATCH_PAGES);
    var wanted = new PageList(BATCH_LEAVES);
    var numbers = new long[BATCH_LEAVES];
    int found = 0;
    batchFirst = page;
    batchPages = 0;
    while (page + batchPages < limit && found < BATCH_LEAVES) {
      long pbn = finder.leaf(page + batchPages);
      if (pbn == LeafFinder.NONE || pbn == LeafFinder.LOST) {
        offsets[batchPages] = pbn == LeafFinder.LOST ? LeafFinder.LOST : UNALLOCATED;
      } else {
        numbers[found] = pbn;
        offsets[batchPages] = found;
        wanted.add(pbn, found++);
      }
      batchPages++;
    }
    leaves += found;
    if (leaves > mostLeaves) {
      throw new EndlessBlockMapException(volume.device().name());
    }
    wanted.sortAndUnite((_, _, _) -> {});
    var reads = ScatteredRead.of(volume.device(), wanted, 0, wanted.size(), buffer);
    for (int at = 0; at < batchPages; at++) {
      if (offsets[at] >= 0) {
        offsets[at] = judged(page + at, numbers[(int) offsets[at]], wanted, reads);
      }
    }
  }

  /** {@return where a leaf begins in the buffer, or what else it is} */
  private long judged(long pageNumber, long pbn, PageList wanted, ScatteredRead reads) {
    int index = wanted.indexOf(pbn);
    var place = volume.forest().place(pageNumber * FANOUT);
    return switch (judge.judge(pbn, place, reads.isUnreadable(index), reads.page(index))) {
      case USABLE -> reads.offset(index);
      case EMPTY -> UNALLOCATED;
      case LOST -> LeafFinder.LOST;
    };
  }

  private void copyMappings(Stretch into) {
    for (int i = 0; i < into.count; i++) {
      long lbn = into.first + i;
      int at = (int) (lbn / FANOUT - batchFirst);
      into.mappings[i] = BlockMapPage.entry(buffer, offsets[at], (int) (lbn % FANOUT));
    }
  }

  /** {@return the length of the longest mapped stretch, in bytes} */
  static long largestBytes() {
    return (long) Stretch.BLOCKS * BlockSize.BLOCK;
  }
}
