package io.vdotools.format;

import io.vdotools.bytes.Field;
import io.vdotools.bytes.Struct;
import java.lang.foreign.MemorySegment;

/**
 * Where a region of the volume begins: {@code struct volume_region} (format-spec, section 2).
 *
 * @param id 0 for the index region, 1 for the data region
 * @param startBlock its first PBN
 */
public record Region(long id, long startBlock) {
  /** The id of the region that holds the deduplication index. */
  public static final int INDEX = 0;

  /** The id of the region that begins with the super block. */
  public static final int DATA = 1;

  /** The field table. */
  public static final Struct STRUCT = Struct.named("volume_region");

  private static final Field.U32 ID = STRUCT.u32("id");
  private static final Field.U64 START_BLOCK = STRUCT.u64("start_block");

  /** {@return the region stored in {@code bytes}} */
  public static Region decode(MemorySegment bytes) {
    return new Region(ID.get(bytes), START_BLOCK.get(bytes));
  }

  /** Stores this region in {@code bytes}. */
  public void encode(MemorySegment bytes) {
    ID.set(bytes, id);
    START_BLOCK.set(bytes, startBlock);
  }
}
