package io.vdotools.engine.repair;

import io.vdotools.format.SuperBlock;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.depot.SlabGeometry;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * How far the block map reaches, where no size tells: followed from the roots along the last entry
 * of each page.
 */
final class LogicalExtent {
  private static final int FANOUT = BlockMapPage.ENTRIES;

  /** A page that names itself leads nowhere, but in many ways. */
  private static final int MOST_PAGES = 1 << 20;

  private final PbnOverlay blocks;
  private final long superBlockPbn;
  private final long nonce;
  private int pagesRead;

  /**
   * @param blocks the volume
   * @param superBlockPbn where the super block lies; the roots are behind it
   * @param nonce the volume's nonce
   */
  LogicalExtent(PbnOverlay blocks, long superBlockPbn, long nonce) {
    this.blocks = blocks;
    this.superBlockPbn = superBlockPbn;
    this.nonce = nonce;
  }

  /** {@return the LBN behind the last that is mapped, at least 1} */
  long mappedBlocks(SuperBlock superBlock) {
    var depot = superBlock.slabDepot();
    var slabs = SlabGeometry.of(depot.firstBlock(), depot.lastBlock(), depot.slabConfig());
    long end = 1;
    if (slabs.isPresent()) {
      for (int tree = 0; tree < Forest.DEFAULT_ROOT_COUNT; tree++) {
        end = Math.max(end, endOf(slabs.get(), tree));
      }
    }
    return end;
  }

  private long endOf(SlabGeometry slabs, int tree) {
    return endBelow(slabs, superBlockPbn + 1 + tree, tree, Forest.ROOT_HEIGHT, 0);
  }

  /** The LBN behind the last that is mapped below a page, 0 if none is. */
  private long endBelow(SlabGeometry slabs, long pbn, int tree, int height, long index) {
    var page = page(pbn);
    if (page == null) {
      return 0;
    }
    for (int slot = FANOUT - 1; slot >= 0; slot--) {
      long packed = page.entry(slot);
      if (packed == 0 || !BlockMapEntry.isValid(packed)) {
        continue;
      }
      if (height == 0) {
        return (index * Forest.DEFAULT_ROOT_COUNT + tree) * FANOUT + slot + 1;
      }
      if (slabs.isDataBlock(BlockMapEntry.pbn(packed))) {
        long end =
            endBelow(slabs, BlockMapEntry.pbn(packed), tree, height - 1, index * FANOUT + slot);
        if (end > 0) {
          return end;
        }
      }
    }
    return 0;
  }

  private @Nullable BlockMapPage page(long pbn) {
    if (pagesRead++ >= MOST_PAGES) {
      return null;
    }
    MemorySegment block = blocks.block(pbn);
    var page = new BlockMapPage(block);
    return page.validity(nonce, pbn) == BlockMapPage.Validity.VALID ? page : null;
  }
}
