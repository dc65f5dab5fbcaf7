package io.vdotools.pack;

import java.util.Arrays;

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

  private final int oldest;
  private final long[] numbers = new long[PLACES];
  // Where a number that shares its lowest bits was new last; others are not found again.
  private final int[] lastPlaces = new int[PLACES];
  // How many numbers were new, and so the place of the next one.
  private int next;

  /**
   * @param oldest the greatest age at which a number is found again, at most {@link #MOST_AGE}
   */
  PbnMemory(int oldest) {
    this.oldest = oldest;
  }

  /** Forgets everything. */
  void clear() {
    Arrays.fill(numbers, 0);
    Arrays.fill(lastPlaces, 0);
    next = 0;
  }

  /** {@return the age of a number; 0 if it is new, and from now on known} */
  int age(long pbn) {
    int hash = (int) pbn & PLACE_MASK;
    int place = lastPlaces[hash];
    int age = next - place;
    long difference = numbers[place & PLACE_MASK] ^ pbn;
    // Whether a number repeats is as hard to foresee as what it is.
    int isUnknown = (int) ((difference | -difference) >>> (Long.SIZE - 1));
    int isNew = isUnknown | (age - 1 | oldest - age) >>> (Integer.SIZE - 1);
    lastPlaces[hash] = place + age * isNew;
    // The next place may hold anything: nobody looks there.
    numbers[next & PLACE_MASK] = pbn;
    next += isNew;
    return age * (1 - isNew);
  }

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
