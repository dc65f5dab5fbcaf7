package io.vdotools.engine.salvage;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Which page of the forest lies at which PBN, in sixteen bytes a page. Filled first, asked then; a
 * few pages may still come later.
 */
final class PageTable {
  /** The answer for a PBN at which no page of the table lies. */
  static final long NONE = -1;

  // Keys sort by PBN: PBN in the upper 37 bits, the place in the list of ids in the lower 27.
  private static final int PLACE_BITS = 27;
  private static final int PLACE_MASK = (1 << PLACE_BITS) - 1;
  private static final long MIX = 0x9e37_79b9_7f4a_7c15L;

  // Two MiB.
  private static final int MOST_BITS_OF_FEW = 24;

  private long[] keys = new long[1024];
  private long[] ids = new long[1024];
  private int size;
  private final Map<Long, Long> later = new HashMap<>();
  // A bit for the hash of each PBN: most questions are about blocks of data, and end here.
  private long[] filter = {};
  private int filterShift;

  void add(long pbn, long id) {
    if (filter.length > 0) {
      later.put(pbn, id);
      return;
    }
    if (size == keys.length) {
      // A hostile block map names the same pages over and over: there are no more than blocks.
      unite();
      if (size > PLACE_MASK / 2) {
        throw new IllegalStateException("more than " + size + " pages");
      }
      if (size > keys.length / 2) {
        keys = Arrays.copyOf(keys, keys.length * 2);
        ids = Arrays.copyOf(ids, ids.length * 2);
      }
    }
    keys[size] = (pbn << PLACE_BITS) | size;
    ids[size++] = id;
  }

  /** Of pages with the same PBN the highest stays, and of those the first. */
  private void unite() {
    Arrays.sort(keys, 0, size);
    var kept = new long[ids.length];
    int count = 0;
    for (int i = 0; i < size; ) {
      int best = i;
      int end = i;
      for (; end < size && pbn(end) == pbn(i); end++) {
        best = PageId.TOP_DOWN.compare(idAt(end), idAt(best)) < 0 ? end : best;
      }
      kept[count] = idAt(best);
      keys[count] = (pbn(best) << PLACE_BITS) | count;
      count++;
      i = end;
    }
    ids = kept;
    size = count;
  }

  /** Ends the filling. */
  void seal() {
    unite();
    // Sixteen to thirty-two bits for each page, four times as many where that takes little memory:
    // each hit without a page costs a search.
    int least = 36 - Integer.numberOfLeadingZeros(Math.max(1, size));
    int bits = Math.max(Math.max(16, least), Math.min(least + 2, MOST_BITS_OF_FEW));
    filterShift = Long.SIZE - bits;
    filter = new long[1 << (bits - 6)];
    for (int i = 0; i < size; i++) {
      long hash = (pbn(i) * MIX) >>> filterShift;
      filter[(int) (hash >>> 6)] |= 1L << hash;
    }
  }

  private long pbn(int index) {
    return keys[index] >>> PLACE_BITS;
  }

  private long idAt(int index) {
    return ids[(int) keys[index] & PLACE_MASK];
  }

  /** {@return which page lies at a PBN, {@link #NONE} if none of these} */
  long id(long pbn) {
    long hash = (pbn * MIX) >>> filterShift;
    if ((filter[(int) (hash >>> 6)] & (1L << hash)) != 0) {
      int at = Arrays.binarySearch(keys, 0, size, pbn << PLACE_BITS);
      at = at >= 0 ? at : -at - 1;
      if (at < size && pbn(at) == pbn) {
        return idAt(at);
      }
    }
    return later.isEmpty() ? NONE : later.getOrDefault(pbn, NONE);
  }

  boolean contains(long pbn) {
    return id(pbn) != NONE;
  }

  int size() {
    return size + later.size();
  }
}
