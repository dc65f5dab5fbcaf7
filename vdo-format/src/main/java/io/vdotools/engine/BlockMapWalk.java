package io.vdotools.engine;

import io.vdotools.VdoException;
import io.vdotools.device.BlockBuffers;
import io.vdotools.engine.TreeLevels.Known;
import io.vdotools.engine.TreeLevels.Status;
import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.model.PagePlace;
import io.vdotools.model.UnreadablePage;
import io.vdotools.model.VolumeVisitor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Objects;

/**
 * Tells the block map by LBN, though leaf pages are read in the order in which they lie: some
 * hundreds at a time, several reads at once.
 *
 * <p>Where no page is allocated nothing is read, however far that reaches.
 */
final class BlockMapWalk {
  private static final int FANOUT = BlockMapPage.ENTRIES;
  private static final int CHUNK_LEAVES = 64;
  private static final int CHUNKS = 8;
  private static final int CHUNK_BLOCKS = 2 * CHUNK_LEAVES;
  private static final int BATCH_LEAVES = CHUNKS * CHUNK_LEAVES;
  private static final int BATCH_PAGES = 8 * BATCH_LEAVES;
  private static final long NOT_READ = -1;

  private final LogicalVolume volume;
  private final Forest forest;
  private final int trees;
  private final long stripePages;
  private final SurveyFaults faults;
  private final Parallel parallel;
  private final ForestWalk.WalkProgress progress;
  private final long mostLeaves;

  private long leavesSeen;

  /**
   * Prepares; nothing is read yet.
   *
   * @param volume the volume
   * @param faults what a survey found
   * @param parallel the threads that read
   * @param progress learns how far the walk has come
   */
  BlockMapWalk(
      LogicalVolume volume,
      SurveyFaults faults,
      Parallel parallel,
      ForestWalk.WalkProgress progress) {
    this.volume = volume;
    this.forest = volume.forest();
    this.trees = forest.rootCount();
    this.stripePages = (long) FANOUT * trees;
    this.faults = faults;
    this.parallel = parallel;
    this.progress = progress;
    this.mostLeaves = Math.min(volume.slabs().totalBlocks(), volume.device().blockCount());
  }

  /**
   * Tells pages and mappings of a range of LBNs, with all pages above them.
   *
   * @param first the first LBN
   * @param end the LBN behind the last, at most the logical size
   * @param visitor is told
   * @throws EndlessBlockMapException if there are more leaf pages than there can be
   * @throws VdoException what the visitor throws
   */
  void run(long first, long end, VolumeVisitor visitor) throws VdoException {
    leavesSeen = 0;
    try (var arena = parallel.newArena()) {
      new Run(first, end, visitor, arena).run();
    }
  }

  private final class Run {
    private final long first;
    private final long end;
    private final VolumeVisitor visitor;
    private final TreeLevels levels;
    private final MappingRuns runs = new MappingRuns(volume.slabs());
    private final MemorySegment buffer;

    // The leaf pages of the current batch, and where those that were read begin in the buffer.
    private final Known[] batch = new Known[BATCH_PAGES];
    private final long[] offsets = new long[BATCH_PAGES];

    Run(long first, long end, VolumeVisitor visitor, Arena arena) {
      this.first = first;
      this.end = end;
      this.visitor = visitor;
      this.levels = new TreeLevels(volume, faults, arena);
      this.buffer = BlockBuffers.allocate(arena, CHUNKS * CHUNK_BLOCKS);
    }

    void run() throws VdoException {
      long page = first / FANOUT;
      long endPage = Math.ceilDiv(end, (long) FANOUT);
      tellPagesBegunBefore(page, endPage);
      while (page < endPage) {
        long stripe = page / stripePages;
        long stripeEnd = Math.min(endPage, (stripe + 1) * stripePages);
        if (isEmpty(stripe)) {
          page = stripeEnd;
          continue;
        }
        while (page < stripeEnd) {
          page += tellBatch(page, stripeEnd);
        }
      }
    }

    /** Whether there is nothing to tell of a stripe: neither leaves nor pages that begin there. */
    private boolean isEmpty(long stripe) {
      long index = stripe;
      for (int height = 1; height <= Forest.ROOT_HEIGHT; height++) {
        if (!levels.isEmpty(height, index) && (height < Forest.ROOT_HEIGHT || isRootLost(index))) {
          return false;
        }
        if (index % FANOUT != 0) {
          return true;
        }
        index /= FANOUT;
      }
      return true;
    }

    private boolean isRootLost(long index) {
      for (int tree = 0; tree < trees; tree++) {
        if (levels.page(Forest.ROOT_HEIGHT, tree, index).status() == Status.LOST) {
          return true;
        }
      }
      return false;
    }

    /** Pages above the first leaves whose own first LBN lies before the range. */
    private void tellPagesBegunBefore(long firstPage, long endPage) throws VdoException {
      var above = new ArrayList<PagePlace>();
      for (long page = firstPage; page < Math.min(endPage, firstPage + trees); page++) {
        int tree = (int) (page % trees);
        long index = page / trees;
        for (int height = 1; height <= Forest.ROOT_HEIGHT; height++) {
          index /= FANOUT;
          var place = new PagePlace(height, tree, index, 0);
          if (place.firstLbn(trees) < firstPage * FANOUT) {
            above.add(place);
          }
        }
      }
      above.sort(
          Comparator.comparingLong((PagePlace place) -> place.firstLbn(trees))
              .thenComparing(PagePlace::height, Comparator.reverseOrder()));
      for (var place : above) {
        tell(
            place.height(),
            place.tree(),
            place.index(),
            levels.page(place.height(), place.tree(), place.index()));
      }
    }

    /** Tells the pages above the leaves whose first leaf is the given one, from the top down. */
    private void tellPagesBegunAt(long page) throws VdoException {
      int tree = (int) (page % trees);
      long leaf = page / trees;
      long leaves = 1;
      int highest = 0;
      while (highest < Forest.ROOT_HEIGHT && leaf % (leaves * FANOUT) == 0) {
        highest++;
        leaves *= FANOUT;
      }
      for (int height = highest; height > 0; height--) {
        long index = leaf / leaves;
        tell(height, tree, index, levels.page(height, tree, index));
        leaves /= FANOUT;
      }
    }

    private void tell(int height, int tree, long index, Known known) throws VdoException {
      var place = new PagePlace(height, tree, index, known.pbn());
      switch (known.status()) {
        case ABSENT -> {}
        case PRESENT -> {
          if (height < Forest.ROOT_HEIGHT) {
            visitor.page(place);
          }
        }
        case LOST ->
            visitor.unreadablePage(
                new UnreadablePage(place, Objects.requireNonNull(known.cause())));
      }
    }

    /** {@return how many leaf pages were told, those that are not there included} */
    private int tellBatch(long page, long limit) throws VdoException {
      int pages = readBatch(page, limit);
      for (int i = 0; i < pages; i++) {
        long number = page + i;
        if (number / trees % FANOUT == 0) {
          tellPagesBegunAt(number);
        }
        if (batch[i].status() != Status.ABSENT) {
          tell(0, (int) (number % trees), number / trees, batch[i]);
          if (offsets[i] != NOT_READ) {
            tellMappings(number * FANOUT, offsets[i]);
          }
        }
      }
      return pages;
    }

    private void tellMappings(long pageLbn, long offset) throws VdoException {
      int from = (int) Math.max(0, first - pageLbn);
      int to = (int) Math.min(FANOUT, end - pageLbn);
      runs.tell(buffer, offset, pageLbn, from, to, visitor);
    }

    private int readBatch(long page, long limit) throws EndlessBlockMapException {
      var wanted = new PageList(BATCH_LEAVES);
      int pages = 0;
      int most = (int) Math.min(BATCH_PAGES, limit - page);
      while (pages < most && wanted.size() < BATCH_LEAVES) {
        long number = page + pages;
        var known = levels.named(0, (int) (number % trees), number / trees);
        batch[pages] = known;
        offsets[pages] = NOT_READ;
        if (known.status() == Status.PRESENT) {
          wanted.add(known.pbn(), pages);
        }
        pages++;
      }
      leavesSeen += wanted.size();
      if (leavesSeen > mostLeaves) {
        throw new EndlessBlockMapException(volume.device().name());
      }
      progress.leaves(wanted.size());
      read(wanted);
      return pages;
    }

    private void read(PageList wanted) {
      // A block that is named twice stays in the list once: the others find it by its PBN.
      var others = new ArrayList<long[]>();
      wanted.sortAndUnite((pbn, _, other) -> others.add(new long[] {pbn, other}));
      parallel.forEach(
          Math.ceilDiv(wanted.size(), CHUNK_LEAVES),
          (chunk, _) -> {
            int from = (int) chunk * CHUNK_LEAVES;
            int to = Math.min(from + CHUNK_LEAVES, wanted.size());
            long start = chunk * CHUNK_BLOCKS * BlockSize.BLOCK;
            long begin = parallel.pace().begin();
            var reads =
                ScatteredRead.of(
                    volume.device(),
                    wanted,
                    from,
                    to,
                    buffer.asSlice(start, (long) CHUNK_BLOCKS * BlockSize.BLOCK));
            parallel.pace().ended(begin, to - from);
            for (int i = from; i < to; i++) {
              judge((int) wanted.number(i), reads, i - from, start);
            }
          });
      for (long[] other : others) {
        int kept = (int) wanted.number(wanted.indexOf(other[0]));
        batch[(int) other[1]] = batch[kept];
        offsets[(int) other[1]] = offsets[kept];
      }
    }

    private void judge(int at, ScatteredRead reads, int index, long start) {
      long pbn = batch[at].pbn();
      var page = reads.page(index);
      var cause = faults.causeOf(volume, pbn, 0, reads.isUnreadable(index), page);
      if (cause != null) {
        batch[at] = Known.lost(pbn, cause);
      } else if (page.validity(volume.nonce(), pbn) == BlockMapPage.Validity.VALID) {
        offsets[at] = start + reads.offset(index);
      }
    }
  }
}
