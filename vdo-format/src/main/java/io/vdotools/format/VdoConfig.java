package io.vdotools.format;

import io.vdotools.bytes.Field;
import io.vdotools.bytes.Struct;
import java.lang.foreign.MemorySegment;

/**
 * The sizes that a volume was formatted with or grown to: {@code struct vdo_config} (format-spec,
 * section 3).
 *
 * @param logicalBlocks the size of the device that VDO exports
 * @param physicalBlocks the size of the volume on its backing device
 * @param slabBlocks blocks in a slab, a power of two
 * @param recoveryJournalBlocks blocks in the recovery journal, a power of two
 * @param slabJournalBlocks blocks in the journal of each slab
 */
public record VdoConfig(
    long logicalBlocks,
    long physicalBlocks,
    long slabBlocks,
    long recoveryJournalBlocks,
    long slabJournalBlocks) {
  /** The field table. */
  public static final Struct STRUCT = Struct.named("vdo_config");

  private static final Field.U64 LOGICAL_BLOCKS = STRUCT.u64("logical_blocks");
  private static final Field.U64 PHYSICAL_BLOCKS = STRUCT.u64("physical_blocks");
  private static final Field.U64 SLAB_SIZE = STRUCT.u64("slab_size");
  private static final Field.U64 RECOVERY_JOURNAL_SIZE = STRUCT.u64("recovery_journal_size");
  private static final Field.U64 SLAB_JOURNAL_BLOCKS = STRUCT.u64("slab_journal_blocks");

  /** {@return the configuration stored in {@code bytes}} */
  public static VdoConfig decode(MemorySegment bytes) {
    return new VdoConfig(
        LOGICAL_BLOCKS.get(bytes),
        PHYSICAL_BLOCKS.get(bytes),
        SLAB_SIZE.get(bytes),
        RECOVERY_JOURNAL_SIZE.get(bytes),
        SLAB_JOURNAL_BLOCKS.get(bytes));
  }

  /** Stores this configuration in {@code bytes}. */
  public void encode(MemorySegment bytes) {
    LOGICAL_BLOCKS.set(bytes, logicalBlocks);
    PHYSICAL_BLOCKS.set(bytes, physicalBlocks);
    SLAB_SIZE.set(bytes, slabBlocks);
    RECOVERY_JOURNAL_SIZE.set(bytes, recoveryJournalBlocks);
    SLAB_JOURNAL_BLOCKS.set(bytes, slabJournalBlocks);
  }
}
