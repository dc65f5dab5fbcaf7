package io.vdotools.tool.map;

import io.vdotools.engine.ForestObserver;
import io.vdotools.engine.ForestWalk;
import io.vdotools.engine.LogicalVolume;
import io.vdotools.engine.Parallel;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.blockmap.TreePlace;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Finds all uses of some blocks, with one walk over the whole block map. */
final class PbnSearch {
  // What fits into the memory of a small machine beside all else.
  private static final int MOST_REFERENCES = 200_000;
  private static final int WINDOW_PAGES = 1 << 18;

  private final LogicalVolume volume;
  private final PbnSet wanted;
  private final List<Reference> found = new ArrayList<>();
  private boolean isTooMuch;
  private long unusable;

  PbnSearch(LogicalVolume volume, PbnSet wanted) {
    this.volume = volume;
    this.wanted = wanted;
  }

  /**
   * {@return the uses, by PBN and then by LBN}
   *
   * @throws BadListException if there are too many to be sorted
   */
  List<Reference> run(Parallel parallel, ForestWalk.WalkProgress progress) throws BadListException {
    new ForestWalk(
            volume.device(),
            volume.forest(),
            volume.slabs(),
            volume.rootOrigin(),
            volume.nonce(),
            WINDOW_PAGES,
            parallel,
            progress)
        .run(new Pages(), parallel.states(() -> this), new Leaves());
    if (isTooMuch) {
      throw new BadListException(
          "%s: more than %d mappings lead to these blocks; ask for fewer, or see vdo_dump --pbn"
              .formatted(volume.device().name(), MOST_REFERENCES));
    }
    found.sort(
        Comparator.comparingLong(Reference::pbn)
            .thenComparing(Reference::isPage, Comparator.reverseOrder())
            .thenComparingLong(Reference::lbn));
    return found;
  }

  /** {@return pages that cannot be used: mappings in them, and below them, were not seen} */
  long unusablePages() {
    return unusable;
  }

  private synchronized void add(Reference reference) {
    if (found.size() < MOST_REFERENCES) {
      found.add(reference);
    } else {
      isTooMuch = true;
    }
  }

  private void addPage(long pbn, TreePlace place) {
    if (place.height() < Forest.ROOT_HEIGHT && wanted.contains(pbn)) {
      long lbn = volume.forest().lbnsBelow(place.tree(), place.height(), place.pageIndex()).first();
      add(new Reference(pbn, place, true, pbn, lbn, BlockMapEntry.UNMAPPED));
    }
  }

  private final class Leaves implements ForestObserver.LeafTask<PbnSearch> {
    @Override
    public void allocated(PbnSearch state, long pbn) {}

    @Override
    public void leaf(
        PbnSearch state, long pbn, long pageNumber, MemorySegment buffer, long offset) {
      int trees = volume.forest().rootCount();
      int tree = (int) (pageNumber % trees);
      long index = pageNumber / trees;
      addPage(pbn, new TreePlace(tree, 0, index, 0));
      long firstLbn = pageNumber * BlockMapPage.ENTRIES;
      long slots = Math.clamp(volume.logicalBlocks() - firstLbn, 0, BlockMapPage.ENTRIES);
      for (int slot = 0; slot < slots; slot++) {
        long packed = BlockMapPage.entry(buffer, offset, slot);
        long target = BlockMapEntry.pbn(packed);
        if (target != 0 && wanted.contains(target)) {
          add(
              new Reference(
                  target,
                  new TreePlace(tree, 0, index, slot),
                  false,
                  pbn,
                  firstLbn + slot,
                  BlockMapEntry.unpack(packed)));
        }
      }
    }
  }

  private final class Pages implements ForestObserver {
    @Override
    public void unusable(long pbn, TreePlace place, PageFault fault, BlockMapPage page) {
      addPage(pbn, place);
      if (fault != PageFault.INVALID) {
        synchronized (PbnSearch.this) {
          unusable++;
        }
      }
    }

    @Override
    public void interior(long pbn, TreePlace place, BlockMapPage page) {
      addPage(pbn, place);
    }

    @Override
    public void refused(long pbn, TreePlace place, long packed, ChildFault fault) {
      synchronized (PbnSearch.this) {
        unusable++;
      }
    }

    @Override
    public void duplicate(long pbn, TreePlace kept, TreePlace other) {
      addPage(pbn, other);
    }
  }
}
