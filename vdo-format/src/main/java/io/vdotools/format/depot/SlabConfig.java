package io.vdotools.format.depot;

import io.vdotools.bytes.Field;
import io.vdotools.bytes.Struct;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * How each slab is divided: {@code struct slab_config} (format-spec, sections 3 and 4).
 *
 * @param slabBlocks blocks in a slab, a power of two
 * @param dataBlocks blocks for data and block map pages, at the start of the slab
 * @param referenceCountBlocks blocks for the counts, behind the data
 * @param slabJournalBlocks blocks for the slab's journal, behind the counts
 * @param flushingThreshold journal length from which counts are written
 * @param blockingThreshold journal length from which updates wait
 * @param scrubbingThreshold journal length from which a slab is scrubbed first
 */
public record SlabConfig(
    long slabBlocks,
    long dataBlocks,
    long referenceCountBlocks,
    long slabJournalBlocks,
    long flushingThreshold,
    long blockingThreshold,
    long scrubbingThreshold) {
  /** The field table. */
  public static final Struct STRUCT = Struct.named("slab_config");

  private static final Field.U64 SLAB_BLOCKS = STRUCT.u64("slab_blocks");
  private static final Field.U64 DATA_BLOCKS = STRUCT.u64("data_blocks");
  private static final Field.U64 REFERENCE_COUNT_BLOCKS = STRUCT.u64("reference_count_blocks");
  private static final Field.U64 SLAB_JOURNAL_BLOCKS = STRUCT.u64("slab_journal_blocks");
  private static final Field.U64 FLUSHING = STRUCT.u64("slab_journal_flushing_threshold");
  private static final Field.U64 BLOCKING = STRUCT.u64("slab_journal_blocking_threshold");
  private static final Field.U64 SCRUBBING = STRUCT.u64("slab_journal_scrubbing_threshold");

  /** {@return the configuration stored in {@code bytes}} */
  public static SlabConfig decode(MemorySegment bytes) {
    return new SlabConfig(
        SLAB_BLOCKS.get(bytes),
        DATA_BLOCKS.get(bytes),
        REFERENCE_COUNT_BLOCKS.get(bytes),
        SLAB_JOURNAL_BLOCKS.get(bytes),
        FLUSHING.get(bytes),
        BLOCKING.get(bytes),
        SCRUBBING.get(bytes));
  }

  /** Stores this configuration in {@code bytes}. */
  public void encode(MemorySegment bytes) {
    SLAB_BLOCKS.set(bytes, slabBlocks);
    DATA_BLOCKS.set(bytes, dataBlocks);
    REFERENCE_COUNT_BLOCKS.set(bytes, referenceCountBlocks);
    SLAB_JOURNAL_BLOCKS.set(bytes, slabJournalBlocks);
    FLUSHING.set(bytes, flushingThreshold);
    BLOCKING.set(bytes, blockingThreshold);
    SCRUBBING.set(bytes, scrubbingThreshold);
  }

  /**
   * {@return the division that formatters choose}
   *
   * @param slabBlocks blocks in a slab, below 2^40
   * @param slabJournalBlocks blocks in its journal, below {@code slabBlocks}
   */
  public static SlabConfig of(long slabBlocks, long slabJournalBlocks) {
    long referenceBlocks =
        Math.ceilDiv(slabBlocks - slabJournalBlocks, ReferenceBlock.COUNTS_PER_BLOCK);
    long flushing = (3 * slabJournalBlocks + 3) / 4;
    long remaining = slabJournalBlocks - flushing;
    long blocking = flushing + remaining * 5 / 7;
    // Room for what 2048 requests in flight can add: one block, and one more for the rest.
    long reserve = 1 + 2048L / SlabJournalBlock.FULL_ENTRIES;
    long scrubbing = slabJournalBlocks > reserve ? slabJournalBlocks - reserve : blocking;
    return new SlabConfig(
        slabBlocks,
        slabBlocks - slabJournalBlocks - referenceBlocks,
        referenceBlocks,
        slabJournalBlocks,
        flushing,
        Math.min(blocking, scrubbing),
        scrubbing);
  }

  // What a record has by itself is put together at run time, which takes longer than a check does
  // with it.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SlabConfig config
        && slabBlocks == config.slabBlocks
        && dataBlocks == config.dataBlocks
        && referenceCountBlocks == config.referenceCountBlocks
        && slabJournalBlocks == config.slabJournalBlocks
        && flushingThreshold == config.flushingThreshold
        && blockingThreshold == config.blockingThreshold
        && scrubbingThreshold == config.scrubbingThreshold;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(slabBlocks * 31 + slabJournalBlocks);
  }
}
