package io.vdotools.pack;

import java.util.Arrays;

/**
 * All orders in which four places can have been used last, and how four numbers change them: what
 * would take a walk along the places for each number is one step in a table for four of them.
 *
 * <p>The places have fixed numbers, 0 to 3. Ranks count from the latest, 0 to 3 as well. Places or
 * ranks of four numbers are one number of eight bits, the first in the lowest.
 */
final class PlaceOrders {
  /** How many places are ordered. */
  static final int PLACES = 4;

  /** How many numbers a step is for. */
  static final int NUMBERS = 4;

  private static final int PLACE_BITS = 2;

  /** The order in which each place has the rank of its number. */
  static final int FIRST = 0;

  private static final int ORDERS = 24;
  private static final int STEPS = 1 << (NUMBERS * PLACE_BITS);

  // An order is the number of its first entry in these tables. An entry:
  //   31 ........ 16   15 ......... 8   7 ........ 0
  //   the next order   0                those of four numbers
  private static final int ORDER_SHIFT = 16;

  // By order, and places of four numbers: their ranks.
  private static final int[] RANKS = new int[ORDERS * STEPS];
  // By order, and ranks of four numbers: their places.
  private static final int[] PLACES_OF = new int[ORDERS * STEPS];
  // By order and rank: the place.
  private static final int[][] PLACE_AT = new int[ORDERS][];

  static {
    int count = 0;
    for (int code = 0; count < ORDERS; code++) {
      // The digits of a number, the upper ones the first: in ascending order the first one is 0123.
      int[] order = {code >>> 6 & 3, code >>> 4 & 3, code >>> 2 & 3, code & 3};
      if (Arrays.stream(order).distinct().count() == PLACES) {
        PLACE_AT[count++] = order;
      }
    }
    for (int i = 0; i < ORDERS; i++) {
      for (int ranks = 0; ranks < STEPS; ranks++) {
        int[] order = PLACE_AT[i];
        int places = 0;
        for (int bits = 0; bits < NUMBERS * PLACE_BITS; bits += PLACE_BITS) {
          int rank = (ranks >>> bits) & (PLACES - 1);
          places |= order[rank] << bits;
          order = moved(order, rank);
        }
        int next = (indexOf(order) * STEPS) << ORDER_SHIFT;
        PLACES_OF[i * STEPS + ranks] = next | places;
        RANKS[i * STEPS + places] = next | ranks;
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

  private static int indexOf(int[] wanted) {
    int index = 0;
    while (!Arrays.equals(PLACE_AT[index], wanted)) {
      index++;
    }
    return index;
  }

  /** {@return places or ranks of four numbers as one; of each only the lowest two bits count} */
  static int four(int first, int second, int third, int fourth) {
    int half = (first & (PLACES - 1)) | ((second & (PLACES - 1)) << PLACE_BITS);
    int all = half | ((third & (PLACES - 1)) << (2 * PLACE_BITS)) | (fourth << (3 * PLACE_BITS));
    return all & (STEPS - 1);
  }

  /**
   * {@return the place or rank of one of four numbers}
   *
   * @param index 0 to 3
   */
  static int one(int four, int index) {
    return (four >>> (index * PLACE_BITS)) & (PLACES - 1);
  }

  /**
   * {@return the ranks of four numbers in the lower eight bits, and the order behind them}
   *
   * @param places 0 to 255
   */
  static int ranks(int order, int places) {
    return RANKS[order + places];
  }

  /**
   * {@return the places of four numbers in the lower eight bits, and the order behind them}
   *
   * @param ranks 0 to 255
   */
  static int places(int order, int ranks) {
    return PLACES_OF[order + ranks];
  }

  /** {@return the order behind a step} */
  static int next(int step) {
    return step >>> ORDER_SHIFT;
  }

  /** {@return the place that has a rank} */
  static int placeAt(int order, int rank) {
    return PLACE_AT[order / STEPS][rank];
  }
}
