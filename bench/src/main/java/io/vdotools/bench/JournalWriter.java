package io.vdotools.bench;

import io.vdotools.device.BlockBuffers;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.DeviceException;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.format.SuperBlock;
import io.vdotools.format.VolumeState;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.journal.JournalEntry;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.format.journal.RecoveryJournalBlock;
import java.lang.foreign.Arena;

/**
 * Makes a generated volume one that crashed with a full recovery journal, of which nothing has
 * reached the block map or the slabs: the most that a replay can have to do.
 *
 * <p>LBNs from 0 on are overwritten one after the other, each once, with a block that was free.
 */
final class JournalWriter {
  private static final int RECOVERIES = 0;

  private final VolumePlan plan;
  private final WritableBlockDevice device;
  private final Allocation allocation;
  private final SlabGeometry slabs;
  private int freeSlab;
  private int freeOffset;

  private JournalWriter(VolumePlan plan, WritableBlockDevice device) {
    this.plan = plan;
    this.device = device;
    this.allocation = plan.allocation();
    this.slabs = plan.slabs();
  }

  /**
   * Writes a journal, and the super block of a volume that crashed.
   *
   * @param plan the volume, with a data block of its own for each LBN
   * @param device where it was written
   * @param blocks of the journal, at most as many as it has
   * @throws IllegalArgumentException if there are not enough LBNs or free blocks
   */
  static void write(VolumePlan plan, WritableBlockDevice device, long blocks)
      throws DeviceException {
    long entries = blocks * JournalFormat.CURRENT.entriesPerBlock();
    if (plan.shape().pattern() != SharingPattern.NONE || entries > plan.mappings()) {
      throw new IllegalArgumentException(
          "%d journal entries need as many LBNs with a block of their own".formatted(entries));
    }
    new JournalWriter(plan, device).write(blocks);
  }

  private void write(long blocks) throws DeviceException {
    var superBlock = plan.superBlock();
    var config = superBlock.vdo().config();
    long ring = config.recoveryJournalBlocks();
    long start = plan.summaryStart() - ring;
    try (Arena arena = Arena.ofConfined()) {
      var block = new RecoveryJournalBlock(BlockBuffers.allocate(arena, 1));
      long lbn = 0;
      for (long sequence = 1; sequence <= blocks; sequence++) {
        block.format(
            new RecoveryJournalBlock.Header(
                1,
                1,
                sequence,
                plan.nonce(),
                JournalFormat.CURRENT,
                superBlock.recoveryJournal().logicalBlocksUsed(),
                superBlock.recoveryJournal().blockMapDataBlocks(),
                RECOVERIES),
            ring);
        while (block.append(overwrite(lbn))) {
          lbn++;
          takeFree();
        }
        device.write(start + sequence % ring, block.bytes());
      }
      var bytes = arena.allocate(BlockDevice.BLOCK_SIZE);
      superBlock.withVdo(superBlock.vdo().withState(VolumeState.DIRTY)).encode(bytes);
      SuperBlock.sealChecksum(bytes);
      device.write(VolumePlan.superBlockPbn(), bytes);
    }
  }

  private JournalEntry overwrite(long lbn) {
    return new JournalEntry(
        JournalFormat.CURRENT,
        0,
        allocation.leafPbn(lbn / BlockMapPage.ENTRIES),
        (int) (lbn % BlockMapPage.ENTRIES),
        new BlockMapEntry(nextFree(), MappingState.UNCOMPRESSED),
        new BlockMapEntry(allocation.dataPbn(lbn), MappingState.UNCOMPRESSED));
  }

  /**
   * {@return the free block that is taken next}, going from slab to slab as the driver does not.
   */
  private long nextFree() {
    while (allocation.dataAt(freeSlab, freeOffset) != Allocation.FREE) {
      takeFree();
    }
    return slabs.slabStart(freeSlab) + freeOffset;
  }

  private void takeFree() {
    freeSlab++;
    if (freeSlab == slabs.slabCount()) {
      freeSlab = 0;
      freeOffset++;
      if (freeOffset == slabs.dataBlocks()) {
        throw new IllegalArgumentException("not enough free blocks for so many journal entries");
      }
    }
  }
}
