package io.vdotools.device.change;

import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Which of some consecutive blocks were read, and the sum of their hashes.
 *
 * <p>Few are a sorted list, two bytes each; many are a bit each, read or not.
 */
final class ReadRegion {
  private final int blocks;
  private final int mostListed;
  private char[] list = new char[4];
  private int listed;
  private @Nullable BitSet bits;
  private int size;
  private long sum;

  /**
   * @param blocks how many there are, at most 65536
   */
  ReadRegion(int blocks) {
    this.blocks = blocks;
    // Where both take the same memory.
    this.mostListed = blocks / Character.SIZE;
  }

  synchronized boolean contains(int place) {
    if (place >= blocks) {
      return false;
    }
    return bits != null ? bits.get(place) : Arrays.binarySearch(list, 0, listed, (char) place) >= 0;
  }

  /**
   * Adds consecutive blocks that hold zeros, but for those that are there already.
   *
   * @param from the first place
   * @param to the place behind the last, at most {@code blocks}
   */
  synchronized void addZeros(int from, int to) {
    if (bits == null && listed + to - from > mostListed) {
      bits = listAsBits();
    }
    if (bits == null) {
      for (int place = from; place < to; place++) {
        add(place, BlockHash.READ_ZEROS);
      }
      return;
    }
    int added = to - from - bits.get(from, to).cardinality();
    size += added;
    sum += added * BlockHash.READ_ZEROS;
    bits.set(from, to);
  }

  private BitSet listAsBits() {
    var all = new BitSet(blocks);
    for (int i = 0; i < listed; i++) {
      all.set(list[i]);
    }
    list = new char[0];
    return all;
  }

  /** Adds a block, unless another thread has just done so. */
  synchronized void add(int place, long hash) {
    if (contains(place)) {
      return;
    }
    size++;
    sum += hash;
    if (bits != null) {
      bits.set(place);
      return;
    }
    if (listed == mostListed) {
      bits = listAsBits();
      bits.set(place);
      return;
    }
    if (listed == list.length) {
      list = Arrays.copyOf(list, Math.min(2 * listed, mostListed));
    }
    int at = -1 - Arrays.binarySearch(list, 0, listed, (char) place);
    System.arraycopy(list, at, list, at + 1, listed - at);
    list[at] = (char) place;
    listed++;
  }

  synchronized int size() {
    return size;
  }

  synchronized long sum() {
    return sum;
  }

  /** {@return a hash of which blocks were read} */
  long places() {
    long hash = size();
    for (int from = next(0); from >= 0; ) {
      int to = nextUnread(from);
      hash = BlockHash.mix(hash + ((long) from << 32 | to));
      from = next(to);
    }
    return hash;
  }

  /** {@return the first block from there on that was read, -1 if there is none} */
  synchronized int next(int place) {
    if (bits != null) {
      return bits.nextSetBit(place);
    }
    if (place >= blocks) {
      return -1;
    }
    int at = Arrays.binarySearch(list, 0, listed, (char) place);
    int next = at >= 0 ? at : -1 - at;
    return next < listed ? list[next] : -1;
  }

  /** {@return the first block from there on that was not read, or the number of blocks} */
  synchronized int nextUnread(int place) {
    if (bits != null) {
      return Math.min(bits.nextClearBit(place), blocks);
    }
    int at = Arrays.binarySearch(list, 0, listed, (char) place);
    int unread = place;
    while (at >= 0 && at < listed && list[at] == unread) {
      at++;
      unread++;
    }
    return unread;
  }

  /** {@return the first block that was read, -1 if there is none} */
  int first() {
    return next(0);
  }

  /** {@return the last block that was read, -1 if there is none} */
  synchronized int last() {
    if (bits != null) {
      return bits.length() - 1;
    }
    return listed == 0 ? -1 : list[listed - 1];
  }
}
