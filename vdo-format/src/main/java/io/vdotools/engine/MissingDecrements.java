package io.vdotools.engine;

import io.vdotools.device.BlockBuffers;
import io.vdotools.device.BlockDevice;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.journal.JournalEntry;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The decrements that a crash kept from being logged in a V1 journal (format-spec, section 13).
 *
 * <p>Requests for one LBN are handled one after the other, so for each slot the journal reads
 * increment, decrement, increment, ... and only the last increment of a slot can lack its
 * decrement. Read backwards, an increment without a decrement behind it lacks one: it must release
 * what the slot held before, which is the mapping of the increment before it, or else what the page
 * on disk still holds.
 */
final class MissingDecrements {
  private static final long FOUND = Long.MAX_VALUE;
  private static final long NO_VALUE = -1;
  private static final long SETTLED = -2;
  private static final int SLOT_BITS = 10;

  /**
   * A decrement that was never logged.
   *
   * @param pagePbn the page of the slot
   * @param slot the slot
   * @param released what it releases
   */
  record Decrement(long pagePbn, int slot, BlockMapEntry released) {}

  /**
   * The result of the search.
   *
   * @param decrements the missing decrements, in the order of their discovery
   * @param isCorrupt whether a slot of an interior page was stored to after it got its page: a
   *     driver gives up then
   */
  record Found(List<Decrement> decrements, boolean isCorrupt) {
    static final Found NOTHING = new Found(List.of(), false);
  }

  private final List<long[]> pendingSlots = new ArrayList<>();
  private final List<@Nullable BlockMapEntry> released = new ArrayList<>();
  private final LongMap bySlot;
  private boolean isCorrupt;

  private MissingDecrements(long expected) {
    bySlot = new LongMap((int) Math.min(expected, 1 << 20));
  }

  /**
   * {@return the missing decrements in the order in which a driver discovers them: from the end of
   * the journal towards its head}
   *
   * @param device the volume as it is on disk, without any replay
   * @param live the live part of a V1 journal
   * @param nonce the volume's nonce
   */
  static Found find(BlockDevice device, LiveJournal live, long nonce) {
    var search = new MissingDecrements(live.totalEntries());
    live.forEachEntryBackwards(device, (_, _, entry) -> search.visit(entry));
    return new Found(search.resolve(device, nonce), search.isCorrupt);
  }

  private void visit(JournalEntry entry) {
    long key = (entry.pagePbn() << SLOT_BITS) | entry.slot();
    long value = bySlot.getOrDefault(key, NO_VALUE);
    if (!entry.storesMapping()) {
      if (value == NO_VALUE || value == SETTLED) {
        bySlot.put(key, FOUND);
      }
      return;
    }
    if (entry.isBlockMapEntry()) {
      isCorrupt |= value != NO_VALUE && value != SETTLED;
      return;
    }
    if (value == FOUND) {
      bySlot.put(key, SETTLED);
    } else if (value == NO_VALUE || value == SETTLED) {
      bySlot.put(key, pendingSlots.size());
      pendingSlots.add(new long[] {entry.pagePbn(), entry.slot()});
      released.add(null);
    } else {
      released.set((int) value, entry.mapping());
      bySlot.put(key, SETTLED);
    }
  }

  private List<Decrement> resolve(BlockDevice device, long nonce) {
    var found = new ArrayList<Decrement>(pendingSlots.size());
    try (var arena = Arena.ofConfined()) {
      var page = new BlockMapPage(BlockBuffers.allocate(arena, 1));
      for (int i = 0; i < pendingSlots.size(); i++) {
        long pagePbn = pendingSlots.get(i)[0];
        int slot = (int) pendingSlots.get(i)[1];
        var entry = released.get(i);
        if (entry == null) {
          boolean isUsable =
              slot < BlockMapPage.ENTRIES
                  && device.read(pagePbn, page.bytes()).isEmpty()
                  && page.validity(nonce, pagePbn) == BlockMapPage.Validity.VALID;
          entry = isUsable ? BlockMapEntry.unpack(page.entry(slot)) : BlockMapEntry.UNMAPPED;
        }
        found.add(new Decrement(pagePbn, slot, entry));
      }
    }
    return found;
  }
}
