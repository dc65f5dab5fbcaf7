package io.vdotools.engine.salvage;

import io.vdotools.device.BlockDevice;
import io.vdotools.engine.NotAVolumeException;
import io.vdotools.engine.Volume;
import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;

/**
 * What every LBN is mapped to, read by the shortest way: pages that are not valid have no entries,
 * as a driver's rebuild sees it.
 */
final class Mappings {
  private final Volume volume;
  private final Forest forest;
  private final long[] packed;
  private final Set<Long> seen = new HashSet<>();

  private Mappings(Volume volume) {
    this.volume = volume;
    this.forest = volume.forest().orElseThrow();
    this.packed = new long[Math.toIntExact(forest.logicalBlocks())];
  }

  static Mappings of(BlockDevice device) throws NotAVolumeException {
    var mappings = new Mappings(Volume.open(device));
    for (int tree = 0; tree < Forest.DEFAULT_ROOT_COUNT; tree++) {
      mappings.read(
          mappings.volume.superBlock().blockMap().rootOrigin() + tree, tree, Forest.ROOT_HEIGHT, 0);
    }
    return mappings;
  }

  private void read(long pbn, int tree, int height, long index) {
    var block = MemorySegment.ofArray(new byte[BlockSize.BLOCK]);
    var page = new BlockMapPage(block);
    if (!seen.add(pbn)
        || !volume.device().read(pbn, block).isEmpty()
        || page.validity(volume.nonce(), pbn) != BlockMapPage.Validity.VALID) {
      return;
    }
    for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
      long entry = page.entry(slot);
      if (entry == 0) {
        continue;
      }
      long below = index * BlockMapPage.ENTRIES + slot;
      if (height > 0 && volume.slabs().orElseThrow().isDataBlock(BlockMapEntry.pbn(entry))) {
        if (below < forest.pages(tree, height - 1)) {
          read(BlockMapEntry.pbn(entry), tree, height - 1, below);
        }
      } else if (height == 0) {
        long lbn = forest.leafPageNumber(tree, index) * BlockMapPage.ENTRIES + slot;
        if (lbn < packed.length) {
          packed[(int) lbn] = entry;
        }
      }
    }
  }

  int size() {
    return packed.length;
  }

  long of(int lbn) {
    return packed[lbn];
  }

  /** {@return how many LBNs are mapped here as they are there} */
  long sameAs(Mappings other) {
    long same = 0;
    for (int lbn = 0; lbn < packed.length; lbn++) {
      same += packed[lbn] != 0 && packed[lbn] == other.packed[lbn] ? 1 : 0;
    }
    return same;
  }

  long mapped() {
    return sameAs(this);
  }
}
