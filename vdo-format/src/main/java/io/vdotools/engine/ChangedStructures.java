package io.vdotools.engine;

import io.vdotools.format.GeometryBlock;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.depot.SlabSummary;
import io.vdotools.problem.Structure;
import java.util.EnumMap;
import java.util.Map;

/** Tells of which structures blocks are, for reports on what changes. */
public final class ChangedStructures {
  private final Volume volume;
  private final SlabGeometry slabs;
  private final JournalArea journal;
  private final long summaryStart;

  private ChangedStructures(Volume volume) {
    this.volume = volume;
    this.slabs = volume.slabs().orElseThrow();
    this.journal = volume.journalArea().orElseThrow();
    this.summaryStart = volume.summaryStart().orElseThrow();
  }

  /**
   * {@return how many blocks of each structure there are among some; all pages of the block map
   * that lie in slabs count as leaves}
   *
   * @param volume a volume whose layout is known
   * @param blocks blocks by their numbers on the backing device
   */
  public static Map<Structure, Long> count(Volume volume, long[] blocks) {
    var structures = new ChangedStructures(volume);
    var counts = new EnumMap<Structure, Long>(Structure.class);
    for (long block : blocks) {
      counts.merge(structures.of(block + volume.blockOffset()), 1L, Long::sum);
    }
    return counts;
  }

  private Structure of(long pbn) {
    if (pbn == volume.blockOffset() + GeometryBlock.LOCATION) {
      return Structure.GEOMETRY;
    }
    if (pbn == volume.superBlockPbn()) {
      return Structure.SUPER_BLOCK;
    }
    if (pbn >= journal.firstPbn() && pbn < journal.firstPbn() + journal.blocks()) {
      return Structure.RECOVERY_JOURNAL;
    }
    if (pbn >= summaryStart && pbn < summaryStart + SlabSummary.BLOCKS) {
      return Structure.SLAB_SUMMARY;
    }
    long roots = volume.superBlock().blockMap().rootOrigin();
    if (pbn >= roots && pbn < roots + volume.superBlock().blockMap().rootCount()) {
      return Structure.BLOCK_MAP_ROOT;
    }
    if (pbn < slabs.firstBlock() || pbn >= slabs.firstBlock() + slabs.totalBlocks()) {
      return Structure.DEVICE;
    }
    if (slabs.isDataBlock(pbn)) {
      return Structure.BLOCK_MAP_LEAF;
    }
    return pbn < slabs.journalStart(slabs.slabOf(pbn))
        ? Structure.REFERENCE_BLOCK
        : Structure.SLAB_JOURNAL;
  }
}
