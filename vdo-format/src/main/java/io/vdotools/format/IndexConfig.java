package io.vdotools.format;

import io.vdotools.bytes.Field;
import io.vdotools.bytes.Struct;
import java.lang.foreign.MemorySegment;

/**
 * How large the deduplication index is: {@code struct index_config} (format-spec, section 2).
 *
 * @param memoryCode gigabytes, or a negative code for a part of one; see {@link
 *     io.vdotools.format.index.IndexGeometry}
 * @param unused 0 on new volumes; once the checkpoint frequency
 * @param sparseByte 0 for a dense index, 1 for a sparse one
 */
public record IndexConfig(int memoryCode, long unused, int sparseByte) {
  /** The field table. */
  public static final Struct STRUCT = Struct.named("index_config");

  private static final Field.S32 MEM = STRUCT.s32("mem");
  private static final Field.U32 UNUSED = STRUCT.u32("unused");
  private static final Field.U8 SPARSE = STRUCT.u8("sparse");

  /** {@return whether the index is sparse: readers take any non-zero byte as true} */
  public boolean isSparse() {
    return sparseByte != 0;
  }

  /** {@return the configuration stored in {@code bytes}} */
  public static IndexConfig decode(MemorySegment bytes) {
    return new IndexConfig(MEM.get(bytes), UNUSED.get(bytes), SPARSE.get(bytes));
  }

  /** Stores this configuration in {@code bytes}. */
  public void encode(MemorySegment bytes) {
    MEM.set(bytes, memoryCode);
    UNUSED.set(bytes, unused);
    SPARSE.set(bytes, sparseByte);
  }
}
