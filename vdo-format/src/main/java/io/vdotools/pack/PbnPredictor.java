package io.vdotools.pack;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Tells physical block numbers by those before them, as a driver hands them out: one after the
 * other in each of its zones, a little out of order, and only now and then somewhere else.
 *
 * <p>The last numbers of eight places are kept, the latest first. A number close to the one after
 * any of them is that place and a small difference; one that is close to none begins a place of its
 * own.
 *
 * <p>Both directions take every number by the same steps, whatever its symbol: what comes next is
 * as hard to tell for a processor as for this class.
 */
final class PbnPredictor {
  /** The columns that a predictor fills, from the first on. */
  static final int COLUMNS = 3 + PbnRange.COLUMNS;

  private static final int SYMBOLS = 0;
  private static final int LOW = 1;
  private static final int HIGH = 2;
  private static final int ELSEWHERE_COLUMNS = 3;

  private static final int PLACES = 8;
  private static final int PLACE_MASK = PLACES - 1;
  // Symbols: the place if the number is exactly the expected one, the place and this if it is only
  // close, twice this if it is neither.
  private static final int CLOSE = PLACES;
  private static final int ELSEWHERE = 2 * PLACES;
  private static final int CLOSE_SHIFT = 3;
  private static final long ALL_CLOSE = 0x0808_0808_0808_0808L;

  // As many symbols as fit into one number.
  private static final int GROUP = Long.BYTES;

  private static final long MASK = (1L << PbnRange.MOST_BITS) - 1;

  // The places in the order of their last use, a byte for each, the latest lowest.
  private static final long FIRST_ORDER = 0x07_06_05_04_03_02_01_00L;

  /**
   * Ways to go about it: half the width of what counts as close, as a power of two, or to look at
   * no place at all; and the part of a difference, as a power of two, by which the expectation
   * follows.
   *
   * <p>Where requests in flight overtake one another, a number says little about the next, and more
   * about all of them: the expectation follows slowly.
   */
  enum Way {
    NOWHERE(0, 0),
    NEAR(9, 0),
    FAR(15, 0),
    SLOWLY(8, 3);

    private final int reachBits;
    private final int slowness;

    Way(int reachBits, int slowness) {
      this.reachBits = reachBits;
      this.slowness = slowness;
    }

    /** {@return the way with a code, in the order above} */
    static Way of(int code) throws FormatFault {
      return switch (code) {
        case 0 -> NOWHERE;
        case 1 -> NEAR;
        case 2 -> FAR;
        case 3 -> SLOWLY;
        default -> throw new FormatFault("unknown way " + code + " to tell PBNs");
      };
    }

    /** {@return the code} */
    int code() {
      return switch (this) {
        case NOWHERE -> 0;
        case NEAR -> 1;
        case FAR -> 2;
        case SLOWLY -> 3;
      };
    }
  }

  /** How much smaller another way has to make numbers to be worth its time. */
  static final double WORTH = 0.98;

  private final boolean isNowhere;
  private final long reach;
  private final int reachBits;
  private final int slowness;
  private final PbnRange range;
  private final long step;
  private final int firstColumn;

  private final long[] expected = new long[PLACES];
  private long order = FIRST_ORDER;

  // Numbers of a batch that are close to no place.
  private long[] elsewhere = new long[64];
  private final long[] single = new long[1];

  // Tells all numbers where the expectation follows slowly.
  private final @Nullable PbnFollower follower;

  /**
   * @param way how to go about it
   * @param range of numbers that are nowhere close
   * @param step what lies between a number and the next: 1, or 0 where one block is often named
   *     more than once
   * @param firstColumn the first of the columns that numbers fill, or come from
   */
  PbnPredictor(Way way, PbnRange range, int step, int firstColumn) {
    this.isNowhere = way == Way.NOWHERE;
    this.reachBits = way.reachBits;
    this.reach = 1L << way.reachBits;
    this.slowness = way.slowness;
    this.range = range;
    this.step = step;
    this.firstColumn = firstColumn;
    this.follower = way == Way.SLOWLY ? new PbnFollower(range, step, firstColumn) : null;
    Arrays.fill(expected, range.base());
  }

  /** Adds one number. */
  void encode(long pbn, Columns into) {
    single[0] = pbn;
    encode(single, 0, 1, into);
  }

  /**
   * Adds numbers.
   *
   * @param pbns hold them
   * @param first where they begin
   * @param count how many there are
   */
  void encode(long[] pbns, int first, int count, Columns into) {
    if (isNowhere) {
      range.add(pbns, first, count, into, firstColumn + ELSEWHERE_COLUMNS);
      return;
    }
    if (follower != null) {
      follower.encode(pbns, first, count, into);
      return;
    }
    elsewhere = elsewhere.length < count ? new long[count] : elsewhere;
    var symbolColumn = into.get(firstColumn + SYMBOLS);
    var lowColumn = into.get(firstColumn + LOW);
    var highColumn = into.get(firstColumn + HIGH);
    byte[] symbols = symbolColumn.room(count);
    byte[] low = lowColumn.room(count);
    byte[] high = highColumn.room(count);
    int symbolAt = symbolColumn.size();
    int lowAt = lowColumn.size();
    int highAt = highColumn.size();
    int closeCount = 0;
    int elsewhereCount = 0;
    long[] places = expected;
    long latest = order;
    // What the latest place expects is kept out of the array while that stays the latest.
    int id = (int) latest & PLACE_MASK;
    long expectation = places[id];
    for (int i = 0; i < count; i++) {
      long pbn = pbns[first + i];
      long difference = pbn - expectation;
      if (difference == 0) {
        expectation = pbn + step;
        symbols[symbolAt + i] = 0;
        continue;
      }
      int place = 0;
      if ((difference + reach) >>> (reachBits + 1) != 0) {
        places[id] = expectation;
        place = placeNear(pbn, latest);
        latest = moved(latest, Math.min(place, PLACES - 1));
        id = (int) latest & PLACE_MASK;
        if (place == PLACES) {
          symbols[symbolAt + i] = ELSEWHERE;
          elsewhere[elsewhereCount++] = pbn;
          expectation = pbn + step;
          continue;
        }
        expectation = places[id];
        difference = pbn - expectation;
      }
      expectation += (difference >> slowness) + step;
      // 1 if there is a difference.
      int isClose = (int) ((difference | -difference) >>> (Long.SIZE - 1));
      long zigzag = LittleEndian.zigzag(difference);
      symbols[symbolAt + i] = (byte) (place + isClose * CLOSE);
      low[lowAt + closeCount] = (byte) zigzag;
      high[highAt + closeCount] = (byte) (zigzag >>> Byte.SIZE);
      closeCount += isClose;
    }
    places[id] = expectation;
    order = latest;
    symbolColumn.added(count);
    lowColumn.added(closeCount);
    highColumn.added(closeCount);
    if (elsewhereCount > 0) {
      range.add(elsewhere, 0, elsewhereCount, into, firstColumn + ELSEWHERE_COLUMNS);
    }
  }

  /** {@return the latest place that a number is close to, {@link #PLACES} if there is none} */
  private int placeNear(long pbn, long latest) {
    int near = 1 << PLACES;
    for (int place = 0; place < PLACES; place++) {
      int id = (int) (latest >>> (place * Byte.SIZE)) & PLACE_MASK;
      long distance = (pbn - expected[id] + reach) >>> (reachBits + 1);
      // Only 0 less 1 is negative.
      near |= (int) ((distance - 1) >>> (Long.SIZE - 1)) << place;
    }
    return Integer.numberOfTrailingZeros(near);
  }

  /** {@return the order once a place has become the latest} */
  private static long moved(long order, int place) {
    int shift = place * Byte.SIZE;
    long id = (order >>> shift) & PLACE_MASK;
    long later = order & ((1L << shift) - 1);
    return (order & (-(1L << Byte.SIZE) << shift)) | (later << Byte.SIZE) | id;
  }

  /** {@return the next number} */
  long decode(ColumnReader[] from) throws FormatFault {
    decode(single, 1, from);
    return single[0];
  }

  /** Takes the next numbers. */
  void decode(long[] pbns, int count, ColumnReader[] from) throws FormatFault {
    if (isNowhere) {
      range.next(pbns, count, from, firstColumn + ELSEWHERE_COLUMNS);
      return;
    }
    if (follower != null) {
      follower.decode(pbns, count, from);
      return;
    }
    var symbolColumn = from[firstColumn + SYMBOLS];
    var lowColumn = from[firstColumn + LOW];
    var highColumn = from[firstColumn + HIGH];
    int symbolAt = symbolColumn.position();
    symbolColumn.skip(count);
    byte[] symbols = symbolColumn.bytes();
    byte[] low = lowColumn.bytes();
    byte[] high = highColumn.bytes();
    int lowAt = lowColumn.position();
    int highAt = highColumn.position();
    int mostClose = Math.min(lowColumn.remaining(), highColumn.remaining());
    int closeCount = 0;
    long[] places = expected;
    long latest = order;
    int i = 0;
    while (i < count) {
      if (i + GROUP <= count && LittleEndian.i64(symbols, symbolAt + i) == 0) {
        // Numbers in a row, as most of them are.
        int id = (int) latest & PLACE_MASK;
        long pbn = places[id];
        for (int j = 0; j < GROUP; j++) {
          pbns[i + j] = (pbn + j * step) & MASK;
        }
        places[id] = pbn + GROUP * step;
        i += GROUP;
        continue;
      }
      int end = Math.min(count, i + GROUP);
      if (i + GROUP <= count && (LittleEndian.i64(symbols, symbolAt + i) & ~ALL_CLOSE) == 0) {
        // All of the latest place, which therefore stays the latest.
        int id = (int) latest & PLACE_MASK;
        long expectation = places[id];
        for (; i < end; i++) {
          int isClose = symbols[symbolAt + i] >>> CLOSE_SHIFT;
          long difference = 0;
          if (closeCount < mostClose) {
            difference = difference(low[lowAt + closeCount], high[highAt + closeCount], isClose);
          }
          closeCount += isClose;
          pbns[i] = (expectation + difference) & MASK;
          expectation += (difference >> slowness) + step;
        }
        places[id] = expectation;
        continue;
      }
      for (; i < end; i++) {
        int symbol = symbols[symbolAt + i] & 0xff;
        if (symbol >= ELSEWHERE) {
          long pbn = nextElsewhere(symbol, from);
          latest = moved(latest, PLACES - 1);
          places[(int) latest & PLACE_MASK] = pbn + step;
          pbns[i] = pbn;
          continue;
        }
        latest = moved(latest, symbol & PLACE_MASK);
        int id = (int) latest & PLACE_MASK;
        int isClose = symbol >>> CLOSE_SHIFT;
        long difference = 0;
        if (closeCount < mostClose) {
          difference = difference(low[lowAt + closeCount], high[highAt + closeCount], isClose);
        }
        closeCount += isClose;
        long expectation = places[id];
        places[id] = expectation + (difference >> slowness) + step;
        pbns[i] = (expectation + difference) & MASK;
      }
    }
    order = latest;
    // Throws if there were fewer than were taken.
    lowColumn.skip(closeCount);
    highColumn.skip(closeCount);
  }

  private static long difference(byte low, byte high, int isClose) {
    long zigzag = (low & 0xffL) | (high & 0xffL) << Byte.SIZE;
    return LittleEndian.unzigzag(zigzag) & -isClose;
  }

  private long nextElsewhere(int symbol, ColumnReader[] from) throws FormatFault {
    if (symbol > ELSEWHERE) {
      throw new FormatFault("unknown symbol " + symbol + " for a PBN");
    }
    range.next(elsewhere, 1, from, firstColumn + ELSEWHERE_COLUMNS);
    return elsewhere[0];
  }

  /** {@return about how many bits the numbers in some columns take} */
  static double estimatedBits(Columns columns, int first) {
    double bits = 0;
    for (int i = 0; i < COLUMNS; i++) {
      bits += Entropy.bits(columns.get(first + i));
    }
    return bits;
  }
}
