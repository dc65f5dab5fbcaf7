package io.vdotools.engine.repair;

import io.vdotools.device.BlockDevice;
import io.vdotools.engine.BlockMapPatches;
import io.vdotools.engine.JournalArea;
import io.vdotools.engine.JournalEntryRules;
import io.vdotools.engine.RebuildJournal;
import io.vdotools.engine.ReplayedDevice;
import io.vdotools.format.PartitionId;
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

  private final BlockDevice device;
  private final long superBlockPbn;
  private final long nonce;
  private int pagesRead;

  /**
   * @param device the volume's blocks
   * @param superBlockPbn where the super block lies; the roots are behind it
   * @param nonce the volume's nonce
   */
  LogicalExtent(BlockDevice device, long superBlockPbn, long nonce) {
    this.device = device;
    this.superBlockPbn = superBlockPbn;
    this.nonce = nonce;
  }

  /**
   * {@return the LBN behind the last that is mapped, at least 1, with what the recovery journal
   * still holds}
   *
   * @param device the volume's blocks
   * @param superBlockPbn where the super block lies
   * @param superBlock a super block of which all but the logical size is right
   */
  static long withJournal(BlockDevice device, long superBlockPbn, SuperBlock superBlock) {
    var depot = superBlock.slabDepot();
    var slabs = SlabGeometry.of(depot.firstBlock(), depot.lastBlock(), depot.slabConfig());
    var area =
        superBlock
            .layout()
            .partition(PartitionId.RECOVERY_JOURNAL)
            .flatMap(p ->
                JournalArea.of(
                    p.offset(),
                    p.count(),
                    superBlock.vdo().nonce(),
                    superBlock.vdo().recoveryCountByte(),
                    superBlock.recoveryJournal().journalStart()));
    long nonce = superBlock.vdo().nonce();
    if (slabs.isEmpty() || area.isEmpty()) {
      return new LogicalExtent(device, superBlockPbn, nonce).mappedBlocks(superBlock);
    }
    var rules = new JournalEntryRules(superBlock.vdo().config().physicalBlocks(), slabs.get());
    var patches = new BlockMapPatches(1024);
    new RebuildJournal(area.get(), JournalSurvey.of(device, area.get()).scan())
        .forEachEntry(
            device,
            (_, _, entry) -> {
              if (rules.fault(entry).isEmpty()) {
                patches.store(entry);
              }
            });
    patches.seal();
    return new LogicalExtent(new ReplayedDevice(device, patches, nonce), superBlockPbn, nonce)
        .mappedBlocks(superBlock);
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
    var block = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
    if (!device.read(pbn, block).isEmpty()) {
      return null;
    }
    var page = new BlockMapPage(block);
    return page.validity(nonce, pbn) == BlockMapPage.Validity.VALID ? page : null;
  }
}
