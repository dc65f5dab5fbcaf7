package io.vdotools.tool.pack;

import io.vdotools.format.blockmap.BlockMapPage;
import java.lang.foreign.MemorySegment;

/**
 * Which pages of the block map are a sign of damage, so that others may lie where nothing leads to
 * them.
 *
 * @param nonce the volume's nonce
 * @param blockOffset how many blocks PBNs are ahead of the blocks of the device
 * @param isAny whether pages are looked at at all
 * @param mayBeUnwritten whether pages may be allocated and not yet written, as after a crash
 */
record PageFaults(long nonce, long blockOffset, boolean isAny, boolean mayBeUnwritten) {
  /** For blocks that are no pages. */
  static final PageFaults NONE = new PageFaults(0, 0, false, false);

  boolean isFaulty(long block, byte[] content, int at) {
    if (!isAny) {
      return false;
    }
    var page = new BlockMapPage(MemorySegment.ofArray(content).asSlice(at, 4096));
    return switch (page.validity(nonce, block + blockOffset)) {
      case VALID -> false;
      case BAD -> true;
      case INVALID -> !mayBeUnwritten;
    };
  }

  /** {@return whether a block begins as a page of the volume does} */
  static boolean hasSignature(byte[] content, int at, long nonce) {
    var page = new BlockMapPage(MemorySegment.ofArray(content).asSlice(at, 4096));
    return page.nonce() == nonce && page.version().equals(BlockMapPage.VERSION);
  }
}
