package io.vdotools.tool.pack;

import io.vdotools.VdoException;
import io.vdotools.device.BlockDevice;
import io.vdotools.engine.Volume;
import io.vdotools.format.BlockSize;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.depot.SlabJournalBlock;
import io.vdotools.format.journal.RecoveryJournalBlock;
import io.vdotools.pack.FrameKind;
import io.vdotools.tool.pack.FrameMaker.Filter;
import java.lang.foreign.MemorySegment;

/** Metadata that nothing leads to: found by what it looks like. */
final class LostMetadata {
  private static final int BLOCKS_AT_ONCE = 256;

  private final BlockDevice device;
  private final Volume volume;
  private final FrameQueue queue;

  LostMetadata(BlockDevice device, Volume volume, FrameQueue queue) {
    this.device = device;
    this.volume = volume;
    this.queue = queue;
  }

  /**
   * Packs the pages of the block map among the data blocks of the slabs that are not packed yet.
   *
   * @return which blocks of the device they are, ascending
   */
  BlockSet packFrom(TreePages pages, SlabGeometry slabs) throws VdoException {
    var found = new BlockSet(0);
    pages.forEachWindow((from, to, known) -> {
      Filter isLost =
          (block, content, at) -> {
            long pbn = block + volume.blockOffset();
            return PageFaults.hasSignature(content, at, volume.nonce())
                && !known.contains(pbn)
                && !pages.isInterior(pbn);
          };
      for (int slab = 0; slab < slabs.slabCount(); slab++) {
        long first = Math.max(from, slabs.slabStart(slab));
        long end = Math.min(to, slabs.slabStart(slab) + slabs.dataBlocks());
        search(first - volume.blockOffset(), end - volume.blockOffset(), isLost, found);
      }
      // Before the next window, because the filter looks into this one.
      queue.finish();
    });
    packFound(found);
    return found;
  }

  /**
   * Packs everything on the device that looks like metadata and is not packed yet. For volumes that
   * do not say where their slabs lie.
   */
  void packAnywhere() throws VdoException {
    long start = Math.max(0, volume.superBlockPbn() - volume.blockOffset() + 1);
    var journal = volume.journalArea();
    var summary = volume.summaryStart();
    var found = new BlockSet(0);
    Filter isMetadata =
        (block, content, at) -> {
          long pbn = block + volume.blockOffset();
          boolean isPacked =
              (journal.isPresent()
                      && pbn >= journal.get().firstPbn()
                      && pbn < journal.get().firstPbn() + journal.get().blocks())
                  || (summary.isPresent()
                      && pbn >= summary.getAsLong()
                      && pbn < summary.getAsLong() + 64);
          return !isPacked && looksLikeMetadata(content, at);
        };
    search(start, device.blockCount(), isMetadata, found);
    queue.finish();
    packFound(found);
  }

  private boolean looksLikeMetadata(byte[] content, int at) {
    var block = MemorySegment.ofArray(content).asSlice(at, BlockSize.BLOCK);
    return PageFaults.hasSignature(content, at, volume.nonce())
        || new SlabJournalBlock(block).belongsTo(volume.nonce())
        || (new RecoveryJournalBlock(block).nonce() == volume.nonce()
            && new RecoveryJournalBlock(block).format().isPresent());
  }

  private void search(long first, long end, Filter wanted, BlockSet found) throws VdoException {
    long last = Math.min(end, device.blockCount());
    for (long block = Math.max(0, first); block < last; block += BLOCKS_AT_ONCE) {
      queue.find(block, (int) Math.min(BLOCKS_AT_ONCE, last - block), wanted, found::addAll);
    }
  }

  private void packFound(BlockSet found) throws VdoException {
    found.sort();
    queue.begin(FrameKind.FOUND);
    for (int i = 0; i < found.size(); i++) {
      queue.add(found.get(i));
    }
    queue.finish();
  }
}
