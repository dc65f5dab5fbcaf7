package io.vdotools.engine.metadata;

import static io.vdotools.format.depot.ReferenceBlock.COUNTS_PER_BLOCK;
import static io.vdotools.format.depot.ReferenceBlock.COUNTS_PER_SECTOR;
import static io.vdotools.format.depot.ReferenceBlock.EMPTY;
import static io.vdotools.format.depot.ReferenceBlock.MAXIMUM;
import static io.vdotools.format.depot.ReferenceBlock.PROVISIONAL;

import io.vdotools.format.BlockSize;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.depot.SlabJournalEntry.Operation;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The reference counts of one slab in memory, and which of their blocks the disk lacks.
 *
 * <p>Takes no memory until the slab is used.
 */
final class ReferenceCounts {
  /** For a block that has no change the disk lacks, or is not being written. */
  static final long NONE = 0;

  private final int dataBlocks;
  private final int blockCount;
  private final int[] freeInBlock;
  // The oldest slab journal block with a change that the reference block on disk lacks.
  private final long[] dirtySince;
  // The same, for what is being written.
  private final long[] writingSince;
  private byte @Nullable [] counts;
  private int free;
  private int cursor;
  private int dirtyBlocks;
  private int writesUnderWay;

  ReferenceCounts(SlabGeometry slabs) {
    dataBlocks = slabs.dataBlocks();
    blockCount = slabs.usedReferenceBlocks();
    free = dataBlocks;
    freeInBlock = new int[blockCount];
    Arrays.setAll(freeInBlock, i -> Math.min(COUNTS_PER_BLOCK, dataBlocks - i * COUNTS_PER_BLOCK));
    dirtySince = new long[blockCount];
    writingSince = new long[blockCount];
  }

  /** Takes the counts that a load computed. */
  void load(byte[] loaded) {
    var own = counts();
    System.arraycopy(loaded, 0, own, 0, dataBlocks);
    free = 0;
    for (int block = 0; block < blockCount; block++) {
      freeInBlock[block] = 0;
      int end = Math.min(dataBlocks, (block + 1) * COUNTS_PER_BLOCK);
      for (int i = block * COUNTS_PER_BLOCK; i < end; i++) {
        if (own[i] == EMPTY) {
          freeInBlock[block]++;
        }
      }
      free += freeInBlock[block];
    }
  }

  private byte[] counts() {
    if (counts == null) {
      counts = new byte[blockCount * COUNTS_PER_BLOCK];
    }
    return counts;
  }

  int free() {
    return free;
  }

  int count(int offset) {
    return counts == null ? EMPTY : counts[offset] & 0xff;
  }

  /** {@return the offset of a free block, now provisionally in use; -1 if there is none} */
  int allocate() {
    if (free == 0) {
      return -1;
    }
    var own = counts();
    // One more than there are blocks: the search may have to come back to where it began.
    for (int looked = 0; looked <= blockCount; looked++) {
      int block = cursor / COUNTS_PER_BLOCK;
      int end = Math.min(dataBlocks, (block + 1) * COUNTS_PER_BLOCK);
      if (freeInBlock[block] > 0) {
        for (int offset = cursor; offset < end; offset++) {
          if (own[offset] == EMPTY) {
            cursor = offset + 1 == dataBlocks ? 0 : offset + 1;
            setProvisional(offset);
            return offset;
          }
        }
      }
      cursor = end == dataBlocks ? 0 : end;
    }
    throw new IllegalStateException(free + " free blocks counted, none found");
  }

  /** Marks a free block as one that must not be allocated. */
  void setProvisional(int offset) {
    set(offset, PROVISIONAL);
  }

  /** Frees a block again to which nobody has referred meanwhile. */
  void dropProvisional(int offset) {
    if (count(offset) == PROVISIONAL) {
      set(offset, EMPTY);
    }
  }

  private void set(int offset, int count) {
    var own = counts();
    int change = (count == EMPTY ? 1 : 0) - (own[offset] == EMPTY ? 1 : 0);
    own[offset] = (byte) count;
    free += change;
    freeInBlock[offset / COUNTS_PER_BLOCK] += change;
  }

  /**
   * Changes a count.
   *
   * @param isHeld whether somebody holds the block, who may refer to it again
   * @return whether the count allows the change
   */
  boolean apply(int offset, Operation operation, boolean isHeld) {
    int before = count(offset);
    int after =
        switch (operation) {
          case DATA_INCREMENT -> before == PROVISIONAL ? 1 : before < MAXIMUM ? before + 1 : -1;
          case DECREMENT ->
              before == PROVISIONAL || before == EMPTY
                  ? -1
                  : before == 1 && isHeld ? PROVISIONAL : before - 1;
          case BLOCK_MAP_INCREMENT -> before == PROVISIONAL || before == EMPTY ? MAXIMUM : -1;
        };
    if (after < 0) {
      return false;
    }
    set(offset, after);
    return true;
  }

  /** {@return the reference block that holds a count} */
  static int blockOf(int offset) {
    return offset / COUNTS_PER_BLOCK;
  }

  /**
   * Remembers that the disk lacks a change.
   *
   * @return whether this is the oldest of its block, so that the slab journal block must be kept
   */
  boolean markDirty(int block, long slabJournalBlock) {
    if (dirtySince[block] != NONE) {
      return false;
    }
    dirtySince[block] = slabJournalBlock;
    dirtyBlocks++;
    return true;
  }

  int blockCount() {
    return blockCount;
  }

  int dirtyBlocks() {
    return dirtyBlocks;
  }

  boolean isWriting() {
    return writesUnderWay > 0;
  }

  /** {@return a block that should be written and is not being written, -1 if there is none} */
  int nextToWrite(int from) {
    for (int block = from; block < blockCount; block++) {
      if (dirtySince[block] != NONE && writingSince[block] == NONE) {
        return block;
      }
    }
    return -1;
  }

  /**
   * Takes what is to be written of a block; from here on it counts as clean.
   *
   * @param point the slab journal's point of the last change to any count of the slab
   */
  byte[] beginWrite(int block, long point) {
    var bytes = new byte[BlockSize.BLOCK];
    var view = new ReferenceBlock(MemorySegment.ofArray(bytes));
    var own = counts();
    for (int sector = 0; sector < BlockSize.SECTORS_PER_BLOCK; sector++) {
      view.setCommitPoint(sector, point);
      int first = sector * COUNTS_PER_SECTOR;
      System.arraycopy(
          own,
          block * COUNTS_PER_BLOCK + first,
          bytes,
          ReferenceBlock.offsetOf(first),
          COUNTS_PER_SECTOR);
    }
    writingSince[block] = dirtySince[block];
    dirtySince[block] = NONE;
    dirtyBlocks--;
    writesUnderWay++;
    return bytes;
  }

  /** {@return the slab journal block that was kept for what has now been written} */
  long endWrite(int block) {
    long kept = writingSince[block];
    writingSince[block] = NONE;
    writesUnderWay--;
    return kept;
  }
}
