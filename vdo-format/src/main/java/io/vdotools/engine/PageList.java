package io.vdotools.engine;

import java.util.Arrays;

/**
 * Pages of one height that are to be read: where each lies and which it is.
 *
 * <p>A page is known by its number: the index among the pages of its height in its tree, times the
 * number of trees, plus the tree. For leaves that is the number of the page by LBN.
 */
final class PageList {
  // Keys sort by PBN: PBN in the upper 37 bits, the place in the list of numbers in the lower 26.
  private static final int PLACE_BITS = 26;
  private static final int PLACE_MASK = (1 << PLACE_BITS) - 1;

  /** The most pages that a list can hold. */
  static final int LARGEST = 1 << PLACE_BITS;

  private long[] keys;
  private int[] numbers;
  private int size;

  PageList(int expected) {
    keys = new long[Math.max(16, expected)];
    numbers = new int[keys.length];
  }

  void clear() {
    size = 0;
  }

  int size() {
    return size;
  }

  void add(long pbn, long number) {
    if (size == keys.length) {
      int larger = (int) Math.min(LARGEST, (long) size * 2);
      keys = Arrays.copyOf(keys, larger);
      numbers = Arrays.copyOf(numbers, larger);
    }
    keys[size] = (pbn << PLACE_BITS) | size;
    numbers[size++] = (int) number;
  }

  long pbn(int index) {
    return keys[index] >>> PLACE_BITS;
  }

  long number(int index) {
    return numbers[(int) keys[index] & PLACE_MASK] & 0xffff_ffffL;
  }

  /**
   * {@return the index of a page in the list, which is sorted}
   *
   * @param pbn where a page of the list lies
   */
  int indexOf(long pbn) {
    int low = 0;
    int high = size - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (pbn(middle) < pbn) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Takes pages that are in the list a second time. */
  interface Duplicates {
    void duplicate(long pbn, long keptNumber, long otherNumber);
  }

  /**
   * Sorts by PBN. Of pages with the same PBN only the one with the lowest number stays.
   *
   * @param duplicates takes the others
   */
  void sortAndUnite(Duplicates duplicates) {
    Arrays.sort(keys, 0, size);
    int kept = 0;
    for (int i = 0; i < size; ) {
      int end = i + 1;
      int lowest = i;
      while (end < size && pbn(end) == pbn(i)) {
        if (number(end) < number(lowest)) {
          lowest = end;
        }
        end++;
      }
      for (int j = i; j < end; j++) {
        if (j != lowest) {
          duplicates.duplicate(pbn(j), number(lowest), number(j));
        }
      }
      keys[kept++] = keys[lowest];
      i = end;
    }
    if (kept < size) {
      renumber(kept);
    }
  }

  /** Makes room at the end of the list of numbers after pages have gone. */
  private void renumber(int newSize) {
    int[] remaining = new int[numbers.length];
    for (int i = 0; i < newSize; i++) {
      remaining[i] = (int) number(i);
      keys[i] = (pbn(i) << PLACE_BITS) | i;
    }
    numbers = remaining;
    size = newSize;
  }
}
