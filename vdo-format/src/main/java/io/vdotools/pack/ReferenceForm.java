package io.vdotools.pack;

import io.vdotools.format.BlockSize;
import io.vdotools.format.depot.ReferenceBlock;

/**
 * Reference counts: commit points apart from counts. Where most counts are 0 or 1, these are bits,
 * and the others stand beside them; else counts are bytes of their own.
 */
final class ReferenceForm implements BlockForm {
  private static final int BLOCK = FrameCodec.BLOCK;
  private static final int COUNTS_AT = Long.BYTES;
  private static final int SECTORS = BlockSize.SECTORS_PER_BLOCK;

  private static final int KIND = 0;
  private static final int POINTS = 1;
  private static final int COUNTS = 2;
  // Of eight counts each: those that are 1; how many groups lie between two that have others; which
  // these are, and what.
  private static final int ONES = 3;
  private static final int GAPS = 4;
  private static final int PLACES = 5;
  private static final int OTHERS = 6;
  private static final int COLUMNS = 7;

  private static final int IN_BYTES = 0;
  private static final int IN_BITS = 1;

  private static final int GROUP = Long.BYTES;
  private static final int GROUPS = ReferenceBlock.COUNTS_PER_SECTOR / GROUP;
  private static final long LOWEST_BITS = 0x0101_0101_0101_0101L;
  private static final long OTHER_BITS = ~LOWEST_BITS;
  private static final long UPPER_BITS = LOWEST_BITS << (Byte.SIZE - 1);

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
    if (groupsWithOthers(place, content) * GROUPS_PER_OTHER > groups) {
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
          long others = others(counts);
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

  /** {@return the lowest bit of each byte that is more than 1} */
  private static long others(long counts) {
    long more = counts & OTHER_BITS;
    return (((more & ~UPPER_BITS) + ~UPPER_BITS | more) & UPPER_BITS) >>> (Byte.SIZE - 1);
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
