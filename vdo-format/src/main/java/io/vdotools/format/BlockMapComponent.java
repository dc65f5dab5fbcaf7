package io.vdotools.format;

import io.vdotools.bytes.Field;
import io.vdotools.bytes.Struct;
import java.lang.foreign.MemorySegment;

/**
 * Where the block map's roots lie: {@code struct block_map_state_2_0} (format-spec, section 3).
 *
 * @param header id 4, version 2.0, size 32
 * @param flatPageOrigin 1, a leftover of the time before the trees
 * @param flatPageCount 0, a leftover of the time before the trees
 * @param rootOrigin the PBN of the first root page
 * @param rootCount 60
 */
public record BlockMapComponent(
    ComponentHeader header,
    long flatPageOrigin,
    long flatPageCount,
    long rootOrigin,
    long rootCount) {
  /** What every volume with trees stores as the origin of its flat pages. */
  public static final long FLAT_PAGE_ORIGIN = 1;

  /** The field table. */
  public static final Struct STRUCT = Struct.named("block_map_state_2_0");

  private static final Field.Nested HEADER = STRUCT.nested("header", ComponentHeader.STRUCT);
  private static final Field.U64 ORIGIN = STRUCT.u64("flat_page_origin");
  private static final Field.U64 FLAT_COUNT = STRUCT.u64("flat_page_count");
  private static final Field.U64 ROOT_ORIGIN = STRUCT.u64("root_origin");
  private static final Field.U64 ROOT_COUNT = STRUCT.u64("root_count");

  /** {@return the component stored in {@code bytes}} */
  public static BlockMapComponent decode(MemorySegment bytes) {
    return new BlockMapComponent(
        ComponentHeader.decode(HEADER.slice(bytes)),
        ORIGIN.get(bytes),
        FLAT_COUNT.get(bytes),
        ROOT_ORIGIN.get(bytes),
        ROOT_COUNT.get(bytes));
  }

  /** Stores this component in {@code bytes}. */
  public void encode(MemorySegment bytes) {
    header.encode(HEADER.slice(bytes));
    ORIGIN.set(bytes, flatPageOrigin);
    FLAT_COUNT.set(bytes, flatPageCount);
    ROOT_ORIGIN.set(bytes, rootOrigin);
    ROOT_COUNT.set(bytes, rootCount);
  }
}
