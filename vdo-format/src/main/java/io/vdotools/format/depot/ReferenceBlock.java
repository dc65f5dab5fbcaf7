package io.vdotools.format.depot;

import io.vdotools.bytes.Field;
import io.vdotools.bytes.Struct;
import io.vdotools.format.BlockSize;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * One block of reference counts, in place: {@code struct packed_reference_block} (format-spec,
 * section 6).
 *
 * <p>Each of its eight sectors holds a commit point and 504 counts of one byte.
 *
 * @param bytes the 4096 bytes
 */
public record ReferenceBlock(MemorySegment bytes) {
  /** The field table of a sector. */
  public static final Struct SECTOR_STRUCT = Struct.named("packed_reference_sector");

  private static final Field.U64 COMMIT_POINT = SECTOR_STRUCT.u64("commit_point");

  /** Counts in a sector. */
  public static final int COUNTS_PER_SECTOR = BlockSize.SECTOR - Long.BYTES;

  /** The counts of a sector. */
  static final Field.Raw COUNTS = SECTOR_STRUCT.raw("counts", COUNTS_PER_SECTOR);

  /** Counts in a block. */
  public static final int COUNTS_PER_BLOCK = COUNTS_PER_SECTOR * BlockSize.SECTORS_PER_BLOCK;

  /** A block that nothing refers to. */
  public static final int EMPTY = 0;

  /** The most references to a block; also the count of a block map page. */
  public static final int MAXIMUM = 254;

  /** A block that was allocated and not yet referred to: a load turns it into {@link #EMPTY}. */
  public static final int PROVISIONAL = 255;

  /**
   * {@return the last slab journal entry that the sector reflects; see {@link
   * io.vdotools.format.JournalPoint}}
   */
  public long commitPoint(int sector) {
    return COMMIT_POINT.get(sector(sector));
  }

  /** Stores a commit point in a sector. */
  public void setCommitPoint(int sector, long point) {
    COMMIT_POINT.set(sector(sector), point);
  }

  /**
   * {@return a stored count}
   *
   * @param index 0 to 4031
   */
  public int count(int index) {
    return bytes.get(ValueLayout.JAVA_BYTE, offsetOf(index)) & 0xff;
  }

  /** Stores a count. */
  public void setCount(int index, int count) {
    bytes.set(ValueLayout.JAVA_BYTE, offsetOf(index), (byte) count);
  }

  /**
   * Stores the first counts of the block.
   *
   * @param counts the counts, as unsigned bytes
   * @param length how many, at most {@link #COUNTS_PER_BLOCK}
   * @return how many of them are {@link #EMPTY}
   */
  public int setCounts(byte[] counts, int length) {
    int empty = 0;
    for (int i = 0; i < length; i++) {
      empty += counts[i] == EMPTY ? 1 : 0;
    }
    for (int from = 0; from < length; from += COUNTS_PER_SECTOR) {
      MemorySegment.copy(
          counts,
          from,
          bytes,
          ValueLayout.JAVA_BYTE,
          offsetOf(from),
          Math.min(COUNTS_PER_SECTOR, length - from));
    }
    return empty;
  }

  /** {@return where the count with an index lies in its block, in bytes} */
  public static int offsetOf(int index) {
    int sector = index / COUNTS_PER_SECTOR;
    return sector * BlockSize.SECTOR + Long.BYTES + index % COUNTS_PER_SECTOR;
  }

  private MemorySegment sector(int sector) {
    return bytes.asSlice((long) sector * BlockSize.SECTOR, BlockSize.SECTOR);
  }
}
