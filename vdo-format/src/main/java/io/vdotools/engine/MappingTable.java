package io.vdotools.engine;

import io.vdotools.format.blockmap.BlockMapEntry;
import java.util.Optional;

/** The mappings of slots of block map pages, known by the page's PBN and the slot's number. */
public final class MappingTable {
  private static final int SLOT_BITS = 10;

  private final LongMap mappings;

  /**
   * Makes an empty table.
   *
   * @param expected roughly how many slots it will hold
   */
  public MappingTable(long expected) {
    mappings = new LongMap((int) Math.min(expected, 1 << 20));
  }

  /** {@return what is known of a slot} */
  public Optional<BlockMapEntry> get(long pagePbn, int slot) {
    long packed = mappings.getOrDefault((pagePbn << SLOT_BITS) | slot, -1);
    return packed < 0 ? Optional.empty() : Optional.of(BlockMapEntry.unpack(packed));
  }

  /** Replaces what is known of a slot. */
  public void put(long pagePbn, int slot, BlockMapEntry mapping) {
    mappings.put((pagePbn << SLOT_BITS) | slot, mapping.pack());
  }
}
