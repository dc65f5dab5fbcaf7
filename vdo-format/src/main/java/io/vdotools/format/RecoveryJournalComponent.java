package io.vdotools.format;

import io.vdotools.bytes.Field;
import io.vdotools.bytes.Struct;
import java.lang.foreign.MemorySegment;

/**
 * Where the recovery journal stands: {@code struct recovery_journal_state_7_0} (format-spec,
 * section 3).
 *
 * @param header id 2, version 7.0, size 24
 * @param journalStart the first sequence number of interest
 * @param logicalBlocksUsed LBNs whose mapping is not "unmapped"; exact on a clean volume
 * @param blockMapDataBlocks pages of the block map outside the roots; exact on a clean volume
 */
public record RecoveryJournalComponent(
    ComponentHeader header, long journalStart, long logicalBlocksUsed, long blockMapDataBlocks) {
  /** The field table. */
  public static final Struct STRUCT = Struct.named("recovery_journal_state_7_0");

  private static final Field.Nested HEADER = STRUCT.nested("header", ComponentHeader.STRUCT);
  private static final Field.U64 JOURNAL_START = STRUCT.u64("journal_start");
  private static final Field.U64 LOGICAL_BLOCKS_USED = STRUCT.u64("logical_blocks_used");
  private static final Field.U64 BLOCK_MAP_DATA_BLOCKS = STRUCT.u64("block_map_data_blocks");

  /** {@return the component stored in {@code bytes}} */
  public static RecoveryJournalComponent decode(MemorySegment bytes) {
    return new RecoveryJournalComponent(
        ComponentHeader.decode(HEADER.slice(bytes)),
        JOURNAL_START.get(bytes),
        LOGICAL_BLOCKS_USED.get(bytes),
        BLOCK_MAP_DATA_BLOCKS.get(bytes));
  }

  /** Stores this component in {@code bytes}. */
  public void encode(MemorySegment bytes) {
    header.encode(HEADER.slice(bytes));
    JOURNAL_START.set(bytes, journalStart);
    LOGICAL_BLOCKS_USED.set(bytes, logicalBlocksUsed);
    BLOCK_MAP_DATA_BLOCKS.set(bytes, blockMapDataBlocks);
  }
}
