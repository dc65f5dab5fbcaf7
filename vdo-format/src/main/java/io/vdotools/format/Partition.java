package io.vdotools.format;

import io.vdotools.bytes.Field;
import io.vdotools.bytes.Struct;
import java.lang.foreign.MemorySegment;

/**
 * One partition of the data region: {@code struct partition_3_0} (format-spec, section 3).
 *
 * @param id which one; see {@link PartitionId}
 * @param offset its first PBN
 * @param base obsolete; 0, or 60 for the slab depot of old volumes
 * @param count its length in blocks
 */
public record Partition(int id, long offset, long base, long count) {
  /** The field table. */
  public static final Struct STRUCT = Struct.named("partition_3_0");

  private static final Field.U8 ID = STRUCT.u8("id");
  private static final Field.U64 OFFSET = STRUCT.u64("offset");
  private static final Field.U64 BASE = STRUCT.u64("base");
  private static final Field.U64 COUNT = STRUCT.u64("count");

  /** {@return the partition stored in {@code bytes}} */
  public static Partition decode(MemorySegment bytes) {
    return new Partition(ID.get(bytes), OFFSET.get(bytes), BASE.get(bytes), COUNT.get(bytes));
  }

  /** Stores this partition in {@code bytes}. */
  public void encode(MemorySegment bytes) {
    ID.set(bytes, id);
    OFFSET.set(bytes, offset);
    BASE.set(bytes, base);
    COUNT.set(bytes, count);
  }

  /** {@return the PBN after the last one} */
  public long end() {
    return offset + count;
  }
}
