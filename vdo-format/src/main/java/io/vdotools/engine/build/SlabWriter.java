package io.vdotools.engine.build;

import io.vdotools.device.BlockBuffers;
import io.vdotools.device.DeviceException;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.format.BlockSize;
import io.vdotools.format.Limits;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.depot.SlabJournalBlock;
import io.vdotools.format.depot.SlabSummary;
import io.vdotools.format.depot.SlabSummaryEntry;
import io.vdotools.format.journal.RecoveryJournalBlock;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Predicate;

/**
 * Writes reference counts, slab journals and the slab summary as a volume at rest has them, by the
 * recipe that a rebuild of the driver follows: journals are empty, and no count waits for one
 * (format-spec, section 13).
 */
final class SlabWriter {
  private static final int CHUNK_BLOCKS = 64;

  private final WritableBlockDevice device;
  private final TargetLayout layout;
  private final boolean isBlank;
  private final SlabGeometry slabs;
  private final MemorySegment chunk;
  private final MemorySegment zero;
  private final SlabSummary summary;
  private final byte[] buffer = new byte[ReferenceBlock.COUNTS_PER_BLOCK];

  SlabWriter(WritableBlockDevice device, TargetLayout layout, boolean isBlank, Arena arena) {
    this.device = device;
    this.isBlank = isBlank;
    this.layout = layout;
    this.slabs = layout.slabs();
    this.chunk = BlockBuffers.allocate(arena, CHUNK_BLOCKS);
    this.zero = BlockBuffers.allocate(arena, 1);
    this.summary = new SlabSummary(BlockBuffers.allocate(arena, SlabSummary.BLOCKS));
    var unused = slabs.unusedEntry();
    for (int slab = 0; slab < Limits.SLABS; slab++) {
      summary.setEntry(0, slab, unused);
    }
  }

  /** Tells the counts of a slab. */
  @FunctionalInterface
  interface Counts {
    /**
     * Copies counts to store, 0 to 254 each.
     *
     * @param first the offset in the slab of the first block
     * @param into where they go
     * @param length how many
     */
    void copy(int first, byte[] into, int length);
  }

  /**
   * Writes a slab that is in use. Of slabs that are not, nothing is ever read.
   *
   * @param slab which one
   * @param counts its counts
   */
  void write(int slab, Counts counts) throws DeviceException {
    int free = writeCounts(slab, counts);
    summary.setEntry(0, slab, new SlabSummaryEntry(0, slabs.fullnessHint(free), true, false));
    clear(
        slabs.journalStart(slab),
        slabs.journalBlocks(),
        block -> {
          var journal = new SlabJournalBlock(block);
          return journal.nonce() == layout.nonce()
              && journal.metadataType() == SlabJournalBlock.METADATA_TYPE;
        });
  }

  private int writeCounts(int slab, Counts counts) throws DeviceException {
    int free = 0;
    int blocks = slabs.usedReferenceBlocks();
    for (int from = 0; from < blocks; from += CHUNK_BLOCKS) {
      int here = Math.min(CHUNK_BLOCKS, blocks - from);
      var part = chunk.asSlice(0, (long) here * BlockSize.BLOCK).fill((byte) 0);
      for (int i = 0; i < here; i++) {
        var block = new ReferenceBlock(part.asSlice((long) i * BlockSize.BLOCK, BlockSize.BLOCK));
        int first = (from + i) * ReferenceBlock.COUNTS_PER_BLOCK;
        int length = Math.min(ReferenceBlock.COUNTS_PER_BLOCK, slabs.dataBlocks() - first);
        counts.copy(first, buffer, length);
        free += block.setCounts(buffer, length);
      }
      device.write(slabs.referenceStart(slab) + from, part);
    }
    return free;
  }

  /**
   * Writes the slab summary, each copy the same: whatever number of zones is stored, it is right.
   */
  void writeSummary() throws DeviceException {
    var bytes = summary.bytes();
    long copyBytes = (long) SlabSummary.BLOCKS_PER_COPY * BlockSize.BLOCK;
    var first = bytes.asSlice(0, copyBytes);
    for (int copy = 1; copy < SlabSummary.COPIES; copy++) {
      bytes.asSlice(copy * copyBytes, copyBytes).copyFrom(first);
    }
    device.write(layout.summary().offset(), bytes);
  }

  /**
   * Clears those blocks of the recovery journal that a later recovery could take for its own: older
   * ones and those of other volumes it knows by their numbers.
   */
  void clearJournal() throws DeviceException {
    long start = layout.superBlock().recoveryJournal().journalStart();
    var area = layout.journal();
    clear(
        area.offset(),
        area.count(),
        bytes -> {
          var block = new RecoveryJournalBlock(bytes);
          return block.nonce() == layout.nonce()
              && block.format().isPresent()
              && Long.compareUnsigned(block.sequenceNumber(), start) >= 0;
        });
  }

  private void clear(long firstPbn, long count, Predicate<MemorySegment> isLive)
      throws DeviceException {
    if (isBlank) {
      return;
    }
    for (long from = 0; from < count; from += CHUNK_BLOCKS) {
      int length = (int) Math.min(CHUNK_BLOCKS, count - from);
      var part = chunk.asSlice(0, (long) length * BlockSize.BLOCK);
      var errors = device.read(firstPbn + from, part);
      for (int i = 0; i < length; i++) {
        long pbn = firstPbn + from + i;
        if (errors.contains(pbn)
            || isLive.test(part.asSlice((long) i * BlockSize.BLOCK, BlockSize.BLOCK))) {
          device.write(pbn, zero);
        }
      }
    }
  }
}
