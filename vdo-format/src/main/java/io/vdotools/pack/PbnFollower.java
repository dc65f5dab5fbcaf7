package io.vdotools.pack;

import java.util.Arrays;

/**
 * The way of a {@link PbnPredictor} to follow places slowly, for many numbers at once.
 *
 * <p>Which place a number belongs to is as hard to foresee as the number itself, and what each
 * expects depends on the numbers before. So that a processor need not wait for either, numbers are
 * told in stretches in which all belong to the four latest places: first all their places or
 * differences, then their ranks by {@link PlaceOrders}. A place keeps its number meanwhile, so that
 * what is expected there waits for the last number of that place, and for none of the others.
 */
final class PbnFollower {
  private static final int PLACES = 8;
  private static final int LATEST = PlaceOrders.PLACES;

  // Symbols, as PbnPredictor has them.
  private static final int CLOSE = PLACES;
  private static final int ELSEWHERE = 2 * PLACES;
  private static final int RANK_MASK = PLACES - 1;
  private static final int GROUP = Long.BYTES;
  // Numbers are told four at a time; their symbols, as one number.
  private static final int NUMBERS = PlaceOrders.NUMBERS;
  private static final int CLOSE_EACH = 0x0808_0808;
  private static final int RANK_OF_EACH = 0x0303_0303;
  private static final long CLOSE_TO_LATEST = 0x0808_0808_0808_0808L;
  private static final long NOT_RANKS = 0xfcfc_fcfc_fcfc_fcfcL;

  // The part of a difference, as a power of two, by which an expectation follows.
  private static final int SLOWNESS = 3;

  // What counts as close, as long as expectations hardly move meanwhile.
  private static final int REACH = 256;
  // Places of so many numbers are found at once.
  private static final int MOST_PLACED = 128;

  // Differences within a stretch, which expectations may move away from a number.
  private static final int DIFFERENCE_BITS = 10;
  private static final int LARGEST_DIFFERENCE = 1 << (DIFFERENCE_BITS - 1);

  private static final int LONGEST_STRETCH = 512;

  private static final int SIGN = Integer.SIZE - 1;
  private static final long MASK = (1L << PbnRange.MOST_BITS) - 1;

  private final PbnRange range;
  private final long step;
  private final int symbolColumn;
  private final int lowColumn;
  private final int highColumn;
  private final int elsewhereColumn;

  // What each place expects, the latest first.
  private final long[] expected = new long[PLACES];

  private final int[] placesOf = new int[MOST_PLACED];
  private final int[] differences = new int[LONGEST_STRETCH];
  private long[] elsewhere = new long[64];
  private int elsewhereCount;

  /**
   * @param range of numbers that are nowhere close
   * @param step what lies between a number and the next
   * @param firstColumn the first of the columns that numbers fill, or come from
   */
  PbnFollower(PbnRange range, long step, int firstColumn) {
    this.range = range;
    this.step = step;
    this.symbolColumn = firstColumn;
    this.lowColumn = firstColumn + 1;
    this.highColumn = firstColumn + 2;
    this.elsewhereColumn = firstColumn + 3;
    Arrays.fill(expected, range.base());
  }

  /** Adds numbers. */
  void encode(long[] pbns, int first, int count, Columns into) {
    elsewhere = elsewhere.length < count ? new long[count] : elsewhere;
    elsewhereCount = 0;
    var symbols = into.get(symbolColumn);
    var low = into.get(lowColumn);
    var high = into.get(highColumn);
    symbols.room(count);
    low.room(count);
    high.room(count);
    int end = first + count;
    for (int at = first; at < end; ) {
      int placed = place(pbns, at, Math.min(MOST_PLACED, end - at)) & -NUMBERS;
      if (placed > 0 && addStretch(pbns, at, placed, symbols, low, high)) {
        at += placed;
        continue;
      }
      for (int alone = at + Math.max(1, placed); at < alone; at++) {
        add(pbns[at], symbols, low, high);
      }
    }
    if (elsewhereCount > 0) {
      range.add(elsewhere, 0, elsewhereCount, into, elsewhereColumn);
    }
  }

  /**
   * Tells which of the latest places numbers are close to.
   *
   * @return how many are close to one
   */
  private int place(long[] pbns, int first, int count) {
    int[] places = placesOf;
    int expected0 = (int) expected[0];
    int expected1 = (int) expected[1];
    int expected2 = (int) expected[2];
    int expected3 = (int) expected[3];
    for (int i = 0; i < count; i++) {
      int highest = (int) pbns[first + i] + REACH;
      int lowest = highest - (2 * REACH - 1);
      // All ones if it is a place behind.
      int isBehind0 = ((highest - expected0) | (expected0 - lowest)) >> SIGN;
      int isBehind1 = ((highest - expected1) | (expected1 - lowest)) >> SIGN & isBehind0;
      int isBehind2 = ((highest - expected2) | (expected2 - lowest)) >> SIGN & isBehind1;
      int isBehind3 = ((highest - expected3) | (expected3 - lowest)) >> SIGN & isBehind2;
      places[i] = -(isBehind0 + isBehind1 + isBehind2 + isBehind3);
    }
    int placed = 0;
    while (placed < count && places[placed] < LATEST) {
      placed++;
    }
    return placed;
  }

  /**
   * Adds numbers of the latest places.
   *
   * @return whether they were added, and not only because expectations moved too far meanwhile
   */
  private boolean addStretch(
      long[] pbns, int first, int count, Column symbols, Column low, Column high) {
    byte[] symbolBytes = symbols.bytes();
    byte[] lowBytes = low.bytes();
    byte[] highBytes = high.bytes();
    int symbolAt = symbols.size();
    int lowAt = low.size();
    int highAt = high.size();
    int[] places = placesOf;
    long[] expectedAt = latest();
    int order = PlaceOrders.FIRST;
    long excess = 0;
    for (int i = 0; i < count; i += NUMBERS) {
      int placesHere = PlaceOrders.four(places[i], places[i + 1], places[i + 2], places[i + 3]);
      int ranks = PlaceOrders.ranks(order, placesHere);
      order = PlaceOrders.next(ranks);
      LittleEndian.putI32(
          symbolBytes, symbolAt + i, Integer.expand(ranks, RANK_OF_EACH) + CLOSE_EACH);
      for (int j = 0; j < NUMBERS; j++) {
        int place = PlaceOrders.one(placesHere, j);
        long expectation = expectedAt[place];
        long difference = pbns[first + i + j] - expectation;
        expectedAt[place] = expectation + (difference >> SLOWNESS) + step;
        excess |= difference + LARGEST_DIFFERENCE;
        int zigzag = (int) LittleEndian.zigzag(difference);
        lowBytes[lowAt + i + j] = (byte) zigzag;
        highBytes[highAt + i + j] = (byte) (zigzag >>> Byte.SIZE);
      }
    }
    if (excess >>> DIFFERENCE_BITS != 0) {
      return false;
    }
    symbols.added(count);
    low.added(count);
    high.added(count);
    take(order, expectedAt);
    return true;
  }

  /** {@return what the latest places expect} */
  private long[] latest() {
    // A new array, whose length is known where it is used.
    return new long[] {expected[0], expected[1], expected[2], expected[3]};
  }

  /** Takes over what the latest places expect after a stretch, in their order then. */
  private void take(int order, long[] expectedAt) {
    for (int rank = 0; rank < LATEST; rank++) {
      expected[rank] = expectedAt[PlaceOrders.placeAt(order, rank)];
    }
  }

  /** Adds a number of any place, or of none. */
  private void add(long pbn, Column symbols, Column low, Column high) {
    int place = 0;
    while (place < PLACES && Math.abs(pbn - expected[place]) >= REACH) {
      place++;
    }
    if (place == PLACES) {
      symbols.add(ELSEWHERE);
      elsewhere[elsewhereCount++] = pbn;
      moveToFront(PLACES - 1, pbn + step);
      return;
    }
    long difference = pbn - expected[place];
    long zigzag = LittleEndian.zigzag(difference);
    // An expected number has its difference as well, so that all of a stretch have one.
    symbols.add(CLOSE + place);
    low.add((int) zigzag);
    high.add((int) zigzag >>> Byte.SIZE);
    moveToFront(place, expected[place] + (difference >> SLOWNESS) + step);
  }

  private void moveToFront(int place, long expectation) {
    System.arraycopy(expected, 0, expected, 1, place);
    expected[0] = expectation;
  }

  /** Takes the next numbers. */
  void decode(long[] pbns, int count, ColumnReader[] from) throws FormatFault {
    var symbols = from[symbolColumn];
    var low = from[lowColumn];
    var high = from[highColumn];
    int symbolAt = symbols.position();
    symbols.skip(count);
    for (int i = 0; i < count; ) {
      int most = Math.min(Math.min(count - i, LONGEST_STRETCH), low.remaining());
      int stretch =
          closeToLatest(symbols.bytes(), symbolAt + i, Math.min(most, high.remaining())) & -NUMBERS;
      if (stretch > 0) {
        takeDifferences(low, high, stretch);
        takeStretch(symbols.bytes(), symbolAt + i, pbns, i, stretch);
        i += stretch;
        continue;
      }
      for (int alone = i + Math.max(1, stretch); i < alone; i++) {
        pbns[i] = next(symbols.bytes()[symbolAt + i] & 0xff, from);
      }
    }
  }

  /** {@return how many symbols are of one of the latest places, with a difference} */
  private static int closeToLatest(byte[] symbols, int at, int count) {
    int close = 0;
    while (close + GROUP <= count) {
      long others = (LittleEndian.i64(symbols, at + close) ^ CLOSE_TO_LATEST) & NOT_RANKS;
      if (others != 0) {
        return close + Long.numberOfTrailingZeros(others) / Byte.SIZE;
      }
      close += GROUP;
    }
    while (close < count && (symbols[at + close] & -LATEST) == CLOSE) {
      close++;
    }
    return close;
  }

  private void takeDifferences(ColumnReader low, ColumnReader high, int count) throws FormatFault {
    byte[] lowBytes = low.bytes();
    byte[] highBytes = high.bytes();
    int lowAt = low.position();
    int highAt = high.position();
    low.skip(count);
    high.skip(count);
    int[] apart = differences;
    for (int i = 0; i < count; i++) {
      apart[i] = difference(lowBytes[lowAt + i], highBytes[highAt + i]);
    }
  }

  private void takeStretch(byte[] symbols, int symbolAt, long[] pbns, int first, int count) {
    int[] apart = differences;
    long[] expectedAt = latest();
    int order = PlaceOrders.FIRST;
    for (int i = 0; i < count; i += NUMBERS) {
      int ranks = Integer.compress(LittleEndian.i32(symbols, symbolAt + i), RANK_OF_EACH);
      int places = PlaceOrders.places(order, ranks);
      order = PlaceOrders.next(places);
      for (int j = 0; j < NUMBERS; j++) {
        int place = PlaceOrders.one(places, j);
        long expectation = expectedAt[place];
        long difference = apart[i + j];
        pbns[first + i + j] = (expectation + difference) & MASK;
        expectedAt[place] = expectation + (difference >> SLOWNESS) + step;
      }
    }
    take(order, expectedAt);
  }

  private static int difference(byte low, byte high) {
    int zigzag = (low & 0xff) | (high & 0xff) << Byte.SIZE;
    return (zigzag >>> 1) ^ -(zigzag & 1);
  }

  /** {@return the next number, of any place or of none} */
  private long next(int symbol, ColumnReader[] from) throws FormatFault {
    if (symbol > ELSEWHERE) {
      throw new FormatFault("unknown symbol " + symbol + " for a PBN");
    }
    if (symbol == ELSEWHERE) {
      range.next(elsewhere, 1, from, elsewhereColumn);
      moveToFront(PLACES - 1, elsewhere[0] + step);
      return elsewhere[0];
    }
    long difference = 0;
    if (symbol >= CLOSE) {
      difference = difference((byte) from[lowColumn].next(), (byte) from[highColumn].next());
    }
    int place = symbol & RANK_MASK;
    long expectation = expected[place];
    moveToFront(place, expectation + (difference >> SLOWNESS) + step);
    return (expectation + difference) & MASK;
  }
}
