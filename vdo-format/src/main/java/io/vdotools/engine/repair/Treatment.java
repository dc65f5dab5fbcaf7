package io.vdotools.engine.repair;

import io.vdotools.problem.ProblemCode;

/**
 * What a repair does about a problem, in the order in which it is done: each relies on those before
 * it.
 */
public enum Treatment {
  /** Nothing is wrong with it: nothing is done. */
  NONE("nothing to repair"),
  /** The geometry block is made right, or made again from the super block. */
  GEOMETRY("geometry block"),
  /** The super block is made right, or made again from what lies on the volume. */
  SUPER_BLOCK("super block"),
  /** The journals are replayed as a crash recovery does it. */
  REPLAY("journals replayed"),
  /**
   * What can be used of the recovery journal goes into the block map, and all else is made to fit
   * it.
   */
  REBUILD("journal applied, volume rebuilt"),
  /** Blocks of the recovery journal are emptied, or its start is raised. */
  JOURNAL("recovery journal"),
  /** A page of the block map is made right, brought back, or made an empty one. */
  PAGES("block map pages"),
  /** An entry of the block map is corrected or taken away. */
  ENTRIES("block map entries"),
  /** Reference counts, slab journals and summary are made to fit the block map. */
  COUNTS("reference counts"),
  /** The totals of the super block are counted again. */
  TOTALS("totals"),
  /** Nothing on the volume helps. */
  NOT_REPAIRABLE("not repairable");

  private final String title;

  Treatment(String title) {
    this.title = title;
  }

  /** {@return what is treated, in words} */
  public String title() {
    return title;
  }

  /**
   * {@return what is done about a problem}
   *
   * <p>Every code has its line: one that is new does not compile until somebody has decided.
   */
  public static Treatment of(ProblemCode code) {
    return switch (code) {
      case IDENTITY_ZERO,
          GEOMETRY_TRAILING_BYTES,
          SUPER_BLOCK_TRAILING_BYTES,
          SMALL_SLABS,
          RECOVERY_COUNTS,
          PARTITION_BASE,
          ZONES_EXCEED_SLABS,
          PAGE_UNINITIALIZED,
          PAGE_STRAY_BYTES,
          PROVISIONAL_COUNTS,
          COMPRESSED_PACKING,
          FRAGMENT_OF_ZEROS ->
          NONE;
      case GEOMETRY_UNREADABLE,
          GEOMETRY_MAGIC,
          GEOMETRY_VERSION,
          GEOMETRY_CHECKSUM,
          RELEASE_VERSION,
          REGION_IDS,
          REGION_STARTS,
          BIO_OFFSET,
          INDEX_CONFIG,
          INDEX_REGION_SIZE,
          SECOND_GEOMETRY ->
          GEOMETRY;
      case SUPER_BLOCK_UNREADABLE,
          SUPER_BLOCK_MISSING,
          SUPER_BLOCK_HEADER,
          SUPER_BLOCK_CHECKSUM,
          RELEASE_VERSION_DIFFERS,
          VOLUME_VERSION,
          COMPONENT_VERSION,
          NONCE_DIFFERS,
          COMPONENT_HEADER,
          SLAB_SIZE,
          SLAB_JOURNAL_SIZE,
          RECOVERY_JOURNAL_SIZE,
          PHYSICAL_SIZE,
          LOGICAL_SIZE,
          JOURNAL_START,
          FLAT_PAGES,
          ROOT_COUNT,
          ZONE_COUNT_TOO_LARGE,
          ZONE_COUNT_ZERO,
          NEW_WITH_HISTORY,
          PARTITION_TABLE,
          PARTITION_SUM,
          PARTITION_ORDER,
          BLOCK_MAP_PARTITION,
          JOURNAL_PARTITION,
          SUMMARY_PARTITION,
          FREE_POINTERS,
          SLAB_CONFIG_COPY,
          SLAB_CONFIG_SUM,
          SLAB_CONFIG_VALUES,
          FIRST_SLAB,
          LAST_SLAB,
          SLABS_UNUSED ->
          SUPER_BLOCK;
      case RECOVERY_PENDING,
          REFERENCE_BLOCK_TORN_REPLAYED,
          JOURNAL_TORN_TAIL,
          JOURNAL_HOLE,
          JOURNAL_OLD_FORMAT ->
          REPLAY;
      case STATE_UNKNOWN,
          READ_ONLY_MODE,
          REBUILD_REQUESTED,
          NEW_WITH_PAGES,
          JOURNAL_BLOCK_TORN,
          JOURNAL_HEADS,
          JOURNAL_MIXED_FORMATS,
          JOURNAL_HEAD_BEHIND_TAIL,
          JOURNAL_ENTRY_INVALID,
          JOURNAL_ENTRY_PAGE,
          JOURNAL_SLOT_CHAIN,
          NEW_WITH_JOURNAL,
          SUPER_BLOCK_OLDER ->
          REBUILD;
      case JOURNAL_BLOCK_MISPLACED,
          JOURNAL_CHECK_BYTE,
          JOURNAL_AHEAD_OF_START,
          JOURNAL_OTHER_RECOVERY,
          JOURNAL_UNREADABLE ->
          JOURNAL;
      case ROOT_INVALID,
          PAGE_PRE_RELEASE,
          PAGE_LOST,
          PAGE_MISPLACED,
          PAGE_UNREADABLE,
          ORPHANED_PAGE ->
          PAGES;
      case ENTRY_INVALID,
          INTERIOR_STATE,
          CHILD_NOT_DATA_BLOCK,
          CHILD_BEYOND_FOREST,
          MAPPING_NOT_DATA_BLOCK,
          MAPPING_BEYOND_LOGICAL,
          PAGE_TWO_PARENTS,
          MAPPING_TO_PAGE,
          MIXED_KINDS,
          TOO_MANY_REFERENCES,
          ENTRY_INTO_METADATA,
          COMPRESSED_VERSION,
          FRAGMENT_BOUNDS,
          FRAGMENT_INFLATION,
          COMPRESSED_UNREADABLE ->
          ENTRIES;
      case REFERENCES_INTO_UNUSED_SLAB,
          COUNT_TOO_LOW,
          COUNT_TOO_HIGH,
          PAGE_COUNT_LEGACY,
          PAGE_COUNT_WRONG,
          PADDING_COUNTS,
          COMMIT_POINT_AHEAD,
          REFERENCE_BLOCK_TORN,
          COMMIT_POINT_BEHIND,
          COUNT_REPLAY_IMPOSSIBLE,
          REFERENCE_BLOCK_UNREADABLE,
          TAIL_OFFSET,
          USED_SLAB_MARKED_UNUSED,
          DIRTY_WITHOUT_JOURNAL,
          COUNTS_NOT_LOADED,
          FULLNESS_HINT,
          FUTURE_SLAB_ENTRY,
          DIRTY_SLAB_CHANGES,
          ZONE_COUNT_IMPLAUSIBLE,
          SUMMARY_UNREADABLE,
          SLAB_JOURNAL_TAIL,
          SLAB_JOURNAL_HOLE,
          SLAB_JOURNAL_ENTRY_COUNT,
          SLAB_JOURNAL_ENTRY_OFFSET,
          SLAB_JOURNAL_TYPE_BITS,
          SLAB_JOURNAL_HEAD,
          RECOVERY_POINT_ORDER,
          RECOVERY_POINT_AHEAD,
          RECOVERY_POINT_SHAPE,
          SLAB_JOURNAL_SEQUENCE,
          SLAB_JOURNAL_UNREADABLE ->
          COUNTS;
      case USED_EXCEEDS_LOGICAL,
          PAGES_EXCEED_FOREST,
          JOURNAL_USAGE_CHAIN,
          LOGICAL_BLOCKS_USED,
          BLOCK_MAP_DATA_BLOCKS ->
          TOTALS;
      case DEVICE_TOO_SMALL, SLAB_JOURNAL_TOO_LONG -> NOT_REPAIRABLE;
    };
  }
}
