package io.vdotools.pack;

import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import java.util.Arrays;

/**
 * What encoder and decoder of journal entries both remember of the entries before: the pages in the
 * order of their first appearance, the last mapping of each slot, and, in the old format, the
 * increments that still lack their decrement.
 */
final class EntryMemory {
  static final int OPERATIONS = RecoveryJournalForm.FIRST_ENTRY_COLUMN;
  static final int PAGE_LOW = OPERATIONS + 1;
  static final int PAGE_HIGH = OPERATIONS + 2;
  static final int NEW_PAGES = OPERATIONS + 3;
  static final int SLOT_LOW = OPERATIONS + 4;
  static final int SLOT_HIGH = OPERATIONS + 5;
  static final int PENDING_LOW = OPERATIONS + 6;
  static final int PENDING_HIGH = OPERATIONS + 7;
  static final int MAPPING_STATES = OPERATIONS + 8;
  static final int MAPPINGS = OPERATIONS + 9;
  static final int UNMAPPING_STATES = MAPPINGS + PbnPredictor.COLUMNS;
  static final int UNMAPPINGS = UNMAPPING_STATES + 1;
  static final int END = UNMAPPINGS + PbnPredictor.COLUMNS;

  /** In place of the number of a page, or of a pending increment: it is none of those known. */
  static final int NEW = 0xffff;

  /** In place of a state: PBN 0 with "uncompressed", a PBN with "unmapped", or what was told. */
  static final int ZERO_BLOCK = 17;

  static final int UNMAPPED_WITH_PBN = 16;
  static final int AS_TOLD = 18;

  private static final int SLOT_BITS = 10;
  private static final int SLOTS = BlockMapPage.ENTRIES;
  private static final int MOST_PENDING = 4096;

  private final LongIntMap pages = new LongIntMap();
  private long[] pagePbns = new long[64];
  private int[] lastSlots = new int[64];
  private int pageCount;
  private long lastNewPage;

  private final LongIntMap places = new LongIntMap();
  private long[] mappings = new long[64];

  private final long[] pendingPlaces = new long[MOST_PENDING];
  private final long[] pendingMappings = new long[MOST_PENDING];
  private int pendingCount;

  final PbnPredictor plain;
  final PbnPredictor compressed;
  final PbnPredictor plainBefore;
  final PbnPredictor compressedBefore;

  EntryMemory(PbnPredictor.Way way, PbnRange range) {
    plain = new PbnPredictor(way, range, 1, MAPPINGS);
    compressed = new PbnPredictor(way, range, 0, MAPPINGS);
    plainBefore = new PbnPredictor(way, range, 1, UNMAPPINGS);
    compressedBefore = new PbnPredictor(way, range, 0, UNMAPPINGS);
  }

  /** {@return the number of a page, {@link #NEW} if it has none yet} */
  int pageNumber(long pbn) {
    int number = pages.get(pbn);
    return number < 0 ? NEW : number;
  }

  int pageCount() {
    return pageCount;
  }

  long pagePbn(int number) {
    return pagePbns[number];
  }

  long lastNewPage() {
    return lastNewPage;
  }

  /** Gives a page a number, as long as there are any. */
  void addPage(long pbn) {
    lastNewPage = pbn;
    if (pageCount == NEW) {
      return;
    }
    if (pageCount == pagePbns.length) {
      pagePbns = Arrays.copyOf(pagePbns, 2 * pageCount);
      lastSlots = Arrays.copyOf(lastSlots, 2 * pageCount);
    }
    pages.put(pbn, pageCount);
    lastSlots[pageCount] = -1;
    pagePbns[pageCount++] = pbn;
  }

  /** {@return the slot that follows the last one in a page} */
  private int expectedSlot(long page) {
    int number = pages.get(page);
    int last = number < 0 ? -1 : lastSlots[number];
    return last + 1 >= SLOTS ? 0 : last + 1;
  }

  /** {@return how far a slot is behind the expected one, or an impossible slot as it is} */
  int slotDifference(long page, int slot) {
    return slot >= SLOTS ? slot : (slot - expectedSlot(page) + SLOTS) % SLOTS;
  }

  int slotOf(long page, int difference) {
    return difference >= SLOTS ? difference : (difference + expectedSlot(page)) % SLOTS;
  }

  void rememberSlot(long page, int slot) {
    int number = pages.get(page);
    if (number >= 0) {
      lastSlots[number] = slot;
    }
  }

  static long place(long page, int slot) {
    return (page << SLOT_BITS) | slot;
  }

  /** {@return the last mapping of a slot, unmapped if none is known} */
  long mapping(long place) {
    int index = places.get(place);
    return index < 0 ? 0 : mappings[index];
  }

  void putMapping(long place, long packed) {
    int index = places.get(place);
    if (index < 0) {
      index = places.size();
      places.put(place, index);
      if (index == mappings.length) {
        mappings = Arrays.copyOf(mappings, 2 * index);
      }
    }
    mappings[index] = packed;
  }

  /** {@return the place among the pending increments of one of a slot, {@link #NEW} if none} */
  int pending(long place) {
    for (int i = 0; i < pendingCount; i++) {
      if (pendingPlaces[i] == place) {
        return i;
      }
    }
    return NEW;
  }

  int pendingCount() {
    return pendingCount;
  }

  long pendingPlace(int index) {
    return pendingPlaces[index];
  }

  long pendingMapping(int index) {
    return pendingMappings[index];
  }

  /** An increment whose decrement, of the mapping before, is still to come. */
  void addPending(long place, long before) {
    if (pendingCount == MOST_PENDING) {
      removePending(0);
    }
    pendingPlaces[pendingCount] = place;
    pendingMappings[pendingCount++] = before;
  }

  void removePending(int index) {
    int behind = pendingCount - index - 1;
    System.arraycopy(pendingPlaces, index + 1, pendingPlaces, index, behind);
    System.arraycopy(pendingMappings, index + 1, pendingMappings, index, behind);
    pendingCount--;
  }

  static int slot(long place) {
    return (int) place & ((1 << SLOT_BITS) - 1);
  }

  static long page(long place) {
    return place >>> SLOT_BITS;
  }

  /** {@return what stands in place of the state of a mapping} */
  static int symbol(long packed, long told) {
    if (packed == told) {
      return AS_TOLD;
    }
    int state = BlockMapEntry.state(packed);
    if (BlockMapEntry.pbn(packed) == 0) {
      return state == 1 ? ZERO_BLOCK : state;
    }
    return state == 0 ? UNMAPPED_WITH_PBN : state;
  }

  /** {@return whether a PBN follows the symbol} */
  static boolean hasPbn(int symbol) {
    return symbol != 0 && symbol <= UNMAPPED_WITH_PBN;
  }
}
