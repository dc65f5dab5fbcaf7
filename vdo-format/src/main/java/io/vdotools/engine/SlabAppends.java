package io.vdotools.engine;

import io.vdotools.format.JournalPoint;
import io.vdotools.format.depot.SlabJournalBlock;
import io.vdotools.format.depot.SlabJournalEntry;
import io.vdotools.format.depot.SlabJournalEntry.Operation;
import java.util.Arrays;

/**
 * The entries that a recovery appends to one slab journal, each with the point that it gets there.
 *
 * <p>Blocks are filled and closed as the driver does it, since a reference block that was written
 * before the crash names points of slab journal blocks that were not.
 */
public final class SlabAppends {
  // index in block: 11 bits | block: 28 bits | operation: 2 bits | offset in slab: 23 bits
  private static final int OFFSET_BITS = 23;
  private static final int OPERATION_BITS = 2;
  private static final int BLOCK_BITS = 28;
  private static final int BLOCK_SHIFT = OFFSET_BITS + OPERATION_BITS;
  private static final int INDEX_SHIFT = BLOCK_SHIFT + BLOCK_BITS;
  private static final Operation[] OPERATIONS = Operation.values();

  private final long firstSequence;
  private long[] entries = new long[16];
  // By block: the recovery journal's point of its last entry.
  private long[] recoveryPoints = new long[4];
  private int size;
  private int block;
  private int entriesInBlock;
  private boolean blockHasPages;
  private long recoveryPoint;

  /**
   * Starts behind what is on disk.
   *
   * @param tail where the slab journal stands
   */
  SlabAppends(SlabTail tail) {
    firstSequence = tail.tail();
    recoveryPoint = tail.recoveryPoint();
  }

  /**
   * Appends an entry unless the slab journal already has it.
   *
   * @param entry the entry
   * @param point its point in the recovery journal, as slab journals keep it
   * @return whether it was appended
   */
  boolean append(SlabJournalEntry entry, long point) {
    if (!JournalPoint.isBefore(recoveryPoint, point)) {
      return false;
    }
    boolean isPage = entry.operation() == Operation.BLOCK_MAP_INCREMENT;
    if (entriesInBlock >= SlabJournalBlock.FULL_ENTRIES && (blockHasPages || isPage)) {
      closeBlock();
    }
    if (size == entries.length) {
      entries = Arrays.copyOf(entries, size * 2);
    }
    entries[size++] =
        ((long) entriesInBlock << INDEX_SHIFT)
            | ((long) block << BLOCK_SHIFT)
            | ((long) codeOf(entry.operation()) << OFFSET_BITS)
            | entry.offsetInSlab();
    entriesInBlock++;
    blockHasPages |= isPage;
    recoveryPoint = point;
    if (block == recoveryPoints.length) {
      recoveryPoints = Arrays.copyOf(recoveryPoints, block * 2);
    }
    recoveryPoints[block] = point;
    if (entriesInBlock
        == (blockHasPages ? SlabJournalBlock.FULL_ENTRIES : SlabJournalBlock.ENTRIES)) {
      closeBlock();
    }
    return true;
  }

  private void closeBlock() {
    block++;
    entriesInBlock = 0;
    blockHasPages = false;
  }

  private static int codeOf(Operation operation) {
    return switch (operation) {
      case DATA_INCREMENT -> 0;
      case DECREMENT -> 1;
      case BLOCK_MAP_INCREMENT -> 2;
    };
  }

  /** {@return the number of entries appended} */
  public int size() {
    return size;
  }

  /** {@return the sequence number of the first block that entries were appended to} */
  public long firstSequence() {
    return firstSequence;
  }

  /** {@return the sequence number of the block that an entry was appended to} */
  public long sequenceOf(int index) {
    return JournalPoint.sequenceNumber(point(index));
  }

  /** {@return the recovery journal's point of the last entry in a block} */
  public long recoveryPointOf(long sequence) {
    return recoveryPoints[Math.toIntExact(sequence - firstSequence)];
  }

  /** {@return the offset in the slab that an appended entry names} */
  public int offsetInSlab(int index) {
    return (int) entries[index] & ((1 << OFFSET_BITS) - 1);
  }

  /** {@return what an appended entry does} */
  public Operation operation(int index) {
    return OPERATIONS[(int) (entries[index] >>> OFFSET_BITS) & ((1 << OPERATION_BITS) - 1)];
  }

  /** {@return the point of an appended entry in the slab journal} */
  public long point(int index) {
    long blockIndex = (entries[index] >>> BLOCK_SHIFT) & ((1 << BLOCK_BITS) - 1);
    return JournalPoint.pack(firstSequence + blockIndex, (int) (entries[index] >>> INDEX_SHIFT));
  }
}
