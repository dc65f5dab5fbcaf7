package io.vdotools.engine;

import io.vdotools.format.journal.JournalEntry;
import java.util.Arrays;

/**
 * What the recovery journal changes in the block map: for each slot that it names, the last mapping
 * stored there.
 *
 * <p>A slot is known by the PBN of its page and its number in the page; no tree is walked for it.
 */
public final class BlockMapPatches {
  private static final int SLOT_BITS = 10;
  private static final int SLOT_MASK = (1 << SLOT_BITS) - 1;

  private final LongMap mappings;
  private long[] slots = {};
  private long[] pages = {};

  /**
   * Makes an empty set.
   *
   * @param expected roughly how many slots it will hold
   */
  public BlockMapPatches(long expected) {
    mappings = new LongMap((int) Math.min(expected, 1 << 20));
  }

  /** Takes the mapping that an entry stores; a later one for the same slot replaces it. */
  public void store(JournalEntry entry) {
    mappings.put((entry.pagePbn() << SLOT_BITS) | entry.slot(), entry.mapping().pack());
  }

  /** Prepares for reading, after the last entry was stored. */
  public void seal() {
    slots = mappings.sortedKeys();
    pages = Arrays.stream(slots).map(key -> key >>> SLOT_BITS).distinct().toArray();
  }

  /** {@return the pages that change, ascending by PBN} */
  public long[] pages() {
    return pages.clone();
  }

  /** {@return the number of slots named} */
  public int size() {
    return mappings.size();
  }

  /** {@return whether a page changes} */
  public boolean changes(long pagePbn) {
    return Arrays.binarySearch(pages, pagePbn) >= 0;
  }

  /** {@return the index in {@link #pages} of the first page at or behind a PBN} */
  int firstPageFrom(long pbn) {
    int at = Arrays.binarySearch(pages, pbn);
    return at >= 0 ? at : -at - 1;
  }

  int pageCount() {
    return pages.length;
  }

  long page(int index) {
    return pages[index];
  }

  /** Takes the slots of a page. */
  public interface SlotVisitor {
    /**
     * A slot.
     *
     * @param slot its index in the page
     * @param packedMapping what is stored there
     */
    void slot(int slot, long packedMapping);
  }

  /** Visits the slots of a page that change, ascending. */
  public void forEachSlot(long pagePbn, SlotVisitor visitor) {
    int from = Arrays.binarySearch(slots, pagePbn << SLOT_BITS);
    int at = from >= 0 ? from : -from - 1;
    for (; at < slots.length && slots[at] >>> SLOT_BITS == pagePbn; at++) {
      visitor.slot((int) slots[at] & SLOT_MASK, mappings.getOrDefault(slots[at], 0));
    }
  }
}
