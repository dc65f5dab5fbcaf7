package io.vdotools.format;

import io.vdotools.bytes.Field;
import io.vdotools.bytes.Struct;
import io.vdotools.format.depot.SlabConfig;
import java.lang.foreign.MemorySegment;

/**
 * Where the slabs lie and how they are divided: {@code struct slab_depot_state_2_0} (format-spec,
 * section 3).
 *
 * @param header id 3, version 2.0, size 73
 * @param slabConfig the division of each slab
 * @param firstBlock the first PBN of slab 0
 * @param lastBlock the PBN after the last slab
 * @param zoneCount physical zones of the last run, 0 if never run: selects the slab summary's
 *     authoritative copies
 */
public record SlabDepotComponent(
    ComponentHeader header, SlabConfig slabConfig, long firstBlock, long lastBlock, int zoneCount) {
  /** The field table. */
  public static final Struct STRUCT = Struct.named("slab_depot_state_2_0");

  private static final Field.Nested HEADER = STRUCT.nested("header", ComponentHeader.STRUCT);
  private static final Field.Nested SLAB_CONFIG = STRUCT.nested("slab_config", SlabConfig.STRUCT);
  private static final Field.U64 FIRST_BLOCK = STRUCT.u64("first_block");
  private static final Field.U64 LAST_BLOCK = STRUCT.u64("last_block");
  private static final Field.U8 ZONE_COUNT = STRUCT.u8("zone_count");

  /** {@return the component stored in {@code bytes}} */
  public static SlabDepotComponent decode(MemorySegment bytes) {
    return new SlabDepotComponent(
        ComponentHeader.decode(HEADER.slice(bytes)),
        SlabConfig.decode(SLAB_CONFIG.slice(bytes)),
        FIRST_BLOCK.get(bytes),
        LAST_BLOCK.get(bytes),
        ZONE_COUNT.get(bytes));
  }

  /** Stores this component in {@code bytes}. */
  public void encode(MemorySegment bytes) {
    header.encode(HEADER.slice(bytes));
    slabConfig.encode(SLAB_CONFIG.slice(bytes));
    FIRST_BLOCK.set(bytes, firstBlock);
    LAST_BLOCK.set(bytes, lastBlock);
    ZONE_COUNT.set(bytes, zoneCount);
  }
}
