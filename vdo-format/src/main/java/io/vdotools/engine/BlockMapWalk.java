package io.vdotools.engine;

import io.vdotools.VdoException;
import io.vdotools.engine.TreeLevels.Known;
import io.vdotools.engine.TreeLevels.Status;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.model.PagePlace;
import io.vdotools.model.UnreadablePage;
import io.vdotools.model.VolumeVisitor;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tells the block map by LBN, though leaf pages are read in the order in which they lie: some at a
 * time, several reads at once. Where the visitor can be told in pieces, several threads make them.
 *
 * <p>Where no page is allocated nothing is read, however far that reaches.
 */
final class BlockMapWalk {
  private static final int FANOUT = BlockMapPage.ENTRIES;
  // Each unit takes up to half a MiB.
  private static final int MOST_UNITS = 36;

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
    private final Arena arena;
    private final ArrayDeque<BlockMapUnit> free = new ArrayDeque<>();

    Run(long first, long end, VolumeVisitor visitor, Arena arena) {
      this.first = first;
      this.end = end;
      this.visitor = visitor;
      this.arena = arena;
      this.levels = new TreeLevels(volume, faults, arena);
    }

    void run() throws VdoException {
      long page = first / FANOUT;
      long endPage = Math.ceilDiv(end, (long) FANOUT);
      tellPagesBegunBefore(page, endPage);
      while (page < endPage) {
        long stripe = page / stripePages;
        long stripeEnd = Math.min(endPage, (stripe + 1) * stripePages);
        if (!isEmpty(stripe)) {
          parallel.inOrder(new Stripe(page, stripeEnd), MOST_UNITS);
        }
        page = stripeEnd;
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
      above.sort(this::compare);
      for (var place : above) {
        tell(
            place.height(),
            place.tree(),
            place.index(),
            levels.page(place.height(), place.tree(), place.index()));
      }
    }

    /** Orders pages by their first LBN, of several the highest first. */
    private int compare(PagePlace one, PagePlace other) {
      int byLbn = Long.compare(one.firstLbn(trees), other.firstLbn(trees));
      return byLbn != 0 ? byLbn : Integer.compare(other.height(), one.height());
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

    /**
     * Leaf pages whose parents have the same index in all trees: what lies above them is in memory
     * at the same time.
     */
    private final class Stripe implements OrderedWork<BlockMapUnit> {
      private final long limit;
      private long toBegin;
      private long toEnd;
      private long toAnnounce;

      Stripe(long page, long limit) {
        this.toBegin = page;
        this.toEnd = page;
        this.toAnnounce = page;
        this.limit = limit;
      }

      @Override
      public @Nullable BlockMapUnit begin() throws EndlessBlockMapException {
        if (toBegin == limit) {
          return null;
        }
        if (toBegin == toAnnounce) {
          announce();
        }
        var unit = free.poll();
        unit = unit == null ? new BlockMapUnit(volume, faults, visitor, arena) : unit;
        unit.begin(toBegin);
        while (toBegin < toAnnounce && unit.hasRoom()) {
          unit.add(levels.named(0, (int) (toBegin % trees), toBegin / trees));
          toBegin++;
        }
        leavesSeen += unit.leaves();
        if (leavesSeen > mostLeaves) {
          throw new EndlessBlockMapException(volume.device().name());
        }
        return unit;
      }

      /** Tells the device which pages come next, if it wants to know. */
      private void announce() {
        int most = volume.device().mostAnnounced();
        if (most == 0) {
          toAnnounce = limit;
          return;
        }
        var pbns = new long[most];
        int count = 0;
        while (toAnnounce < limit && count < most) {
          var leaf = levels.named(0, (int) (toAnnounce % trees), toAnnounce / trees);
          if (leaf.status() == Status.PRESENT) {
            pbns[count++] = leaf.pbn();
          }
          toAnnounce++;
        }
        Arrays.sort(pbns, 0, count);
        volume.device().announce(pbns, count);
      }

      @Override
      public void work(BlockMapUnit unit) {
        unit.read(parallel.pace(), first, end);
      }

      @Override
      public void end(BlockMapUnit unit) throws VdoException {
        progress.leaves(unit.leaves());
        var pass = new Pass(unit);
        for (int i = 0; i < unit.size(); i++) {
          long number = toEnd + i;
          if (number / trees % FANOUT == 0) {
            pass.handOver();
            tellPagesBegunAt(number);
          }
          if (unit.isInPiece(i)) {
            pass.add(i);
          } else if (unit.known(i).status() != Status.ABSENT) {
            pass.handOver();
            tell(0, (int) (number % trees), number / trees, unit.known(i));
            unit.tellMappings(i, first, end, visitor);
          }
        }
        pass.handOver();
        toEnd += unit.size();
        free.add(unit);
      }
    }

    /** Pages of a unit that are handed over together. */
    private final class Pass {
      private final BlockMapUnit unit;
      private int from;
      private int to;

      Pass(BlockMapUnit unit) {
        this.unit = unit;
      }

      void add(int page) {
        from = to == 0 ? unit.start(page) : from;
        to = unit.end(page);
      }

      void handOver() throws VdoException {
        var piece = unit.piece();
        if (piece != null && to > 0) {
          visitor.piece(piece, from, to);
        }
        to = 0;
      }
    }
  }
}
