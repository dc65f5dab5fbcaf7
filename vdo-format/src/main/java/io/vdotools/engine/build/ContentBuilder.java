package io.vdotools.engine.build;

import io.vdotools.device.DeviceException;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.engine.build.CountWindow.Outcome;
import io.vdotools.format.VolumeState;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.model.CountRun;
import io.vdotools.model.MappingBatch;
import io.vdotools.model.MappingRun;
import io.vdotools.model.ModelException;
import io.vdotools.model.PagePlace;
import io.vdotools.model.SlabState;
import java.lang.foreign.Arena;
import java.util.BitSet;

/**
 * Writes the block map and the slabs.
 *
 * <p>References are counted while they come, for as many slabs from the first one on as memory is
 * granted for. Slabs are written in ascending order; where one is behind those that were counted
 * for, the block map just written is read again.
 */
final class ContentBuilder implements AutoCloseable {
  private static final int UNKNOWN = -1;

  private final TargetLayout layout;
  private final SlabGeometry slabs;
  private final ForestBuilder forest;
  private final UnplacedPages unplaced;
  private final SlabWriter slabWriter;
  private final boolean hasCounts;
  private final boolean areSlabsAsTold;
  private final int windowSlabs;
  private final BitSet touched = new BitSet();
  private CountWindow window;
  private long logicalBlocksUsed;
  private int usedSlabs;

  // While slabs are written: the one whose counts are being told, and what is told of it.
  private final SlabCounts current;
  private int currentSlab = UNKNOWN;
  private boolean isCurrentUsed;
  private boolean isCurrentTold;

  /**
   * @param device the volume's blocks, addressed by PBN
   * @param layout where everything lies
   * @param options how to build
   * @param areSlabsAsTold whether the slabs that are told of are those of the layout
   * @param isBlank whether the device holds nothing but zeros
   * @param scratch gives room for pages without a place
   * @param arena for buffers
   */
  ContentBuilder(
      WritableBlockDevice device,
      TargetLayout layout,
      BuildOptions options,
      boolean areSlabsAsTold,
      boolean isBlank,
      Scratch scratch,
      Arena arena) {
    this.layout = layout;
    this.slabs = layout.slabs();
    this.unplaced = new UnplacedPages(scratch, layout.forest().allocatablePages(), arena);
    this.forest = new ForestBuilder(device, layout, unplaced, arena);
    this.slabWriter = new SlabWriter(device, layout, isBlank, arena);
    this.hasCounts = layout.superBlock().vdo().state() != VolumeState.NEW;
    this.areSlabsAsTold = areSlabsAsTold;
    this.windowSlabs = Math.clamp(options.memoryBytes() / slabs.dataBlocks(), 1, 1 << 13);
    this.window = window(0);
    this.current = new SlabCounts(slabs.dataBlocks());
  }

  private CountWindow window(int firstSlab) {
    return new CountWindow(slabs, firstSlab, Math.min(windowSlabs, slabs.slabCount() - firstSlab));
  }

  TargetLayout layout() {
    return layout;
  }

  long logicalBlocksUsed() {
    return logicalBlocksUsed;
  }

  long blockMapPages() {
    return forest.pages();
  }

  long placedPages() {
    return unplaced.placed();
  }

  int usedSlabs() {
    return usedSlabs;
  }

  void page(PagePlace page) throws ModelException, DeviceException {
    refuseIfNew("a page of the block map");
    if (page.pbn() == PagePlace.UNPLACED) {
      forest.addUnplacedPage(page.tree(), page.height(), page.index());
      return;
    }
    var outcome = window.addPage(page.pbn());
    if (outcome != Outcome.DONE) {
      check(
          outcome,
          page.pbn(),
          "page %d of height %d in tree %d".formatted(page.index(), page.height(), page.tree()));
    }
    touched.set(slabs.slabOf(page.pbn()));
    forest.addPage(page.tree(), page.height(), page.index(), page.pbn());
  }

  private void refuseIfNew(String what) throws ModelException {
    if (!hasCounts) {
      throw new ModelException("%s on a volume in state NEW, which holds nothing".formatted(what));
    }
  }

  /** Maps runs in turn; what is thrown is about the one that {@link MappingBatch#told} says. */
  void mappings(MappingBatch runs) throws ModelException, DeviceException {
    int size = runs.size();
    // Asked for one right after the other, counts are waited for together: with all that is to be
    // done between them, each would be waited for by itself.
    for (int i = 0; i < size; i++) {
      window.fetch(runs.pbn(i));
    }
    for (int i = 0; i < size; i++) {
      runs.telling(i);
      if (hasCounts && runs.isData(i)) {
        int count = (int) runs.count(i);
        data(runs.firstLbn(i), count, runs.pbn(i));
        logicalBlocksUsed += count;
      } else {
        mapping(runs.run(i));
      }
    }
  }

  void mapping(MappingRun run) throws ModelException, DeviceException {
    refuseIfNew("a mapping");
    int count = (int) run.count();
    switch (run) {
      case MappingRun.Data(long lbn, _, long first) -> data(lbn, count, first);
      case MappingRun.Fragments(long lbn, _, long pbn, _) -> {
        for (int i = 0; i < count; i++) {
          refer(pbn, 1, lbn + i);
        }
        forest.map(lbn, count, run.entry(0), 0, 1);
      }
      case MappingRun.Zeros(long lbn, _) -> forest.map(lbn, count, run.entry(0), 0, 0);
    }
    logicalBlocksUsed += count;
  }

  private void data(long lbn, int count, long pbn) throws ModelException, DeviceException {
    refer(pbn, count, lbn);
    forest.mapData(lbn, count, pbn);
  }

  private void refer(long pbn, int count, long lbn) throws ModelException {
    var outcome = window.addReferences(pbn, count);
    if (outcome != Outcome.DONE) {
      long failed = window.failedPbn();
      check(outcome, failed, "LBN " + (lbn + failed - pbn));
    }
    int last = slabs.slabOf(pbn + count - 1);
    if (last >= window.endSlab()) {
      touched.set(slabs.slabOf(pbn), last + 1);
    }
  }

  private void check(Outcome outcome, long pbn, String who) throws ModelException {
    switch (outcome) {
      case DONE -> {}
      case NOT_A_DATA_BLOCK ->
          throw new ModelException(
              "%s at PBN %d: with slabs of %d blocks from PBN %d to %d, that is no data block"
                  .formatted(
                      who, pbn, slabs.slabBlocks(), slabs.firstBlock(), slabs.endBlock() - 1));
      case IS_A_PAGE ->
          throw new ModelException(
              "%s at PBN %d: there lies a page of the block map".formatted(who, pbn));
      case IS_DATA -> throw new ModelException("%s at PBN %d: there lies data".formatted(who, pbn));
      case FULL ->
          throw new ModelException(
              "%s at PBN %d: the block has 254 references already, the most that can be counted"
                  .formatted(who, pbn));
    }
  }

  void endBlockMap() throws DeviceException {
    forest.flush();
  }

  void beginSlabs(boolean areCountsComplete) {
    current.areComplete(areCountsComplete);
  }

  void slab(SlabState slab) throws ModelException, DeviceException {
    refuseIfNew("a slab");
    if (areSlabsAsTold) {
      begin(slab.number());
      isCurrentTold = true;
      isCurrentUsed = slab.isUsed();
    }
  }

  void counts(CountRun run) throws ModelException, DeviceException {
    refuseIfNew("a reference count");
    for (long i = 0; i < run.blocks(); i++) {
      long pbn = run.firstPbn() + i;
      if (!slabs.isDataBlock(pbn)) {
        check(Outcome.NOT_A_DATA_BLOCK, pbn, "a reference count");
      }
      begin(slabs.slabOf(pbn));
      current.tell(slabs.offsetInSlab(pbn), run.value());
    }
  }

  /** Writes all slabs before one, and begins with that. */
  private void begin(int slab) throws ModelException, DeviceException {
    if (currentSlab == slab) {
      return;
    }
    finish();
    for (int skipped = currentSlab + 1; skipped < slab; skipped++) {
      start(skipped);
      finish();
    }
    start(slab);
  }

  private void start(int slab) throws ModelException, DeviceException {
    currentSlab = slab;
    isCurrentTold = false;
    isCurrentUsed = false;
    if (slab >= window.endSlab() && touched.get(slab)) {
      recount(slab);
    }
    current.begin(window.countsOf(slab));
  }

  private void recount(int firstSlab) throws ModelException, DeviceException {
    window.close();
    window = window(firstSlab);
    forest.forEachPage((pbn, height, page) -> {
      if (pbn >= 0) {
        check(window.addPage(pbn), pbn, "a page");
      }
      if (height == 0) {
        countEntries(page);
      }
    });
  }

  private void countEntries(BlockMapPage page) throws ModelException {
    for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
      long pbn = BlockMapEntry.pbn(page.entry(slot));
      if (pbn != 0) {
        check(window.addReference(pbn), pbn, "a mapping");
      }
    }
  }

  private void finish() throws ModelException, DeviceException {
    if (currentSlab == UNKNOWN) {
      return;
    }
    while (unplaced.placed() < unplaced.count()) {
      int free = current.takeFree();
      if (free < 0) {
        break;
      }
      unplaced.place(slabs.slabStart(currentSlab) + free);
    }
    boolean isInUse = current.isAnyStored();
    if (isInUse && isCurrentTold && !isCurrentUsed) {
      throw new ModelException(
          "slab %d is said to have never been used, and blocks of it are in use"
              .formatted(currentSlab));
    }
    if (isInUse || isCurrentUsed) {
      usedSlabs++;
      slabWriter.write(currentSlab, current);
    }
  }

  void endSlabs() throws ModelException, DeviceException {
    if (hasCounts) {
      begin(slabs.slabCount() - 1);
      finish();
      if (unplaced.placed() < unplaced.count()) {
        throw new ModelException(
            "%d pages of the block map have no place, and no block is free for them"
                .formatted(unplaced.count() - unplaced.placed()));
      }
      forest.placeAll();
      slabWriter.writeSummary();
    }
    slabWriter.clearJournal();
  }

  @Override
  public void close() {
    window.close();
  }
}
