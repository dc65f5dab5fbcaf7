package io.vdotools.format;

import io.vdotools.bytes.Field;
import io.vdotools.bytes.Struct;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The partition table: {@code struct layout_3_0} and four partitions (format-spec, section 3).
 *
 * <p>The order of the records has no meaning: each load and save of the driver reverses it.
 *
 * @param header id 1, version 3.0, size 117
 * @param firstFree start of the recovery journal
 * @param lastFree start of the recovery journal
 * @param partitionCount 4
 * @param partitions the four records in stored order, whatever the count says
 */
public record LayoutComponent(
    ComponentHeader header,
    long firstFree,
    long lastFree,
    int partitionCount,
    List<Partition> partitions) {
  /** Records in the table. */
  public static final int PARTITION_COUNT = PartitionId.values().length;

  /** The field table. */
  public static final Struct STRUCT = Struct.named("layout_3_0");

  private static final Field.Nested HEADER = STRUCT.nested("header", ComponentHeader.STRUCT);
  private static final Field.U64 FIRST_FREE = STRUCT.u64("first_free");
  private static final Field.U64 LAST_FREE = STRUCT.u64("last_free");
  private static final Field.U8 COUNT = STRUCT.u8("partition_count");
  private static final List<Field.Nested> RECORDS =
      List.of(
          STRUCT.nested("partitions[0]", Partition.STRUCT),
          STRUCT.nested("partitions[1]", Partition.STRUCT),
          STRUCT.nested("partitions[2]", Partition.STRUCT),
          STRUCT.nested("partitions[3]", Partition.STRUCT));

  /** Copies the list. */
  public LayoutComponent {
    partitions = List.copyOf(partitions);
  }

  /** {@return the layout stored in {@code bytes}} */
  public static LayoutComponent decode(MemorySegment bytes) {
    var partitions = new ArrayList<Partition>(PARTITION_COUNT);
    for (var place : RECORDS) {
      partitions.add(Partition.decode(place.slice(bytes)));
    }
    return new LayoutComponent(
        ComponentHeader.decode(HEADER.slice(bytes)),
        FIRST_FREE.get(bytes),
        LAST_FREE.get(bytes),
        COUNT.get(bytes),
        partitions);
  }

  /** Stores this layout in {@code bytes}. */
  public void encode(MemorySegment bytes) {
    header.encode(HEADER.slice(bytes));
    FIRST_FREE.set(bytes, firstFree);
    LAST_FREE.set(bytes, lastFree);
    COUNT.set(bytes, partitionCount);
    for (int i = 0; i < PARTITION_COUNT; i++) {
      partitions.get(i).encode(RECORDS.get(i).slice(bytes));
    }
  }

  /** {@return the first record with the given id} */
  public Optional<Partition> partition(PartitionId id) {
    return partitions.stream().filter(p -> p.id() == id.id()).findFirst();
  }
}
