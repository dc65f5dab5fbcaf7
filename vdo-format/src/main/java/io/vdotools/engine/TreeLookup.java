package io.vdotools.engine;

import io.vdotools.device.BlockBuffers;
import io.vdotools.device.BlockDevice;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.blockmap.TreePlace;
import io.vdotools.format.depot.SlabGeometry;
import java.lang.foreign.Arena;
import java.util.OptionalLong;

/**
 * Finds single pages of the block map, from the root down (format-spec, section 5).
 *
 * @param device the volume's blocks
 * @param slabs the slabs, in whose data blocks pages lie
 * @param rootOrigin the PBN of the first root
 * @param nonce the volume's nonce
 */
public record TreeLookup(BlockDevice device, SlabGeometry slabs, long rootOrigin, long nonce) {
  /**
   * {@return the PBN of the page that names a page, nothing if no usable page does}
   *
   * @param page which page it is; the slot has no meaning
   */
  public OptionalLong parentOf(TreePlace page) {
    if (page.height() >= Forest.ROOT_HEIGHT) {
      return OptionalLong.empty();
    }
    int parentHeight = page.height() + 1;
    long parentIndex = page.pageIndex() / BlockMapPage.ENTRIES;
    long pbn = rootOrigin + page.tree();
    try (var arena = Arena.ofConfined()) {
      var bytes = new BlockMapPage(BlockBuffers.allocate(arena, 1));
      for (int height = Forest.ROOT_HEIGHT; height > parentHeight; height--) {
        if (!device.read(pbn, bytes.bytes()).isEmpty()
            || bytes.validity(nonce, pbn) != BlockMapPage.Validity.VALID) {
          return OptionalLong.empty();
        }
        pbn = BlockMapEntry.pbn(bytes.entry(slot(parentIndex, height - 1 - parentHeight)));
        if (!slabs.isDataBlock(pbn)) {
          return OptionalLong.empty();
        }
      }
    }
    return OptionalLong.of(pbn);
  }

  /** The slot on the way to a page, so many levels above the page's own parent slot. */
  private static int slot(long pageIndex, int levelsAbove) {
    long index = pageIndex;
    for (int i = 0; i < levelsAbove; i++) {
      index /= BlockMapPage.ENTRIES;
    }
    return (int) (index % BlockMapPage.ENTRIES);
  }
}
