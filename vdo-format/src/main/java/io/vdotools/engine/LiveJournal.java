package io.vdotools.engine;

import io.vdotools.device.BlockDevice;
import io.vdotools.format.journal.JournalEntry;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.format.journal.RecoveryJournalBlock;

/**
 * The part of the recovery journal that a crash recovery uses: an unbroken run of full blocks from
 * the older head on, and at most one block behind it that is not full (format-spec, section 13).
 *
 * @param area where the journal lies
 * @param outcome whether there is something to replay
 * @param format the format of its blocks
 * @param blockMapHead the first block whose entries the block map may lack
 * @param slabJournalHead the first block whose entries the slab journals may lack
 * @param top the highest sequence number of all, perhaps behind a gap; the next journal start is
 *     one more
 * @param tail the last block that contributes entries
 * @param tailEntries the entries that it contributes
 * @param totalEntries the entries from the older head to the tail
 * @param end why the run ends at the tail
 */
public record LiveJournal(
    JournalArea area,
    Outcome outcome,
    JournalFormat format,
    long blockMapHead,
    long slabJournalHead,
    long top,
    long tail,
    int tailEntries,
    long totalEntries,
    End end) {
  /**
   * As many blocks can be in flight when a crash comes; a gap below the highest block by more than
   * this was not made by a crash. A block is begun when the one so many before it is complete.
   */
  public static final int BLOCKS_IN_FLIGHT = 11;

  /** What a driver makes of the journal. */
  public enum Outcome {
    /** There is nothing to replay. */
    EMPTY,
    /** There are entries to replay. */
    ENTRIES,
    /** Blocks of both formats lie in the live part: the driver goes read-only. */
    MIXED_FORMATS,
    /** A head lies behind the tail: the driver goes read-only. */
    HEAD_BEHIND_TAIL
  }

  /** Why the usable part of the journal ends where it does. */
  public enum End {
    /** Every block up to the highest is used in full, or there is none. */
    COMPLETE,
    /** The last block was cut off between two sectors, or its sectors are of different age. */
    TORN,
    /** A block is missing; blocks behind it are ignored. */
    GAP
  }

  /**
   * {@return what a crash recovery would use}
   *
   * @param device the volume's blocks
   * @param area where the journal lies
   * @param scan the result of scanning it
   */
  public static LiveJournal parse(BlockDevice device, JournalArea area, JournalScan scan) {
    if (!scan.found()) {
      return empty(area, Outcome.EMPTY, scan, scan.top());
    }
    long tail = scan.head();
    long lastUsed = tail - 1;
    int lastEntries = 0;
    long total = 0;
    var end = End.COMPLETE;
    try (var reader = new JournalBlockReader(device, area)) {
      var format = reader.formatAt(scan.head()).orElse(JournalFormat.CURRENT);
      // A block is found at its own place only, so after one lap nothing new can come.
      long limit = scan.head() + area.blocks();
      for (long sequence = scan.head();
          Long.compareUnsigned(sequence, scan.top()) <= 0 && sequence != limit;
          sequence++) {
        tail = sequence;
        var block = reader.exact(sequence);
        if (block.isEmpty()) {
          end = End.GAP;
          break;
        }
        if (block.get().metadataType() != format.metadataType()) {
          return empty(area, Outcome.MIXED_FORMATS, scan, tail);
        }
        int used = usableEntries(block.get(), format);
        if (used > 0) {
          lastUsed = sequence;
          lastEntries = used;
          total += used;
        }
        if (used < format.entriesPerBlock()) {
          if (used < block.get().entryCount()) {
            end = End.TORN;
          } else if (sequence != scan.top()) {
            end = End.GAP;
          }
          break;
        }
      }
      if (total > 0) {
        tail = lastUsed;
      }
      if (Long.compareUnsigned(scan.blockMapHead(), tail) > 0
          || Long.compareUnsigned(scan.slabJournalHead(), tail) > 0) {
        return empty(area, Outcome.HEAD_BEHIND_TAIL, scan, tail);
      }
      return new LiveJournal(
          area,
          total == 0 ? Outcome.EMPTY : Outcome.ENTRIES,
          format,
          scan.blockMapHead(),
          scan.slabJournalHead(),
          scan.top(),
          tail,
          lastEntries,
          total,
          end);
    }
  }

  private static LiveJournal empty(JournalArea area, Outcome outcome, JournalScan scan, long tail) {
    return new LiveJournal(
        area,
        outcome,
        JournalFormat.CURRENT,
        scan.blockMapHead(),
        scan.slabJournalHead(),
        scan.top(),
        tail,
        0,
        0,
        End.COMPLETE);
  }

  /** The entries of a block up to the first sector that does not belong to its header. */
  private static int usableEntries(RecoveryJournalBlock block, JournalFormat format) {
    int left = block.entryCount();
    int used = 0;
    for (int sector = 1; sector <= JournalFormat.ENTRY_SECTORS; sector++) {
      if (!block.isSectorValid(format, sector)) {
        break;
      }
      int count = Math.min(left, Math.min(block.sectorEntryCount(sector), format.capacity(sector)));
      used += count;
      left -= count;
      if (count < format.entriesPerSector() || left == 0) {
        break;
      }
    }
    return used;
  }

  /** {@return the first block of the live part: the older of the two heads} */
  public long head() {
    return Long.compareUnsigned(blockMapHead, slabJournalHead) <= 0
        ? blockMapHead
        : slabJournalHead;
  }

  /** {@return whether there is something to replay} */
  public boolean hasEntries() {
    return outcome == Outcome.ENTRIES;
  }

  /**
   * Visits the entries from a block on, in order.
   *
   * @param device the volume's blocks
   * @param from the first block
   * @param visitor takes the entries
   */
  public void forEachEntry(BlockDevice device, long from, JournalEntryVisitor visitor) {
    if (!hasEntries()) {
      return;
    }
    try (var reader = new JournalBlockReader(device, area)) {
      for (long back = area.blocksBetween(from, tail) - 1; back >= 0; back--) {
        visitBlock(reader, tail - back, visitor);
      }
    }
  }

  /**
   * Visits the entries of the live part backwards, from the last to the first.
   *
   * @param device the volume's blocks
   * @param visitor takes the entries
   */
  public void forEachEntryBackwards(BlockDevice device, JournalEntryVisitor visitor) {
    if (!hasEntries()) {
      return;
    }
    try (var reader = new JournalBlockReader(device, area)) {
      long blocks = area.blocksBetween(head(), tail);
      for (long back = 0; back < blocks; back++) {
        long sequence = tail - back;
        var block = reader.exact(sequence);
        for (int i = entriesIn(sequence) - 1; i >= 0 && block.isPresent(); i--) {
          visitor.entry(sequence, i, entryAt(block.get(), i));
        }
      }
    }
  }

  private void visitBlock(JournalBlockReader reader, long sequence, JournalEntryVisitor visitor) {
    reader.exact(sequence).ifPresent(block -> forEachEntryOf(sequence, block, visitor));
  }

  /** Takes the blocks of the live part. */
  @FunctionalInterface
  public interface BlockVisitor {
    /**
     * A block.
     *
     * @param sequenceNumber its number
     * @param block the block, valid until the next call
     */
    void block(long sequenceNumber, RecoveryJournalBlock block);
  }

  /** Visits the blocks from a block on, in order. */
  public void forEachBlock(BlockDevice device, long from, BlockVisitor visitor) {
    if (!hasEntries()) {
      return;
    }
    try (var reader = new JournalBlockReader(device, area)) {
      for (long back = area.blocksBetween(from, tail) - 1; back >= 0; back--) {
        long number = tail - back;
        reader.exact(number).ifPresent(block -> visitor.block(number, block));
      }
    }
  }

  /** Visits the entries that a block of the live part contributes. */
  public void forEachEntryOf(
      long sequence, RecoveryJournalBlock block, JournalEntryVisitor visitor) {
    int entries = entriesIn(sequence);
    for (int i = 0; i < entries; i++) {
      visitor.entry(sequence, i, entryAt(block, i));
    }
  }

  private JournalEntry entryAt(RecoveryJournalBlock block, int index) {
    int perSector = format.entriesPerSector();
    return block.entry(format, 1 + index / perSector, index % perSector);
  }

  /** {@return the entries that a block of the live part contributes} */
  public int entriesIn(long sequence) {
    return sequence == tail ? tailEntries : format.entriesPerBlock();
  }

  /** {@return the usage counts in the header of the tail block: those before its entries} */
  Usage usageBeforeTail(BlockDevice device) {
    try (var reader = new JournalBlockReader(device, area)) {
      return reader
          .exact(tail)
          .map(block -> new Usage(block.logicalBlocksUsed(), block.blockMapDataBlocks()))
          .orElse(new Usage(0, 0));
    }
  }
}
