package io.vdotools.bench;

import com.google.errorprone.annotations.FormatMethod;
import io.vdotools.device.BlockDevice;
import io.vdotools.engine.Volume;
import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.depot.SlabSummary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Counts everything in a small volume the slow way, from the roots down, and lists what does not
 * agree.
 */
final class Recount {
  final List<String> disagreements = new ArrayList<>();
  // By LBN, packed as on disk; 0 where there is none.
  final long[] mappings;
  // By PBN. A page counts 254.
  final int[] references;
  // In the order of the trees.
  final List<Long> leafPbns = new ArrayList<>();
  // All but the roots.
  final Set<Long> pages = new HashSet<>();
  int unusedSlabs;

  private final BlockDevice device;
  private final Volume volume;
  private final SlabGeometry slabs;
  private final Forest forest;

  private Recount(BlockDevice device, Volume volume) {
    this.device = device;
    this.volume = volume;
    this.slabs = volume.slabs().orElseThrow();
    this.forest = volume.forest().orElseThrow();
    this.mappings = new long[Math.toIntExact(forest.logicalBlocks())];
    this.references = new int[Math.toIntExact(slabs.endBlock())];
  }

  static Recount of(BlockDevice device) throws Exception {
    var recount = new Recount(device, Volume.open(device).checkStrictly());
    recount.countTrees();
    recount.countLeaves();
    recount.compareTotals();
    recount.compareSlabs();
    recount.lookForStrayBlocks();
    return recount;
  }

  /** {@return the mappings, in which nothing is looked at but the trees} */
  static long[] mappingsOf(BlockDevice device) throws Exception {
    var recount = new Recount(device, Volume.open(device).checkStrictly());
    recount.countTrees();
    return recount.mappings;
  }

  @FormatMethod
  private void disagree(String format, Object... values) {
    if (disagreements.size() < 20) {
      disagreements.add(format.formatted(values));
    }
  }

  private MemorySegment read(long pbn) {
    var block = Arena.ofAuto().allocate(BlockSize.BLOCK);
    if (!device.read(pbn, block).isEmpty()) {
      disagree("PBN %d cannot be read", pbn);
    }
    return block;
  }

  private void countTrees() {
    for (int tree = 0; tree < forest.rootCount(); tree++) {
      long pbn = volume.superBlock().blockMap().rootOrigin() + tree;
      if (isZero(read(pbn))) {
        continue;
      }
      descend(pbn, tree, Forest.ROOT_HEIGHT, 0);
    }
  }

  private void descend(long pbn, int tree, int height, long index) {
    var page = new BlockMapPage(read(pbn));
    if (page.validity(volume.nonce(), pbn) != BlockMapPage.Validity.VALID || page.hasStrayBytes()) {
      disagree("page %d of height %d is not valid", pbn, height);
      return;
    }
    for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
      long packed = page.entry(slot);
      if (packed == 0) {
        continue;
      }
      long child = index * BlockMapPage.ENTRIES + slot;
      if (height == 0) {
        store(forest.leafPageNumber(tree, index) * BlockMapPage.ENTRIES + slot, packed);
      } else if (child >= forest.pages(tree, height - 1)
          || BlockMapEntry.state(packed) != MappingState.UNCOMPRESSED
          || !slabs.isDataBlock(BlockMapEntry.pbn(packed))) {
        disagree("page %d slot %d: %s", pbn, slot, BlockMapEntry.unpack(packed));
      } else {
        countPage(BlockMapEntry.pbn(packed), height - 1);
        descend(BlockMapEntry.pbn(packed), tree, height - 1, child);
      }
    }
  }

  private void countPage(long pbn, int height) {
    if (!pages.add(pbn)) {
      disagree("page %d is there twice", pbn);
    }
    references[(int) pbn] = ReferenceBlock.MAXIMUM;
    if (height == 0) {
      leafPbns.add(pbn);
    }
  }

  private void store(long lbn, long packed) {
    if (lbn >= forest.logicalBlocks()) {
      disagree("LBN %d is behind the end", lbn);
    } else {
      mappings[(int) lbn] = packed;
    }
  }

  /** After all pages are known, so that data on top of a page shows. */
  private void countLeaves() {
    for (int lbn = 0; lbn < mappings.length; lbn++) {
      long packed = mappings[lbn];
      long pbn = BlockMapEntry.pbn(packed);
      if (!BlockMapEntry.isValid(packed) || (pbn != 0 && !slabs.isDataBlock(pbn))) {
        disagree("LBN %d: %s", lbn, BlockMapEntry.unpack(packed));
      } else if (pbn != 0) {
        references[(int) pbn]++;
        if (pages.contains(pbn) || references[(int) pbn] > ReferenceBlock.MAXIMUM) {
          disagree("LBN %d: PBN %d is a page or has too many references", lbn, pbn);
        }
      }
    }
  }

  private void compareTotals() {
    long used = 0;
    for (long packed : mappings) {
      used += BlockMapEntry.state(packed) == MappingState.UNMAPPED ? 0 : 1;
    }
    var totals = volume.superBlock().recoveryJournal();
    if (totals.logicalBlocksUsed() != used || totals.blockMapDataBlocks() != pages.size()) {
      disagree("%s, but %d used and %d pages", totals, used, pages.size());
    }
  }

  private void compareSlabs() {
    var summary =
        new SlabSummary(Arena.ofAuto().allocate((long) SlabSummary.BLOCKS * BlockSize.BLOCK));
    if (!device.read(volume.summaryStart().orElseThrow(), summary.bytes()).isEmpty()) {
      disagree("the summary cannot be read");
    }
    for (int copy = 0; copy < SlabSummary.COPIES; copy++) {
      for (int slab = slabs.slabCount(); slab < 8192; slab++) {
        if (!summary.entry(copy, slab).equals(slabs.unusedEntry())) {
          disagree("summary of slab %d, which does not exist: %s", slab, summary.entry(copy, slab));
        }
      }
    }
    for (int slab = 0; slab < slabs.slabCount(); slab++) {
      compareSlab(slab, summary);
    }
  }

  private void compareSlab(int slab, SlabSummary summary) {
    int free = 0;
    for (int offset = 0; offset < slabs.dataBlocks(); offset++) {
      free += references[(int) slabs.slabStart(slab) + offset] == 0 ? 1 : 0;
    }
    boolean isUnused = free == slabs.dataBlocks();
    unusedSlabs += isUnused ? 1 : 0;
    for (int copy = 0; copy < SlabSummary.COPIES; copy++) {
      var entry = summary.entry(copy, slab);
      if (entry.isUnused() != isUnused
          || entry.loadRefCounts() == isUnused
          || entry.isDirty()
          || entry.tailBlockOffset() != 0
          // The formula of section 7.4, from scratch.
          || entry.fullnessHint()
              != (free == 0 ? 0 : Math.max(1, free / (slabs.slabBlocks() / 64)))) {
        disagree("slab %d with %d free blocks: %s", slab, free, entry);
      }
    }
    for (int i = 0; !isUnused && i < slabs.usedReferenceBlocks(); i++) {
      compareCounts(slab, i);
    }
    if (!isZero(read(slabs.journalStart(slab) + slabs.journalBlocks() - 1))) {
      disagree("the journal of slab %d is not blank", slab);
    }
  }

  private void compareCounts(int slab, int index) {
    var block = new ReferenceBlock(read(slabs.referenceStart(slab) + index));
    for (int sector = 0; sector < BlockSize.SECTORS_PER_BLOCK; sector++) {
      if (block.commitPoint(sector) != 0) {
        disagree("slab %d has a commit point", slab);
      }
    }
    for (int i = 0; i < ReferenceBlock.COUNTS_PER_BLOCK; i++) {
      int offset = index * ReferenceBlock.COUNTS_PER_BLOCK + i;
      int expected =
          offset < slabs.dataBlocks() ? references[(int) slabs.slabStart(slab) + offset] : 0;
      if (block.count(i) != expected) {
        disagree("slab %d offset %d: %d, not %d", slab, offset, block.count(i), expected);
      }
    }
  }

  /** Nothing may be written where the format has data. */
  private void lookForStrayBlocks() {
    int length = 1024;
    var blocks = Arena.ofAuto().allocate((long) length * BlockSize.BLOCK, BlockSize.BLOCK);
    for (long from = slabs.firstBlock(); from < slabs.endBlock(); from += length) {
      if (!device.read(from, blocks).isEmpty()) {
        disagree("PBN %d and what follows cannot be read", from);
      }
      for (int i = 0; i < length && from + i < slabs.endBlock(); i++) {
        var block = blocks.asSlice((long) i * BlockSize.BLOCK, BlockSize.BLOCK);
        long pbn = from + i;
        if (slabs.isDataBlock(pbn) && !pages.contains(pbn) && !isZero(block)) {
          disagree("block %d was written to", pbn);
        }
      }
    }
    if (volume.superBlock().recoveryJournal().journalStart() != 1) {
      disagree("the journal does not start anew");
    }
  }

  private static boolean isZero(MemorySegment block) {
    return block.mismatch(ZEROS) < 0;
  }

  private static final MemorySegment ZEROS = Arena.ofAuto().allocate(BlockSize.BLOCK).asReadOnly();
}
