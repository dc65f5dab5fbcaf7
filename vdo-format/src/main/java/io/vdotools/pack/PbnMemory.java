package io.vdotools.pack;

/**
 * The last physical block numbers that were new, in their order. The age of a number counts from
 * the next new one: 1 is the one that was new last.
 */
final class PbnMemory {
  // Twice the greatest age, because a reader learns all new numbers of a page at once.
  private static final int PLACES = 1 << 13;
  private static final int PLACE_MASK = PLACES - 1;

  /** The greatest age that there may be. */
  static final int MOST_AGE = PLACES - PbnRange.MOST_NUMBERS;

  private final long[] numbers = new long[PLACES];
  // How many numbers were new, and so the place of the next one.
  private int next;

  /** {@return 1 if an age stands for a new number, else 0} */
  static int isNew(int age) {
    return (age - 1) >>> (Integer.SIZE - 1);
  }

  /**
   * Replaces ages by the numbers of these ages.
   *
   * @param ages of numbers, 0 if new; takes these instead
   * @param count how many
   * @param fresh the new ones, in their order
   * @param freshCount how many of those there are
   */
  void recall(long[] ages, int count, long[] fresh, int freshCount) {
    for (int i = 0; i < freshCount; i++) {
      numbers[(next + i) & PLACE_MASK] = fresh[i];
    }
    int place = next;
    for (int i = 0; i < count; i++) {
      int age = (int) ages[i];
      ages[i] = numbers[(place - age) & PLACE_MASK];
      place += isNew(age);
    }
    next = place;
  }
}
