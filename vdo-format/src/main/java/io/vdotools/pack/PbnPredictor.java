package io.vdotools.pack;

import java.util.Arrays;

/**
 * Tells physical block numbers by those before them, as a driver hands them out: one after the
 * other in each of its zones, a little out of order, and only now and then somewhere else.
 *
 * <p>The last numbers of eight places are kept, the latest first. A number close to the one after
 * any of them is that place and a small difference; one that is close to none is itself, less the
 * smallest of all, and begins a place of its own.
 */
final class PbnPredictor {
  /** The columns that a predictor fills, from the first on. */
  static final int COLUMNS = 8;

  private static final int LOW = 1;
  private static final int HIGH = 2;
  private static final int FIRST_PLANE = 3;

  private static final int PLACES = 8;
  // Symbols: the place if the number is exactly the expected one, the place and this if it is only
  // close, twice this if it is neither.
  private static final int CLOSE = PLACES;
  private static final int ELSEWHERE = 2 * PLACES;

  private static final long MASK = (1L << 36) - 1;

  /** Half the width of what counts as close; 0 to look at no place at all. */
  static final int[] REACHES = {0, 1 << 9, 1 << 15};

  /** How much smaller another reach than 0 has to make numbers to be worth the search. */
  static final double WORTH = 0.98;

  private final long[] expected = new long[PLACES];
  private final int reach;
  private final long base;
  private final int step;

  /**
   * @param reach one of {@link #REACHES}
   * @param base what numbers that are nowhere close are counted from
   * @param step what lies between a number and the next: 1, or 0 where one block is often named
   *     more than once
   */
  PbnPredictor(int reach, long base, int step) {
    this.reach = reach;
    this.base = base;
    this.step = step;
    Arrays.fill(expected, base);
  }

  /** Where the encoder puts what it has to say. */
  record Target(
      Column symbols,
      Column low,
      Column high,
      Column plane0,
      Column plane1,
      Column plane2,
      Column plane3,
      Column plane4) {
    /** The columns from {@code first} on. */
    static Target of(Columns columns, int first) {
      return new Target(
          columns.get(first),
          columns.get(first + LOW),
          columns.get(first + HIGH),
          columns.get(first + FIRST_PLANE),
          columns.get(first + FIRST_PLANE + 1),
          columns.get(first + FIRST_PLANE + 2),
          columns.get(first + FIRST_PLANE + 3),
          columns.get(first + FIRST_PLANE + 4));
    }
  }

  /** Adds one number. */
  void encode(long pbn, Target into) {
    if (reach > 0) {
      long[] places = expected;
      if (places[0] == pbn) {
        places[0] = pbn + step;
        into.symbols.add(0);
        return;
      }
      for (int i = 0; i < PLACES; i++) {
        long difference = pbn - places[i];
        if (difference < reach && difference >= -reach) {
          moveToFront(i, pbn);
          if (difference == 0) {
            into.symbols.add(i);
          } else {
            long zigzag = LittleEndian.zigzag(difference);
            into.symbols.add(CLOSE + i);
            into.low.add((int) zigzag);
            into.high.add((int) (zigzag >>> 8));
          }
          return;
        }
      }
      moveToFront(PLACES - 1, pbn);
    }
    into.symbols.add(ELSEWHERE);
    long difference = (pbn - base) & MASK;
    Column.addPlanes(difference, into.plane0, into.plane1, into.plane2, into.plane3, into.plane4);
  }

  /** {@return the next number} */
  long decode(ColumnReader[] columns, int first) throws FormatFault {
    int symbol = columns[first].next();
    if (symbol == 0) {
      long pbn = expected[0];
      expected[0] = pbn + step;
      return pbn & MASK;
    }
    if (symbol < CLOSE) {
      long pbn = expected[symbol];
      moveToFront(symbol, pbn);
      return pbn & MASK;
    }
    if (symbol < ELSEWHERE) {
      long zigzag = columns[first + LOW].next() | ((long) columns[first + HIGH].next() << 8);
      int place = symbol - CLOSE;
      long pbn = expected[place] + LittleEndian.unzigzag(zigzag);
      moveToFront(place, pbn);
      return pbn & MASK;
    }
    if (symbol > ELSEWHERE) {
      throw new FormatFault("unknown symbol " + symbol + " for a PBN");
    }
    int planes = first + FIRST_PLANE;
    long low =
        columns[planes].next() | columns[planes + 1].next() << 8 | columns[planes + 2].next() << 16;
    long high = columns[planes + 3].next() | (columns[planes + 4].next() << 8);
    long pbn = (base + (low | (high << 24))) & MASK;
    if (reach > 0) {
      moveToFront(PLACES - 1, pbn);
    }
    return pbn;
  }

  private void moveToFront(int place, long pbn) {
    for (int i = place; i > 0; i--) {
      expected[i] = expected[i - 1];
    }
    expected[0] = pbn + step;
  }

  /** {@return about how many bits the numbers in some columns take} */
  static double estimatedBits(Columns columns, int first) {
    double bits = 0;
    for (int i = 0; i < COLUMNS; i++) {
      bits += entropyBits(columns.get(first + i));
    }
    return bits;
  }

  private static double entropyBits(Column column) {
    var counts = new int[256];
    byte[] bytes = column.bytes();
    for (int i = 0; i < column.size(); i++) {
      counts[bytes[i] & 0xff]++;
    }
    double bits = 0;
    for (int count : counts) {
      if (count > 0) {
        bits += count * Math.log((double) column.size() / count);
      }
    }
    return bits / Math.log(2);
  }
}
