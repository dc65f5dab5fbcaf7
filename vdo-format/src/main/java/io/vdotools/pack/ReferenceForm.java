package io.vdotools.pack;

import io.vdotools.format.BlockSize;
import io.vdotools.format.depot.ReferenceBlock;

/**
 * Reference counts: commit points apart from counts. Where most counts are 0 or 1, these are bits,
 * and the others stand beside them; else counts are bytes of their own.
 */
final class ReferenceForm implements BlockForm {
  private static final int BLOCK = FrameCodec.BLOCK;

  /** Where the counts of a sector begin. */
  static final int COUNTS_AT = Long.BYTES;

  private static final int SECTORS = BlockSize.SECTORS_PER_BLOCK;

  private static final int KIND = 0;
  private static final int POINTS = 1;
  private static final int COUNTS = 2;
  // Of eight counts each: those that are 1; how many groups lie between two that have others; which
  // these are, and what.
  private static final int ONES = 3;
  private static final int GAPS = 4;
  private static final int PLACES = 5;

  /** The counts over 1 in their order, where others stand for themselves. */
  static final int OTHERS = 6;

  /** The first of the columns of {@link CountRuns}. */
  static final int FIRST_RUN_COLUMN = 7;

  private static final int COLUMNS = FIRST_RUN_COLUMN + CountRuns.COLUMNS;

  private static final int IN_BYTES = 0;
  private static final int IN_BITS = 1;
  private static final int IN_RUNS = 2;

  private static final int GROUP = CountGroups.SIZE;
  private static final int GROUPS = CountGroups.PER_SECTOR;
  private static final long LOWEST_BITS = CountGroups.LOWEST_BITS;
  private static final long OTHER_BITS = CountGroups.OTHER_BITS;

  // With more runs than one to so many counts, bits do as well.
  private static final int COUNTS_PER_RUN = 8;

  // With more others than one group in so many has, bytes do as well.
  private static final int GROUPS_PER_OTHER = 8;

  @Override
  public int columns() {
    return COLUMNS;
  }

  @Override
  public boolean isPredictable(Place place) {
    return false;
  }

  @Override
  public void encode(Place place, byte[] content, Columns into) {
    long point = 0;
    for (int at = 0; at < place.count() * BLOCK; at += BlockSize.SECTOR) {
      long next = LittleEndian.i64(content, at);
      into.get(POINTS).addSigned(next - point);
      point = next;
    }
    int groups = place.count() * SECTORS * GROUPS;
    int length = place.count() * BLOCK;
    if (CountRuns.count(content, length) * COUNTS_PER_RUN < groups * GROUP) {
      into.get(KIND).add(IN_RUNS);
      CountRuns.encode(content, length, into);
    } else if (groupsWithOthers(place, content) * GROUPS_PER_OTHER > groups) {
      into.get(KIND).add(IN_BYTES);
      for (int at = 0; at < place.count() * BLOCK; at += BlockSize.SECTOR) {
        into.get(COUNTS).addAll(content, at + COUNTS_AT, ReferenceBlock.COUNTS_PER_SECTOR);
      }
    } else {
      into.get(KIND).add(IN_BITS);
      encodeBits(place, content, into);
    }
  }

  private static int groupsWithOthers(Place place, byte[] content) {
    int groups = 0;
    for (int at = 0; at < place.count() * BLOCK; at += BlockSize.SECTOR) {
      for (int i = 0; i < GROUPS; i++) {
        long counts = LittleEndian.i64(content, at + COUNTS_AT + i * GROUP);
        groups += (counts & OTHER_BITS) == 0 ? 0 : 1;
      }
    }
    return groups;
  }

  private static void encodeBits(Place place, byte[] content, Columns into) {
    var column = into.get(ONES);
    int groups = place.count() * SECTORS * GROUPS;
    byte[] ones = column.room(groups);
    int group = 0;
    int last = -1;
    for (int at = 0; at < place.count() * BLOCK; at += BlockSize.SECTOR) {
      for (int i = 0; i < GROUPS; i++) {
        long counts = LittleEndian.i64(content, at + COUNTS_AT + i * GROUP);
        if ((counts & OTHER_BITS) != 0) {
          long others = CountGroups.others(counts);
          into.get(GAPS).addVarint(group - last - 1);
          into.get(PLACES).add((int) Long.compress(others, LOWEST_BITS));
          for (long rest = others; rest != 0; rest &= rest - 1) {
            into.get(OTHERS).add((int) (counts >>> Long.numberOfTrailingZeros(rest)));
          }
          // One that is most like its neighbours.
          counts |= others;
          last = group;
        }
        ones[group++] = (byte) Long.compress(counts, LOWEST_BITS);
      }
    }
    column.added(groups);
  }

  @Override
  public void decode(Place place, ColumnReader[] from, byte[] content) throws FormatFault {
    long point = 0;
    for (int at = 0; at < place.count() * BLOCK; at += BlockSize.SECTOR) {
      point += from[POINTS].nextSigned();
      LittleEndian.putI64(content, at, point);
    }
    int kind = from[KIND].next();
    switch (kind) {
      case IN_BYTES -> {
        for (int at = 0; at < place.count() * BLOCK; at += BlockSize.SECTOR) {
          from[COUNTS].next(content, at + COUNTS_AT, ReferenceBlock.COUNTS_PER_SECTOR);
        }
      }
      case IN_BITS -> {
        decodeOnes(place, from[ONES], content);
        decodeOthers(place, from, content);
      }
      case IN_RUNS -> CountRuns.decode(from, content, place.count() * BLOCK);
      default -> throw new FormatFault("unknown kind of counts " + kind);
    }
    Columns.checkEnded(from);
  }

  private static void decodeOnes(Place place, ColumnReader column, byte[] content)
      throws FormatFault {
    int next = column.position();
    column.skip(place.count() * SECTORS * GROUPS);
    byte[] ones = column.bytes();
    for (int at = 0; at < place.count() * BLOCK; at += BlockSize.SECTOR) {
      for (int i = 0; i < GROUPS; i++) {
        long counts = Long.expand(ones[next++], LOWEST_BITS);
        LittleEndian.putI64(content, at + COUNTS_AT + i * GROUP, counts);
      }
    }
  }

  private static void decodeOthers(Place place, ColumnReader[] from, byte[] content)
      throws FormatFault {
    int groups = place.count() * SECTORS * GROUPS;
    int group = -1;
    while (from[GAPS].remaining() > 0) {
      group += 1 + (int) from[GAPS].nextVarint(0, groups, "a gap");
      if (group >= groups) {
        throw new FormatFault("there is no group of counts " + group);
      }
      int at = group / GROUPS * BlockSize.SECTOR + COUNTS_AT + group % GROUPS * GROUP;
      for (int places = from[PLACES].next(); places != 0; places &= places - 1) {
        content[at + Integer.numberOfTrailingZeros(places)] = (byte) from[OTHERS].next();
      }
    }
  }
}
