package io.vdotools.engine.repair;

import io.vdotools.device.BlockBuffers;
import io.vdotools.device.BlockDevice;
import io.vdotools.engine.Volume;
import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Finds the roots of a block map where nothing tells of them any more. */
final class RootSearch {
  /**
   * Roots that were found.
   *
   * @param superBlockPbn the PBN before the first of them
   * @param nonce the nonce that they carry
   * @param pages how many of the 60 are there
   */
  record Roots(long superBlockPbn, long nonce, int pages) {}

  private RootSearch() {}

  /** {@return the most complete set of roots behind a place where a super block can have been} */
  static Optional<Roots> find(BlockDevice device) {
    Optional<Roots> best = Optional.empty();
    try (var arena = Arena.ofConfined()) {
      var buffer = BlockBuffers.allocate(arena, Forest.DEFAULT_ROOT_COUNT);
      for (long pbn : Volume.superBlockPlaces()) {
        if (pbn + Forest.DEFAULT_ROOT_COUNT >= device.blockCount()) {
          continue;
        }
        var errors = device.read(pbn + 1, buffer);
        Map<Long, Integer> byNonce = new HashMap<>();
        for (int i = 0; i < Forest.DEFAULT_ROOT_COUNT; i++) {
          long root = pbn + 1 + i;
          var page = new BlockMapPage(buffer.asSlice((long) i * BlockSize.BLOCK, BlockSize.BLOCK));
          boolean isRoot =
              !errors.contains(root)
                  && page.version().equals(BlockMapPage.VERSION)
                  && page.isInitialized()
                  && page.pbn() == root
                  && page.nonce() != 0;
          if (isRoot) {
            byNonce.merge(page.nonce(), 1, Integer::sum);
          }
        }
        for (var found : byNonce.entrySet()) {
          if (best.isEmpty() || best.get().pages() < found.getValue()) {
            best = Optional.of(new Roots(pbn, found.getKey(), found.getValue()));
          }
        }
      }
    }
    return best;
  }
}
