package io.vdotools.pack;

import io.vdotools.format.BlockSize;
import io.vdotools.format.depot.ReferenceBlock;
import java.util.Arrays;

/**
 * Counts of a frame as runs: blocks that are in use and blocks that are free take turns, and so do
 * counts of 1 and others among those in use. What the others are stands beside the runs.
 *
 * <p>Data is written one block behind the other, so that runs are few.
 */
final class CountRuns {
  /** The columns that runs fill, the first of them; the others follow. */
  private static final int GAPS = ReferenceForm.FIRST_RUN_COLUMN;

  private static final int GAPS_UPPER = GAPS + 1;
  private static final int LENGTHS = GAPS + 2;
  private static final int SORTS = GAPS + 3;

  /** How many columns there are. */
  static final int COLUMNS = 4;

  private static final int OTHERS = ReferenceForm.OTHERS;

  private static final int GROUP = CountGroups.SIZE;
  private static final int GROUPS = CountGroups.PER_SECTOR;
  private static final int COUNTS_AT = ReferenceForm.COUNTS_AT;
  private static final int PER_SECTOR = ReferenceBlock.COUNTS_PER_SECTOR;
  private static final int ALL = 0xff;

  private CountRuns() {}

  /** {@return how many runs of blocks in use there are} */
  static int count(byte[] content, int length) {
    int runs = 0;
    int before = 0;
    for (int at = 0; at < length; at += BlockSize.SECTOR) {
      for (int i = 0; i < GROUPS; i++) {
        int used = CountGroups.usedBits(LittleEndian.i64(content, at + COUNTS_AT + i * GROUP));
        // A run begins where the count before is 0.
        runs += Integer.bitCount(used & ~(used << 1 | before));
        before = used >>> (GROUP - 1);
      }
    }
    return runs;
  }

  /** Takes counts apart. */
  static void encode(byte[] content, int length, Columns into) {
    var sorts = into.get(SORTS);
    var values = into.get(OTHERS);
    long place = 0;
    long last = 0;
    int wasUsed = 0;
    long rank = 0;
    long lastRank = 0;
    int wasOther = 0;
    for (int at = 0; at < length; at += BlockSize.SECTOR) {
      for (int i = 0; i < GROUPS; i++, place += GROUP) {
        long counts = LittleEndian.i64(content, at + COUNTS_AT + i * GROUP);
        int used = CountGroups.usedBits(counts);
        int turns = (used ^ (used << 1 | wasUsed)) & ALL;
        wasUsed = used >>> (GROUP - 1);
        for (; turns != 0; turns &= turns - 1) {
          long turn = place + Integer.numberOfTrailingZeros(turns);
          addRun(into, turn - last, (used >>> (turn - place) & 1) != 0);
          last = turn;
        }
        if (used == 0) {
          continue;
        }
        int others = CountGroups.otherBits(counts);
        for (int rest = others; rest != 0; rest &= rest - 1) {
          values.add((int) (counts >>> (Integer.numberOfTrailingZeros(rest) * Byte.SIZE)));
        }
        // Those in use, without the free ones between them.
        int amongUsed = Integer.compress(others, used);
        int many = Integer.bitCount(used);
        for (turns = (amongUsed ^ (amongUsed << 1 | wasOther)) & (1 << many) - 1;
            turns != 0;
            turns &= turns - 1) {
          long turn = rank + Integer.numberOfTrailingZeros(turns);
          sorts.addVarint(turn - lastRank);
          lastRank = turn;
        }
        wasOther = amongUsed >>> (many - 1) & 1;
        rank += many;
      }
    }
    addRun(into, place - last, wasUsed == 0);
    if (rank > 0) {
      sorts.addVarint(rank - lastRank);
    }
  }

  private static void addRun(Columns into, long length, boolean isGap) {
    if (isGap) {
      into.get(GAPS).add((int) length);
      into.get(GAPS_UPPER).addVarint(length >>> Byte.SIZE);
    } else {
      into.get(LENGTHS).addVarint(length);
    }
  }

  /** Puts counts together in blocks that are zeros. */
  static void decode(ColumnReader[] from, byte[] content, int length) throws FormatFault {
    int end = length / BlockSize.SECTOR * PER_SECTOR;
    var sorts = new Sorts(from);
    int place = 0;
    while (place < end) {
      long upper = from[GAPS_UPPER].nextVarint(0, end >>> Byte.SIZE, "a gap");
      int gap = (int) upper << Byte.SIZE | from[GAPS].next();
      place += gap;
      if (place > end) {
        throw new FormatFault("there is no count " + place);
      }
      if (place < end) {
        int used = (int) from[LENGTHS].nextVarint(1, end - place, "a run of counts");
        sorts.put(content, place, used);
        place += used;
      }
    }
  }

  /** Counts in use, of 1 and of others in turn. */
  private static final class Sorts {
    private final ColumnReader runs;
    private final ColumnReader values;
    private boolean areOthers = true;
    private long left;

    Sorts(ColumnReader[] from) {
      runs = from[SORTS];
      values = from[OTHERS];
    }

    void put(byte[] content, int from, int count) throws FormatFault {
      int place = from;
      int end = from + count;
      while (place < end) {
        if (left == 0) {
          left = runs.nextVarint(0, Integer.MAX_VALUE, "a run of counts");
          areOthers = !areOthers;
        }
        int inSector = place % PER_SECTOR;
        int at = place / PER_SECTOR * BlockSize.SECTOR + COUNTS_AT + inSector;
        int many = (int) Math.min(left, Math.min(end - place, PER_SECTOR - inSector));
        if (areOthers) {
          values.next(content, at, many);
        } else {
          Arrays.fill(content, at, at + many, (byte) 1);
        }
        left -= many;
        place += many;
      }
    }
  }
}
