package io.vdotools.pack;

import java.util.Arrays;

/**
 * All orders in which four places can have been used last, and how two numbers change them: what
 * would take a walk along the places for each number is one step in a table for two of them.
 *
 * <p>The places have fixed numbers, 0 to 3. Ranks count from the latest, 0 to 3 as well.
 */
final class PlaceOrders {
  /** How many places are ordered. */
  static final int PLACES = 4;

  /** The order in which each place has the rank of its number. */
  static final int FIRST = 0;

  private static final int ORDERS = 24;
  private static final int PLACE_BITS = 2;
  private static final int PAIRS = PLACES * PLACES;

  // An order is the number of its first entry in these tables. An entry:
  //   31 ........ 16   15 ......... 8   7 ........ 0
  //   the next order   of the second    of the first
  private static final int ORDER_SHIFT = 16;
  private static final int SECOND_SHIFT = 8;
  private static final int PART_MASK = 0xff;

  // By order, and places of two numbers: their ranks.
  private static final int[] RANKS = new int[ORDERS * PAIRS];
  // By order, and ranks of two numbers: their places.
  private static final int[] PLACES_OF = new int[ORDERS * PAIRS];
  // By order and rank: the place.
  private static final int[][] PLACE_AT = new int[ORDERS * PAIRS][];

  static {
    int[][] orders = new int[ORDERS][];
    int count = 0;
    for (int code = 0; count < ORDERS; code++) {
      // The digits of a number, the upper ones the first: in ascending order the first one is 0123.
      int[] order = {code >>> 6 & 3, code >>> 4 & 3, code >>> 2 & 3, code & 3};
      if (Arrays.stream(order).distinct().count() == PLACES) {
        orders[count++] = order;
      }
    }
    for (int i = 0; i < ORDERS; i++) {
      PLACE_AT[i * PAIRS] = orders[i];
      for (int ranks = 0; ranks < PAIRS; ranks++) {
        int firstRank = ranks & (PLACES - 1);
        int first = orders[i][firstRank];
        int[] between = moved(orders[i], firstRank);
        int secondRank = ranks >>> PLACE_BITS;
        int second = between[secondRank];
        int next = (indexOf(orders, moved(between, secondRank)) * PAIRS) << ORDER_SHIFT;
        PLACES_OF[i * PAIRS + ranks] = next | second << SECOND_SHIFT | first;
        RANKS[i * PAIRS + pair(first, second)] = next | secondRank << SECOND_SHIFT | firstRank;
      }
    }
  }

  private PlaceOrders() {}

  private static int[] moved(int[] order, int rank) {
    int[] moved = order.clone();
    System.arraycopy(order, 0, moved, 1, rank);
    moved[0] = order[rank];
    return moved;
  }

  private static int indexOf(int[][] orders, int[] wanted) {
    int index = 0;
    while (!Arrays.equals(orders[index], wanted)) {
      index++;
    }
    return index;
  }

  /** {@return places or ranks of two numbers as one} */
  static int pair(int first, int second) {
    return first | second << PLACE_BITS;
  }

  /** {@return the ranks of two numbers, and the order behind them} */
  static int ranks(int order, int places) {
    return RANKS[order + places];
  }

  /** {@return the places of two numbers, and the order behind them} */
  static int places(int order, int ranks) {
    return PLACES_OF[order + ranks];
  }

  /** {@return the rank or place of the first number} */
  static int first(int step) {
    return step & PART_MASK;
  }

  /** {@return the rank or place of the second number} */
  static int second(int step) {
    return step >>> SECOND_SHIFT & PART_MASK;
  }

  /** {@return the ranks or places of both, a byte for each, the lower one for the first} */
  static int both(int step) {
    return step & ((1 << ORDER_SHIFT) - 1);
  }

  /** {@return the order behind both} */
  static int next(int step) {
    return step >>> ORDER_SHIFT;
  }

  /** {@return the place that has a rank} */
  static int placeAt(int order, int rank) {
    return PLACE_AT[order][rank];
  }
}
