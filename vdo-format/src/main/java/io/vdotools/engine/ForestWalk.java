package io.vdotools.engine;

import io.vdotools.device.BlockDevice;
import io.vdotools.engine.ForestObserver.ChildFault;
import io.vdotools.engine.ForestObserver.LeafTask;
import io.vdotools.engine.ForestObserver.PageFault;
import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.format.blockmap.TreePlace;
import io.vdotools.format.depot.SlabGeometry;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Visits every page of the block map once, each level in the order in which it lies on the device.
 *
 * <p>Pages of a level are sorted by PBN, so that the device is swept instead of searched. There are
 * too many leaves to sort at once on a large volume: they are taken in windows of PBNs, and the
 * pages above them, of which there is one for 812 leaves, are read again for each window. So memory
 * does not depend on the size of the volume, every page that is named twice is noticed, and a
 * hostile tree costs no more than the device has blocks.
 */
public final class ForestWalk {
  private static final int FANOUT = BlockMapPage.ENTRIES;
  private static final int PAGES_PER_CHUNK = 64;

  /** Leaf pages that are sorted at once unless asked otherwise. */
  public static final int DEFAULT_WINDOW_PAGES = 1 << 20;

  private final BlockDevice device;
  private final Forest forest;
  private final SlabGeometry slabs;
  private final long rootOrigin;
  private final long nonce;
  private final int windowPages;
  private final Parallel parallel;
  private final WalkProgress progress;

  /** Learns how far a walk has come. */
  @FunctionalInterface
  public interface WalkProgress {
    /**
     * Some leaf pages were visited.
     *
     * @param pages how many since the last call
     */
    void leaves(long pages);
  }

  /**
   * Prepares a walk, which can be made several times.
   *
   * @param device the volume's blocks
   * @param forest the shape of the block map
   * @param slabs the slabs, in whose data blocks pages lie
   * @param rootOrigin the PBN of the first root
   * @param nonce the volume's nonce
   * @param windowPages leaf pages to sort at once, at least 2
   * @param parallel the threads
   * @param progress learns how far the walk has come
   */
  public ForestWalk(
      BlockDevice device,
      Forest forest,
      SlabGeometry slabs,
      long rootOrigin,
      long nonce,
      int windowPages,
      Parallel parallel,
      WalkProgress progress) {
    this.device = device;
    this.forest = forest;
    this.slabs = slabs;
    this.rootOrigin = rootOrigin;
    this.nonce = nonce;
    this.windowPages = Math.clamp(windowPages, 2, PageList.LARGEST / 2);
    this.parallel = parallel;
    this.progress = progress;
  }

  /**
   * Walks the whole block map.
   *
   * @param observer is told what is wrong
   * @param states the states to compute with
   * @param task takes the leaves
   */
  public <S> void run(ForestObserver observer, Parallel.States<S> states, LeafTask<S> task) {
    new Run<>(observer, new ReadLeaves<>(observer, states, task)).walk();
  }

  /**
   * Walks the block map down to the leaves, and only names these instead of reading them.
   *
   * @param observer is told what is wrong above the leaves, and of pages that are named twice
   * @param windows takes the leaves, in windows of ascending PBNs that cover all slabs
   */
  public void list(ForestObserver observer, LeafWindows windows) {
    new Run<Void>(observer, (run, from, to, leaves) -> windows.leaves(from, to, run.fresh(leaves)))
        .walk();
  }

  /** Takes the blocks that the block map uses for leaf pages, whatever they hold. */
  @FunctionalInterface
  public interface LeafWindows {
    /**
     * Takes the leaves of a window.
     *
     * @param from the first PBN of the window
     * @param to the PBN after the last
     * @param pbns all leaves in between, ascending, each once
     */
    void leaves(long from, long to, long[] pbns);
  }

  /** What is done with the leaves of a window, which are sorted. */
  private interface LeafVisit<S> {
    void visit(Run<S> run, long from, long to, PageList leaves);
  }

  private TreePlace place(int height, long number) {
    return new TreePlace(
        (int) (number % forest.rootCount()), height, number / forest.rootCount(), 0);
  }

  /** Reads the leaves of a window and hands them to a task. */
  private final class ReadLeaves<S> implements LeafVisit<S> {
    private final ForestObserver observer;
    private final Parallel.States<S> states;
    private final LeafTask<S> task;

    ReadLeaves(ForestObserver observer, Parallel.States<S> states, LeafTask<S> task) {
      this.observer = observer;
      this.states = states;
      this.task = task;
    }

    @Override
    public void visit(Run<S> run, long windowFrom, long windowTo, PageList leaves) {
      parallel.forEach(
          Math.ceilDiv(leaves.size(), PAGES_PER_CHUNK),
          (chunk, buffer) -> {
            int from = (int) chunk * PAGES_PER_CHUNK;
            int to = Math.min(from + PAGES_PER_CHUNK, leaves.size());
            var reads = run.read(leaves, from, to, buffer);
            S state = states.borrow();
            try {
              for (int i = from; i < to; i++) {
                long pbn = leaves.pbn(i);
                long number = leaves.number(i);
                if (run.isKnownLeaf(pbn, number)) {
                  continue;
                }
                task.allocated(state, pbn);
                if (run.isUsable(reads, i - from, pbn, 0, number, observer)) {
                  task.leaf(state, pbn, number, buffer, reads.offset(i - from));
                }
              }
            } finally {
              states.giveBack(state);
            }
            progress.leaves(to - from);
          });
    }
  }

  private final class Run<S> {
    private final ForestObserver observer;
    private final LeafVisit<S> leafVisit;
    // Interior pages by PBN: a page may be named at two heights.
    private final LongMap interior = new LongMap(64);

    Run(ForestObserver observer, LeafVisit<S> leafVisit) {
      this.observer = observer;
      this.leafVisit = leafVisit;
    }

    void walk() {
      var pages = new PageList(forest.rootCount());
      for (int tree = 0; tree < forest.rootCount(); tree++) {
        pages.add(rootOrigin + tree, tree);
      }
      for (int height = Forest.ROOT_HEIGHT; height > 1; height--) {
        pages = children(pages, height);
      }
      leaves(pages);
    }

    /** Reads the pages of a height and gathers the pages below them. */
    private PageList children(PageList pages, int height) {
      pages.sortAndUnite((pbn, kept, other) -> duplicate(pbn, height, kept, height, other));
      var below = new PageList(pages.size());
      readAll(
          pages,
          height,
          observer,
          (pbn, number, page) -> {
            observer.interior(pbn, place(height, number), page);
            forEachChild(
                pbn,
                number,
                height,
                page,
                true,
                (childPbn, childNumber) -> {
                  synchronized (below) {
                    below.add(childPbn, childNumber);
                  }
                });
          });
      return withoutKnown(below, height - 1);
    }

    /** Takes pages away that are already in the tree at another height, and remembers the rest. */
    private PageList withoutKnown(PageList pages, int height) {
      pages.sortAndUnite((pbn, kept, other) -> duplicate(pbn, height, kept, height, other));
      var fresh = new PageList(pages.size());
      for (int i = 0; i < pages.size(); i++) {
        long pbn = pages.pbn(i);
        if (isKnown(pbn, height, pages.number(i))) {
          continue;
        }
        interior.put(pbn, known(height, pages.number(i)));
        fresh.add(pbn, pages.number(i));
      }
      return fresh;
    }

    private boolean isKnown(long pbn, int height, long number) {
      long known = interior.getOrDefault(pbn, -1);
      if (known < 0) {
        return false;
      }
      duplicate(pbn, (int) (known & 7), known >>> 3, height, number);
      return true;
    }

    private static long known(int height, long number) {
      return (number << 3) | height;
    }

    private void duplicate(long pbn, int keptHeight, long kept, int height, long other) {
      observer.duplicate(pbn, place(keptHeight, kept), place(height, other));
    }

    private void leaves(PageList parents) {
      // The first look reports what is wrong with the entries, and is the only one on most volumes.
      var all = new PageList((int) Math.min(Math.min(windowPages, 1 << 16), forest.leafPages()));
      var spread = new PbnHistogram(slabs.totalBlocks(), windowPages / 2);
      parents.sortAndUnite((pbn, kept, other) -> duplicate(pbn, 1, kept, 1, other));
      readAll(
          parents,
          1,
          observer,
          (pbn, number, page) -> {
            observer.interior(pbn, place(1, number), page);
            forEachChild(
                pbn,
                number,
                1,
                page,
                true,
                (childPbn, childNumber) -> {
                  synchronized (all) {
                    spread.add(childPbn - slabs.firstBlock());
                    if (all.size() < windowPages) {
                      all.add(childPbn, childNumber);
                    }
                  }
                });
          });
      long first = slabs.firstBlock();
      if (spread.total() <= windowPages) {
        visit(first, slabs.endBlock(), all);
        return;
      }
      for (var window : spread.windows(windowPages)) {
        visit(
            first + window.from(),
            Math.min(first + window.to(), slabs.endBlock()),
            select(parents, window, all));
      }
    }

    private PageList select(PageList parents, PbnHistogram.Window window, PageList into) {
      into.clear();
      // What is wrong with the parents was told at the first look.
      readAll(
          parents,
          1,
          SilentForestObserver.INSTANCE,
          (pbn, number, page) ->
              forEachChild(
                  pbn,
                  number,
                  1,
                  page,
                  false,
                  (childPbn, childNumber) -> {
                    if (window.contains(childPbn - slabs.firstBlock())) {
                      synchronized (into) {
                        if (into.size() >= 2 * windowPages) {
                          // More entries than the window has blocks: many must be the same.
                          into.sortAndUnite((p, kept, other) -> duplicate(p, 0, kept, 0, other));
                        }
                        into.add(childPbn, childNumber);
                      }
                    }
                  }));
      return into;
    }

    private void visit(long from, long to, PageList leaves) {
      leaves.sortAndUnite((pbn, kept, other) -> duplicate(pbn, 0, kept, 0, other));
      leafVisit.visit(this, from, to, leaves);
    }

    /** {@return the leaves that are no pages of another height as well} */
    private long[] fresh(PageList leaves) {
      var pbns = new long[leaves.size()];
      int count = 0;
      for (int i = 0; i < pbns.length; i++) {
        if (!isKnownLeaf(leaves.pbn(i), leaves.number(i))) {
          pbns[count++] = leaves.pbn(i);
        }
      }
      return Arrays.copyOf(pbns, count);
    }

    private ScatteredRead read(PageList pages, int from, int to, MemorySegment buffer) {
      long begin = parallel.pace().begin();
      var reads = ScatteredRead.of(device, pages, from, to, buffer);
      parallel.pace().ended(begin, to - from);
      return reads;
    }

    private boolean isKnownLeaf(long pbn, long number) {
      return interior.size() > 0 && isKnown(pbn, 0, number);
    }

    private interface PageTask {
      void page(long pbn, long number, BlockMapPage page);
    }

    private void readAll(PageList pages, int height, ForestObserver faults, PageTask pageTask) {
      parallel.forEach(
          Math.ceilDiv(pages.size(), PAGES_PER_CHUNK),
          (chunk, buffer) -> {
            int from = (int) chunk * PAGES_PER_CHUNK;
            int to = Math.min(from + PAGES_PER_CHUNK, pages.size());
            var reads = read(pages, from, to, buffer);
            for (int i = from; i < to; i++) {
              if (isUsable(reads, i - from, pages.pbn(i), height, pages.number(i), faults)) {
                pageTask.page(pages.pbn(i), pages.number(i), reads.page(i - from));
              }
            }
          });
    }

    private boolean isUsable(
        ScatteredRead reads, int index, long pbn, int height, long number, ForestObserver faults) {
      var page = reads.page(index);
      if (reads.isUnreadable(index)) {
        faults.unusable(pbn, place(height, number), PageFault.UNREADABLE, page);
        return false;
      }
      return switch (page.validity(nonce, pbn)) {
        case VALID -> true;
        case INVALID -> {
          faults.unusable(pbn, place(height, number), PageFault.INVALID, page);
          yield false;
        }
        case BAD -> {
          faults.unusable(pbn, place(height, number), PageFault.MISPLACED, page);
          yield false;
        }
      };
    }

    private interface ChildTask {
      void child(long pbn, long number);
    }

    private void forEachChild(
        long pbn,
        long number,
        int height,
        BlockMapPage page,
        boolean reportsFaults,
        ChildTask child) {
      if (!page.hasEntries()) {
        return;
      }
      int tree = (int) (number % forest.rootCount());
      long index = number / forest.rootCount();
      long limit = forest.pages(tree, height - 1);
      // On the heap, where the compiler knows the bounds.
      byte[] entries = new byte[BlockSize.BLOCK];
      MemorySegment.ofArray(entries).copyFrom(page.bytes());
      for (int slot = BlockMapPage.nextOccupied(entries, 0);
          slot < FANOUT;
          slot = BlockMapPage.nextOccupied(entries, slot + 1)) {
        long packed = BlockMapPage.entry(entries, slot);
        long childIndex = index * FANOUT + slot;
        var fault = childFault(slabs, packed, childIndex, limit);
        if (fault == null) {
          child.child(BlockMapEntry.pbn(packed), childIndex * forest.rootCount() + tree);
        } else if (reportsFaults) {
          observer.refused(pbn, new TreePlace(tree, height, index, slot), packed, fault);
        }
      }
    }
  }

  /**
   * {@return why an entry of an interior page is not followed, null if it is}
   *
   * @param slabs the slabs, in whose data blocks pages lie
   * @param packed the entry, not 0
   * @param childIndex the index of the page that it names, among those of its height in its tree
   * @param limit how many of those the logical size allows
   */
  static @Nullable ChildFault childFault(
      SlabGeometry slabs, long packed, long childIndex, long limit) {
    if (!BlockMapEntry.isValid(packed)) {
      return ChildFault.INVALID_ENTRY;
    }
    if (BlockMapEntry.state(packed) != MappingState.UNCOMPRESSED
        || BlockMapEntry.pbn(packed) == 0) {
      return ChildFault.WRONG_STATE;
    }
    if (!slabs.isDataBlock(BlockMapEntry.pbn(packed))) {
      return ChildFault.NOT_A_DATA_BLOCK;
    }
    return childIndex < limit ? null : ChildFault.BEYOND_FOREST;
  }

  /** The bytes of a page in a buffer. */
  static BlockMapPage pageAt(MemorySegment buffer, long offset) {
    return new BlockMapPage(buffer.asSlice(offset, BlockSize.BLOCK));
  }
}
