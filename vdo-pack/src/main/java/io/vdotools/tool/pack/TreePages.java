package io.vdotools.tool.pack;

import io.vdotools.VdoException;
import io.vdotools.engine.ForestObserver;
import io.vdotools.engine.ForestWalk;
import io.vdotools.engine.Volume;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.blockmap.TreePlace;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.pack.FrameKind;
import io.vdotools.tool.pack.FrameMaker.Filter;
import java.lang.foreign.MemorySegment;

/** All pages of the block map that its tree or the recovery journal leads to. */
final class TreePages {
  private final Volume volume;
  private final ForestWalk walk;
  private final SlabGeometry slabs;
  private final FrameQueue queue;
  private final BlockSet interior = new BlockSet(Forest.DEFAULT_ROOT_COUNT);
  private volatile boolean hasFaults;
  private long count;

  TreePages(Volume volume, ForestWalk walk, SlabGeometry slabs, FrameQueue queue) {
    this.volume = volume;
    this.walk = walk;
    this.slabs = slabs;
    this.queue = queue;
  }

  /** Takes pages of the block map in windows. */
  @FunctionalInterface
  interface Windows {
    /**
     * Takes the pages of a window.
     *
     * @param from the first PBN of the window
     * @param to the PBN after the last
     * @param pages the pages below the interior ones, ascending
     */
    void pages(long from, long to, BlockSet pages) throws VdoException;
  }

  /** Packs them. */
  void pack() throws VdoException {
    boolean[] isFirst = {true};
    forEachWindow((_, _, pages) -> {
      if (isFirst[0]) {
        // By now all of them are known; before, none was.
        isFirst[0] = false;
        packInterior();
        queue.begin(FrameKind.LEAF, Filter.NONE, faults(), null);
      }
      for (int i = 0; i < pages.size(); i++) {
        addPage(pages.get(i));
      }
      count += pages.size();
    });
    if (isFirst[0]) {
      packInterior();
    }
  }

  private PageFaults faults() {
    var state = volume.superBlock().vdo().state();
    return new PageFaults(volume.nonce(), volume.blockOffset(), true, state.needsRecovery());
  }

  private void packInterior() throws VdoException {
    queue.begin(FrameKind.INTERIOR);
    interior.sort();
    long firstRoot = volume.superBlock().blockMap().rootOrigin();
    for (int i = 0; i < interior.size(); i++) {
      long pbn = interior.get(i);
      addPage(pbn);
      count += pbn >= firstRoot && pbn < firstRoot + Forest.DEFAULT_ROOT_COUNT ? 0 : 1;
    }
  }

  private void addPage(long pbn) throws VdoException {
    long block = pbn - volume.blockOffset();
    if (block >= 0 && block < volume.device().blockCount() - volume.blockOffset()) {
      queue.add(block);
    }
  }

  /** Goes through all pages below the interior ones, as often as wanted. */
  void forEachWindow(Windows windows) throws VdoException {
    var observer = new Interior();
    for (int tree = 0; tree < Forest.DEFAULT_ROOT_COUNT; tree++) {
      observer.add(volume.superBlock().blockMap().rootOrigin() + tree);
    }
    // What a window leads to may fail; the walk must not.
    var failure = new VdoException[1];
    walk.list(
        observer,
        (from, to, pbns) -> {
          if (failure[0] != null) {
            return;
          }
          try {
            var named = JournalNames.pages(volume, slabs, from, to);
            windows.pages(from, to, BlockSet.union(BlockSet.of(pbns), named, sortedInterior()));
          } catch (VdoException e) {
            failure[0] = e;
          }
        });
    if (failure[0] != null) {
      throw failure[0];
    }
  }

  private BlockSet sortedInterior() {
    synchronized (interior) {
      return interior.sort();
    }
  }

  /** {@return whether a block is a page above the leaves; once there was a walk} */
  boolean isInterior(long pbn) {
    return interior.contains(pbn);
  }

  /** {@return whether the tree has faults above the leaves, or pages that are named twice} */
  boolean hasFaults() {
    return hasFaults;
  }

  /** {@return how many pages there are outside the roots} */
  long count() {
    return count;
  }

  /** Gathers the pages above the leaves, and remembers whether anything is wrong with them. */
  private final class Interior implements ForestObserver {
    void add(long pbn) {
      synchronized (interior) {
        interior.add(pbn);
      }
    }

    @Override
    public void unusable(long pbn, TreePlace place, PageFault fault, BlockMapPage page) {
      add(pbn);
      // The roots of trees that were never used are all zeros.
      boolean isUnused =
          place.height() == Forest.ROOT_HEIGHT
              && fault == PageFault.INVALID
              && page.bytes().mismatch(MemorySegment.ofArray(new byte[4096])) < 0;
      boolean isUnwritten =
          fault == PageFault.INVALID && volume.superBlock().vdo().state().needsRecovery();
      hasFaults |= !isUnused && !isUnwritten;
    }

    @Override
    public void interior(long pbn, TreePlace place, BlockMapPage page) {
      add(pbn);
    }

    @Override
    public void refused(long pbn, TreePlace place, long packed, ChildFault fault) {
      hasFaults = true;
    }

    @Override
    public void duplicate(long pbn, TreePlace kept, TreePlace other) {
      hasFaults = true;
    }
  }
}
