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

  private static final int SYMBOLS = 0;
  private static final int LOW = 1;
  private static final int HIGH = 2;
  private static final int FIRST_PLANE = 3;
  private static final int PLANES = 5;

  private static final int PLACES = 8;
  // Symbols: the place if the number is exactly the expected one, the place and this if it is only
  // close, twice this if it is neither.
  private static final int CLOSE = PLACES;
  private static final int ELSEWHERE = 2 * PLACES;

  private static final long MASK = (1L << 36) - 1;

  /** Half the width of what counts as close; 0 to look at no place at all. */
  static final int[] REACHES = {1 << 15, 1 << 9, 0};

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

  /** Adds one number to the columns from {@code first} on. */
  void encode(long pbn, Columns columns, int first) {
    if (reach > 0) {
      long[] places = expected;
      if (places[0] == pbn) {
        places[0] = pbn + step;
        columns.get(first + SYMBOLS).add(0);
        return;
      }
      for (int i = 0; i < PLACES; i++) {
        long zigzag = LittleEndian.zigzag(pbn - places[i]);
        if (zigzag >= 0 && zigzag < 2L * reach) {
          moveToFront(i, pbn);
          if (zigzag == 0) {
            columns.get(first + SYMBOLS).add(i);
          } else {
            columns.get(first + SYMBOLS).add(CLOSE + i);
            columns.get(first + LOW).add((int) zigzag);
            columns.get(first + HIGH).add((int) (zigzag >>> 8));
          }
          return;
        }
      }
      moveToFront(PLACES - 1, pbn);
    }
    columns.get(first + SYMBOLS).add(ELSEWHERE);
    long difference = (pbn - base) & MASK;
    for (int plane = 0; plane < PLANES; plane++) {
      columns.get(first + FIRST_PLANE + plane).add((int) (difference >>> (8 * plane)));
    }
  }

  /** {@return the next number} */
  long decode(ColumnReader[] columns, int first) throws FormatFault {
    int symbol = columns[first + SYMBOLS].next();
    if (symbol < CLOSE) {
      long pbn = expected[symbol];
      if (symbol == 0) {
        expected[0] = pbn + step;
      } else {
        moveToFront(symbol, pbn);
      }
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
    long difference = 0;
    for (int plane = 0; plane < PLANES; plane++) {
      difference |= (long) columns[first + FIRST_PLANE + plane].next() << (8 * plane);
    }
    long pbn = (base + difference) & MASK;
    if (reach > 0) {
      moveToFront(PLACES - 1, pbn);
    }
    return pbn;
  }

  private void moveToFront(int place, long pbn) {
    System.arraycopy(expected, 0, expected, 1, place);
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
