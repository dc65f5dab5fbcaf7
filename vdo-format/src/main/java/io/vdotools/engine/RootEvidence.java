package io.vdotools.engine;

import io.vdotools.device.BlockBuffers;
import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import java.lang.foreign.Arena;

/** Whether the roots behind the super block speak for a nonce. */
public final class RootEvidence {
  private RootEvidence() {}

  /** {@return whether more root pages carry the given nonce than any other that is not 0} */
  public static boolean supports(Volume volume, long nonce) {
    int matching = 0;
    int other = 0;
    try (var arena = Arena.ofConfined()) {
      var buffer = BlockBuffers.allocate(arena, Forest.DEFAULT_ROOT_COUNT);
      var errors = volume.device().read(volume.superBlockPbn() + 1, buffer);
      for (int i = 0; i < Forest.DEFAULT_ROOT_COUNT; i++) {
        var page = new BlockMapPage(buffer.asSlice((long) i * BlockSize.BLOCK, BlockSize.BLOCK));
        if (!errors.contains(volume.superBlockPbn() + 1 + i) && page.nonce() != 0) {
          matching += page.nonce() == nonce ? 1 : 0;
          other += page.nonce() == nonce ? 0 : 1;
        }
      }
    }
    return matching > other;
  }
}
