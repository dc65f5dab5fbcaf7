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

  /** {@return the age of a number; 0 if it is new, and from now on known} */
  int age(long pbn) {
    int place = (int) pbn & PLACE_MASK;
    long known = last[place];
    int time = (int) known & TIME_MASK;
    int age = newCount - time;
    long difference = (known >>> NUMBER_SHIFT) ^ pbn;
    // Whether a number repeats is as hard to foresee as what it is.
    int isUnknown = (int) ((difference | -difference) >>> (Long.SIZE - 1));
    int isNew = isUnknown | (oldest - age) >>> (Integer.SIZE - 1);
    last[place] = pbn << NUMBER_SHIFT | ((newCount & -isNew) | (time & (isNew - 1)));
    newCount += isNew;
    return age & (isNew - 1);
  }
}
