package io.vdotools.engine;

import io.vdotools.format.GeometryBlock;
import io.vdotools.format.PartitionId;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.depot.SlabSummary;
import java.util.Optional;

/**
 * Tells what metadata a PBN holds, to which no entry of the block map may point.
 *
 * @param volume the volume
 * @param slabs its slabs
 */
public record MetadataAreas(Volume volume, SlabGeometry slabs) {
  /** {@return the metadata at a PBN, in words; nothing if there are none} */
  public Optional<String> at(long pbn) {
    if (slabs.contains(pbn)) {
      int offset = slabs.offsetInSlab(pbn) - slabs.dataBlocks();
      if (offset < 0) {
        return Optional.empty();
      }
      if (offset < slabs.referenceBlocks()) {
        return Optional.of("a reference block");
      }
      return offset < slabs.referenceBlocks() + slabs.journalBlocks()
          ? Optional.of("a slab journal block")
          : Optional.empty();
    }
    if (pbn == GeometryBlock.LOCATION) {
      return Optional.of("the geometry block");
    }
    if (pbn == volume.superBlockPbn()) {
      return Optional.of("the super block");
    }
    long roots = volume.superBlock().blockMap().rootOrigin();
    if (pbn >= roots && pbn < roots + Forest.DEFAULT_ROOT_COUNT) {
      return Optional.of("a block map root");
    }
    long summary = volume.summaryStart().orElse(Long.MAX_VALUE);
    if (pbn >= summary && pbn < summary + SlabSummary.BLOCKS) {
      return Optional.of("the slab summary");
    }
    return volume
        .superBlock()
        .layout()
        .partition(PartitionId.RECOVERY_JOURNAL)
        .filter(journal -> pbn >= journal.offset() && pbn < journal.end())
        .map(_ -> "the recovery journal");
  }
}
