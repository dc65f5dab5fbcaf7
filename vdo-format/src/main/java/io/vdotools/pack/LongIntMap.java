package io.vdotools.pack;

import java.util.Arrays;

/** A map from longs to small non-negative numbers that holds neither as an object. */
final class LongIntMap {
  private static final int FREE = -1;

  private long[] keys = new long[1 << 8];
  private int[] values = new int[1 << 8];
  private int size;

  LongIntMap() {
    Arrays.fill(values, FREE);
  }

  int size() {
    return size;
  }

  /** {@return the value of a key, -1 if it has none} */
  int get(long key) {
    return values[find(key)];
  }

  void put(long key, int value) {
    int at = find(key);
    if (values[at] == FREE) {
      size++;
    }
    keys[at] = key;
    values[at] = value;
    if (size > keys.length / 2) {
      grow();
    }
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldValues = values;
    keys = new long[2 * oldKeys.length];
    values = new int[keys.length];
    Arrays.fill(values, FREE);
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldValues[i] != FREE) {
        int at = find(oldKeys[i]);
        keys[at] = oldKeys[i];
        values[at] = oldValues[i];
      }
    }
  }

  private int find(long key) {
    int mask = keys.length - 1;
    long mixed = key * 0x9e37_79b9_7f4a_7c15L;
    int at = (int) (mixed >>> 32) & mask;
    while (values[at] != FREE && keys[at] != key) {
      at = (at + 1) & mask;
    }
    return at;
  }
}
