package io.vdotools.pack;

import java.util.Arrays;

/**
 * Tells how long ago a physical block number was new: the writer's side of {@link PbnMemory}.
 *
 * <p>Numbers that share their lowest bits share a place, and only the last of them is found again.
 */
final class PbnAges {
  private static final int PLACES = 1 << 13;
  private static final int PLACE_MASK = PLACES - 1;

  //  59 ........ 24   23 ............................ 0
  //  the number       how many were new when it was new
  private static final int NUMBER_SHIFT = 24;
  private static final int TIME_MASK = (1 << NUMBER_SHIFT) - 1;

  // No number has as many bits.
  private static final long NOTHING = -1;

  private final int oldest;
  private final long[] last = new long[PLACES];
  private int newCount;

  /**
   * @param oldest the greatest age at which a number is found again, at most {@link
   *     PbnMemory#MOST_AGE}
   */
  PbnAges(int oldest) {
    this.oldest = oldest;
    Arrays.fill(last, NOTHING);
  }

  /** Forgets everything. */
  void clear() {
    Arrays.fill(last, NOTHING);
    newCount = 0;
  }

  /**
   * Tells the ages of numbers.
   *
   * @param pbns hold them
   * @param first where they begin
   * @param count how many there are
   * @param ages take the age of each; 0 if it is new, and from now on known
   * @param fresh takes those that are new, and one more
   * @return how many are new
   */
  int ages(long[] pbns, int first, int count, int[] ages, long[] fresh) {
    long[] known = last;
    int now = newCount;
    int freshCount = 0;
    for (int i = 0; i < count; i++) {
      long pbn = pbns[first + i];
      int place = (int) pbn & PLACE_MASK;
      long lastThere = known[place];
      int time = (int) lastThere & TIME_MASK;
      long difference = (lastThere >>> NUMBER_SHIFT) ^ pbn;
      // Whether a number repeats is as hard to foresee as what it is.
      int isUnknown = (int) ((difference | -difference) >>> (Long.SIZE - 1));
      int isNew = isUnknown | (time + oldest - now) >>> (Integer.SIZE - 1);
      ages[i] = (now - time) & (isNew - 1);
      known[place] = pbn << NUMBER_SHIFT | ((now & -isNew) | (time & (isNew - 1)));
      fresh[freshCount] = pbn;
      freshCount += isNew;
      now += isNew;
    }
    newCount = now;
    return freshCount;
  }
}
