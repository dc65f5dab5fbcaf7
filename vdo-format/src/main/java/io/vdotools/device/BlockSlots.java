package io.vdotools.device;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Which place in a file each of some blocks has: places are given out one after the other.
 *
 * <p>Takes six bytes for each block, and some hundred for each 65536 blocks of which there are any.
 * Places may be asked for while others are given out.
 */
final class BlockSlots {
  private static final int REGION_SHIFT = 16;
  private static final int REGION_MASK = (1 << REGION_SHIFT) - 1;
  private static final int LEAST_CAPACITY = 4;

  private final ConcurrentNavigableMap<Long, Region> regions = new ConcurrentSkipListMap<>();
  private int count;

  /** {@return how many blocks have a place} */
  int count() {
    return count;
  }

  /** {@return the place of a block, -1 if it has none} */
  int find(long block) {
    var region = regions.get(block >>> REGION_SHIFT);
    return region == null ? -1 : region.find((char) (block & REGION_MASK));
  }

  /** {@return the place of a block, the next one if it had none; there are at most 2^31 - 1} */
  int findOrAdd(long block) {
    var region = regions.computeIfAbsent(block >>> REGION_SHIFT, _ -> new Region());
    char within = (char) (block & REGION_MASK);
    int found = region.find(within);
    if (found >= 0) {
      return found;
    }
    region.add(within, count);
    return count++;
  }

  /** {@return whether any block from {@code from} on and before {@code to} has a place} */
  boolean anyWithin(long from, long to) {
    for (var region :
        regions.subMap(from >>> REGION_SHIFT, true, (to - 1) >>> REGION_SHIFT, true).entrySet()) {
      long start = region.getKey() << REGION_SHIFT;
      int least = (int) Math.max(0, from - start);
      int most = (int) Math.min(REGION_MASK, to - 1 - start);
      if (region.getValue().anyWithin((char) least, (char) most)) {
        return true;
      }
    }
    return false;
  }

  /** {@return the blocks that have a place, ascending} */
  long[] blocks() {
    long[] all = new long[count];
    int at = 0;
    for (Map.Entry<Long, Region> region : regions.entrySet()) {
      at = region.getValue().copyTo(all, at, region.getKey() << REGION_SHIFT);
    }
    return all;
  }

  /** Blocks with the same upper bits, sorted. */
  private static final class Region {
    private char[] blocks = new char[LEAST_CAPACITY];
    private int[] slots = new int[LEAST_CAPACITY];
    private int size;

    synchronized int find(char block) {
      int at = Arrays.binarySearch(blocks, 0, size, block);
      return at < 0 ? -1 : slots[at];
    }

    synchronized boolean anyWithin(char least, char most) {
      int at = Arrays.binarySearch(blocks, 0, size, least);
      return at >= 0 || (-1 - at < size && blocks[-1 - at] <= most);
    }

    synchronized void add(char block, int slot) {
      if (size == blocks.length) {
        blocks = Arrays.copyOf(blocks, size + size / 2);
        slots = Arrays.copyOf(slots, size + size / 2);
      }
      // Most come in ascending order: nothing has to move.
      int at = -1 - Arrays.binarySearch(blocks, 0, size, block);
      System.arraycopy(blocks, at, blocks, at + 1, size - at);
      System.arraycopy(slots, at, slots, at + 1, size - at);
      blocks[at] = block;
      slots[at] = slot;
      size++;
    }

    synchronized int copyTo(long[] all, int at, long start) {
      for (int i = 0; i < size; i++) {
        all[at + i] = start + blocks[i];
      }
      return at + size;
    }
  }
}
