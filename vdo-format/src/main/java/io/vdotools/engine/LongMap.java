package io.vdotools.engine;

import java.util.Arrays;

/**
 * A map from non-negative longs to longs that holds neither as an object. For tables of millions of
 * journal entries.
 */
final class LongMap {
  private static final long FREE = -1;

  private long[] keys;
  private long[] values;
  private int size;

  LongMap(int expected) {
    allocate(Integer.highestOneBit(Math.max(8, expected)) * 4);
  }

  private void allocate(int capacity) {
    keys = new long[capacity];
    values = new long[capacity];
    Arrays.fill(keys, FREE);
  }

  /** {@return the value of a key, or the default} */
  long getOrDefault(long key, long ifAbsent) {
    int at = find(key);
    return keys[at] == key ? values[at] : ifAbsent;
  }

  boolean containsKey(long key) {
    return keys[find(key)] == key;
  }

  void put(long key, long value) {
    int at = find(key);
    if (keys[at] == FREE) {
      keys[at] = key;
      size++;
      values[at] = value;
      if (size > keys.length / 2) {
        grow();
      }
    } else {
      values[at] = value;
    }
  }

  /** {@return the keys in ascending order} */
  long[] sortedKeys() {
    long[] sorted = Arrays.stream(keys).filter(k -> k != FREE).toArray();
    Arrays.sort(sorted);
    return sorted;
  }

  int size() {
    return size;
  }

  private void grow() {
    long[] oldKeys = keys;
    long[] oldValues = values;
    allocate(oldKeys.length * 2);
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != FREE) {
        int at = find(oldKeys[i]);
        keys[at] = oldKeys[i];
        values[at] = oldValues[i];
      }
    }
  }

  private int find(long key) {
    int mask = keys.length - 1;
    long mixed = key * 0x9e37_79b9_7f4a_7c15L;
    int at = (int) (mixed ^ (mixed >>> 32)) & mask;
    while (keys[at] != key && keys[at] != FREE) {
      at = (at + 1) & mask;
    }
    return at;
  }
}
