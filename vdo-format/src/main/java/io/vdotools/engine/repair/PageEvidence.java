package io.vdotools.engine.repair;

import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.format.blockmap.TreePlace;
import java.lang.foreign.MemorySegment;

/** What the bytes in the place of a page say for and against being that page. */
final class PageEvidence {
  private PageEvidence() {}

  /** {@return whether a page is right but for one bit of its nonce} */
  static boolean isNonceOffByOneBit(MemorySegment block, long nonce, long pbn) {
    var page = new BlockMapPage(block);
    return Long.bitCount(page.nonce() ^ nonce) == 1
        && page.pbn() == pbn
        && page.isInitialized()
        && page.version().equals(BlockMapPage.VERSION);
  }

  /**
   * {@return whether the block holds a page that belongs to another place: one where a page can be,
   * and is}
   */
  static boolean isMisdirected(MendContext context, MemorySegment block) {
    return context.holdsPage(new BlockMapPage(block).pbn());
  }

  /** {@return how many parts of a header are those of the page at a PBN, of four} */
  static int headerMatches(MemorySegment block, long nonce, long pbn) {
    var page = new BlockMapPage(block);
    return (page.version().equals(BlockMapPage.VERSION) ? 1 : 0)
        + (page.nonce() == nonce ? 1 : 0)
        + (page.pbn() == pbn ? 1 : 0)
        + (page.isInitialized() ? 1 : 0);
  }

  /** {@return how many entries are not empty, -1 if one of them cannot be in such a page} */
  static int entries(MendContext context, MemorySegment block, TreePlace place) {
    var page = new BlockMapPage(block);
    int count = 0;
    for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
      long packed = page.entry(slot);
      if (packed == 0) {
        continue;
      }
      long pbn = BlockMapEntry.pbn(packed);
      boolean isPossible =
          place.height() == 0
              ? BlockMapEntry.isValid(packed) && (pbn == 0 || context.slabs().isDataBlock(pbn))
              : BlockMapEntry.state(packed) == MappingState.UNCOMPRESSED
                  && context.slabs().isDataBlock(pbn);
      if (!isPossible
          || context
              .forest()
              .lbnsBelow(new TreePlace(place.tree(), place.height(), place.pageIndex(), slot))
              .isEmpty()) {
        return -1;
      }
      count++;
    }
    return count;
  }
}
