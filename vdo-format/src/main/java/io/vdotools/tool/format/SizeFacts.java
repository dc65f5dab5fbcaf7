package io.vdotools.tool.format;

import io.vdotools.engine.format.VolumeLayout;
import io.vdotools.format.BlockSize;
import io.vdotools.format.Limits;
import io.vdotools.format.PartitionId;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.depot.SlabSummary;

/**
 * What follows from a layout: overhead, memory, limits.
 *
 * <p>Space and limits are exact, since they are the formatter's own arithmetic. Of the memory, the
 * parts that follow from the format are exact, too; what the driver takes besides, its makers give
 * as round figures only.
 *
 * @param layout the layout
 * @param cacheBytes the size of the block map cache with which the volume will run
 */
record SizeFacts(VolumeLayout layout, long cacheBytes) {
  /** What {@code dmsetup} tables usually say. */
  static final long DEFAULT_CACHE_BYTES = 128L << 20;

  // What every volume takes besides, by the requirements that its makers publish: 38 MB.
  static final long FIXED_MEMORY_BYTES = 38_000_000;

  // By the same source, a cache takes 1.15 times its size.
  private static final int CACHE_PERCENT = 115;

  private static final long RECORDS_PER_PAGE = 1024;

  /** {@return the largest size that a volume with slabs of this size can grow to, in blocks} */
  static long mostPhysicalBlocks(VolumeLayout layout) {
    long slabs = (long) Limits.SLABS * layout.slabs().slabBlocks();
    return Math.min(
        Limits.PHYSICAL_BLOCKS,
        layout.slabs().firstBlock() + slabs + VolumeLayout.JOURNAL_BLOCKS + SlabSummary.BLOCKS);
  }

  /** {@return the size of the smallest volume with this index and slabs of this size, in blocks} */
  long leastPhysicalBlocks() {
    return VolumeLayout.minimumBlocks(layout.index(), layout.slabs().slabBlocks());
  }

  long referenceCountBlocks() {
    return (long) layout.slabs().slabCount() * layout.slabs().referenceBlocks();
  }

  long slabJournalBlocks() {
    return (long) layout.slabs().slabCount() * layout.slabs().journalBlocks();
  }

  long rootBlocks() {
    return layout.partition(PartitionId.BLOCK_MAP).count();
  }

  /** {@return all blocks that can hold neither data nor block map pages} */
  long overheadBlocks() {
    return layout.options().physicalBlocks() - layout.dataBlocks();
  }

  /** {@return block map pages besides the roots, once every logical block is in use} */
  long blockMapPages() {
    return forest().allocatablePages();
  }

  private Forest forest() {
    return new Forest(Forest.DEFAULT_ROOT_COUNT, layout.logicalBlocks());
  }

  /** {@return the data that the index remembers, in bytes} */
  long windowBytes() {
    return layout.index().chapters()
        * layout.index().recordPages()
        * RECORDS_PER_PAGE
        * BlockSize.BLOCK;
  }

  long indexMemoryBytes() {
    return layout.options().indexMemory().bytes();
  }

  long cacheMemoryBytes() {
    return cacheBytes / 100 * CACHE_PERCENT + cacheBytes % 100 * CACHE_PERCENT / 100;
  }

  /** {@return the memory of reference counts: one byte for each data block} */
  long countMemoryBytes() {
    return layout.dataBlocks();
  }

  /** {@return the memory of the block map pages above the leaves, which stay there} */
  long treeMemoryBytes() {
    long pages = 0;
    for (int tree = 0; tree < Forest.DEFAULT_ROOT_COUNT; tree++) {
      for (int height = 1; height <= Forest.ROOT_HEIGHT; height++) {
        pages += forest().pages(tree, height);
      }
    }
    return pages * BlockSize.BLOCK;
  }

  long memoryBytes() {
    return indexMemoryBytes()
        + cacheMemoryBytes()
        + countMemoryBytes()
        + treeMemoryBytes()
        + FIXED_MEMORY_BYTES;
  }
}
