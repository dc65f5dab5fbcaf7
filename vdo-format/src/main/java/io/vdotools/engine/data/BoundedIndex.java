package io.vdotools.engine.data;

import io.vdotools.format.blockmap.BlockMapEntry;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An index in memory that holds a fixed number of names.
 *
 * <p>A name has one row of eight places; a new name takes the place of the row's oldest. 24 bytes a
 * name.
 */
public final class BoundedIndex implements DedupeIndex {
  private static final int WAYS = 8;
  private static final int STRIPES = 64;
  private static final long FREE = 0;

  private final int rows;
  private final long[] first;
  private final long[] second;
  private final long[] locations;
  private final byte[] oldest;
  private final Lock[] stripes = new Lock[STRIPES];

  /**
   * @param names how many names to hold at least, from 1 to 2^27
   */
  public BoundedIndex(int names) {
    if (names < 1 || names > (1 << 27)) {
      throw new IllegalArgumentException(names + " names");
    }
    rows = Math.max(1, Integer.highestOneBit(Math.ceilDiv(names, WAYS) * 2 - 1));
    first = new long[rows * WAYS];
    second = new long[rows * WAYS];
    locations = new long[rows * WAYS];
    oldest = new byte[rows];
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new ReentrantLock();
    }
  }

  private int row(BlockName name) {
    // The first byte chooses the hash zone: the row comes from the other half.
    return (int) name.second() & (rows - 1);
  }

  private int find(int row, BlockName name) {
    for (int at = row * WAYS; at < (row + 1) * WAYS; at++) {
      if (first[at] == name.first() && second[at] == name.second() && locations[at] != FREE) {
        return at;
      }
    }
    return -1;
  }

  @Override
  public void query(BlockName name, Consumer<@Nullable Advice> answer) {
    int row = row(name);
    var lock = stripes[row % STRIPES];
    long location = FREE;
    lock.lock();
    try {
      int at = find(row, name);
      if (at >= 0) {
        location = locations[at];
      }
    } finally {
      lock.unlock();
    }
    answer.accept(
        location == FREE
            ? null
            : new Advice(BlockMapEntry.pbn(location), BlockMapEntry.state(location)));
  }

  @Override
  public void update(BlockName name, Advice advice) {
    int row = row(name);
    var lock = stripes[row % STRIPES];
    lock.lock();
    try {
      int at = find(row, name);
      if (at < 0) {
        at = row * WAYS + oldest[row];
        oldest[row] = (byte) ((oldest[row] + 1) % WAYS);
      }
      first[at] = name.first();
      second[at] = name.second();
      locations[at] = BlockMapEntry.pack(advice.pbn(), advice.state());
    } finally {
      lock.unlock();
    }
  }
}
