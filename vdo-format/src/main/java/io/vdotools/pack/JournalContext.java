package io.vdotools.pack;

import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.pack.JournalLayout.Generation;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the recovery journal says about other structures: the mappings that pages of the block map
 * hold, and the entries of the slab journals. Most of both stands in a young journal word for word.
 *
 * <p>It is a guess and nothing more: whatever differs is packed as it is.
 */
public final class JournalContext {
  /** With more blocks than these, nothing is predicted: it would take too much memory. */
  public static final int MOST_BLOCKS = 1024;

  private static final int ORDER_BITS = 20;
  private static final long ORDER_MASK = (1L << ORDER_BITS) - 1;
  private static final int NO_PREDICTION = -1;

  // By entry, in the order of the journal.
  private final int[] slots;
  private final long[] mappings;
  private final long[] unmappings;
  private final boolean hasUnmappings;
  // Page and entry, sorted.
  private final long[] byPage;
  // By change of a count, in the order of the journal: its point, and its entry in a slab journal.
  private final long[] points;
  private final int[] words;
  // Slab and change, sorted.
  private final long[] bySlab;

  private JournalContext(Builder builder) {
    slots = Arrays.copyOf(builder.slots, builder.entries);
    mappings = Arrays.copyOf(builder.mappings, builder.entries);
    unmappings = Arrays.copyOf(builder.unmappings, builder.entries);
    hasUnmappings = builder.hasUnmappings;
    byPage = Arrays.copyOf(builder.byPage, builder.entries);
    Arrays.sort(byPage);
    points = Arrays.copyOf(builder.points, builder.changes);
    words = Arrays.copyOf(builder.words, builder.changes);
    bySlab = Arrays.copyOf(builder.bySlab, builder.changes);
    Arrays.sort(bySlab);
  }

  /**
   * {@return what some blocks of the recovery journal say}
   *
   * @param content the blocks, one after the other, in any order
   * @param count how many there are, at most {@link #MOST_BLOCKS}
   * @param header the volume's nonce, and where its slabs lie
   */
  public static JournalContext of(byte[] content, int count, PackHeader header) {
    var order = new Long[count];
    for (int i = 0; i < count; i++) {
      order[i] = (long) i;
    }
    Arrays.sort(order, (a, b) -> Long.compareUnsigned(sequence(content, a), sequence(content, b)));
    var builder = new Builder(count, header);
    for (Long index : order) {
      builder.add(content, index.intValue() * FrameCodec.BLOCK);
    }
    return new JournalContext(builder);
  }

  private static long sequence(byte[] content, long index) {
    return LittleEndian.i64(content, (int) index * FrameCodec.BLOCK + JournalLayout.SEQUENCE);
  }

  private static final class Builder {
    private final PackHeader header;
    private final int[] slots;
    private final long[] mappings;
    private final long[] unmappings;
    private final long[] byPage;
    private final long[] points;
    private final int[] words;
    private final long[] bySlab;
    private boolean hasUnmappings;
    private int entries;
    private int changes;

    Builder(int blocks, PackHeader header) {
      this.header = header;
      int most = blocks * Generation.OLD.blockEntries;
      slots = new int[most];
      mappings = new long[most];
      unmappings = new long[most];
      byPage = new long[most];
      int mostChanges = 2 * blocks * Generation.CURRENT.blockEntries;
      points = new long[mostChanges];
      words = new int[mostChanges];
      bySlab = new long[mostChanges];
    }

    void add(byte[] content, int at) {
      var generation = JournalLayout.generation(content, at, header.nonce());
      if (generation == null) {
        return;
      }
      hasUnmappings |= generation == Generation.CURRENT;
      long block = LittleEndian.i64(content, at + JournalLayout.SEQUENCE) << 16;
      int index = 0;
      for (int sector = 1; sector < BlockSize.SECTORS_PER_BLOCK; sector++) {
        int count = JournalLayout.sectorCount(content, at, sector);
        for (int i = 0; i < count; i++) {
          int entry = JournalLayout.entryAt(at, sector, i, generation);
          switch (generation) {
            case CURRENT -> addCurrent(content, entry, block + 2L * index);
            case OLD -> addOld(content, entry, block + index);
          }
          index++;
        }
      }
    }

    private void addCurrent(byte[] content, int entry, long point) {
      long mapping = JournalLayout.mapping(content, entry);
      long unmapping = JournalLayout.unmapping(content, entry);
      addEntry(content, entry, mapping, unmapping);
      boolean isPage = JournalLayout.operation(content, entry) == 1;
      addChange(point, mapping, true, isPage);
      addChange(point + 1, unmapping, false, false);
    }

    private void addOld(byte[] content, int entry, long point) {
      int operation = JournalLayout.operation(content, entry);
      long mapping = JournalLayout.mapping(content, entry);
      boolean isIncrement = (operation & 1) != 0;
      if (isIncrement) {
        addEntry(content, entry, mapping, 0);
      }
      addChange(point, mapping, isIncrement, operation == 3);
    }

    private void addEntry(byte[] content, int entry, long mapping, long unmapping) {
      byPage[entries] = (JournalLayout.page(content, entry) << ORDER_BITS) | entries;
      slots[entries] = JournalLayout.slot(content, entry);
      mappings[entries] = mapping;
      unmappings[entries++] = unmapping;
    }

    private void addChange(long point, long packed, boolean isIncrement, boolean isPage) {
      long pbn = BlockMapEntry.pbn(packed);
      if (pbn == 0 || header.slabOf(pbn) < 0 || changes == points.length) {
        return;
      }
      bySlab[changes] = (header.slabOf(pbn) << ORDER_BITS) | changes;
      points[changes] = point;
      words[changes++] =
          header.offsetInSlab(pbn)
              | (isIncrement ? SlabJournalForm.INCREMENT : 0)
              | (isPage ? SlabJournalForm.PAGE : 0);
    }
  }

  /** {@return what the journal says about a page of the block map, null if nothing} */
  @Nullable Page page(long pbn) {
    int from = lowerBound(byPage, pbn << ORDER_BITS);
    int to = lowerBound(byPage, (pbn + 1) << ORDER_BITS);
    return from == to ? null : new Page(from, to);
  }

  private static int lowerBound(long[] sorted, long key) {
    int at = Arrays.binarySearch(sorted, key);
    return at >= 0 ? at : -at - 1;
  }

  /** The entries of the journal for one page, as a range of {@link #byPage}. */
  final class Page {
    private final int from;
    private final int to;

    private Page(int from, int to) {
      this.from = from;
      this.to = to;
    }

    int entries() {
      return to - from;
    }

    private int entry(int index) {
      return (int) (byPage[from + index] & ORDER_MASK);
    }

    /**
     * {@return what the page holds if the first entries had reached it, and the others not}
     *
     * <p>For each slot a packed entry, or a number that none is equal to.
     */
    long[] told(int cut) {
      var told = new long[1 << 10];
      Arrays.fill(told, NO_PREDICTION);
      for (int i = 0; i < entries(); i++) {
        int entry = entry(i);
        int slot = slots[entry];
        if (i < cut) {
          told[slot] = mappings[entry];
        } else if (told[slot] == NO_PREDICTION && hasUnmappings) {
          told[slot] = unmappings[entry];
        }
      }
      for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
        told[slot] = told[slot] == NO_PREDICTION ? NO_PREDICTION : told[slot] & BlockMapEntry.MASK;
      }
      return told;
    }

    /** {@return after how many entries a page was written, as far as its mappings tell} */
    int bestCut(long[] page) {
      int count = entries();
      var votes = new int[count + 2];
      var since = new int[1 << 10];
      var before = new long[1 << 10];
      Arrays.fill(before, NO_PREDICTION);
      for (int i = 0; i < count; i++) {
        int entry = entry(i);
        int slot = slots[entry];
        if (before[slot] == NO_PREDICTION && hasUnmappings) {
          before[slot] = unmappings[entry];
        }
        if (slot < page.length && before[slot] == page[slot]) {
          votes[since[slot]]++;
          votes[i + 1]--;
        }
        before[slot] = mappings[entry];
        since[slot] = i + 1;
      }
      for (int slot = 0; slot < page.length; slot++) {
        if (since[slot] > 0 && before[slot] == page[slot]) {
          votes[since[slot]]++;
        }
      }
      int best = count;
      int sum = 0;
      int most = -1;
      for (int cut = 0; cut <= count; cut++) {
        sum += votes[cut];
        if (sum >= most) {
          most = sum;
          best = cut;
        }
      }
      return best;
    }
  }

  /**
   * {@return the place of the last entry of a slab journal block among all of the slab, -1 if the
   * journal does not have it}
   *
   * @param slab the slab
   * @param point the recovery point of the block
   */
  int change(long slab, long point) {
    int low = lowerBound(bySlab, slab << ORDER_BITS);
    int high = lowerBound(bySlab, (slab + 1) << ORDER_BITS) - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      long found = points[(int) (bySlab[middle] & ORDER_MASK)];
      if (found == point) {
        return middle;
      }
      if (Long.compareUnsigned(found, point) < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  /**
   * {@return the entry of a slab journal at a place, -1 if it is of another slab}
   *
   * @param place may lie before the first
   */
  int word(long slab, int place) {
    return place >= 0 && place < bySlab.length && bySlab[place] >>> ORDER_BITS == slab
        ? words[(int) (bySlab[place] & ORDER_MASK)]
        : -1;
  }
}
