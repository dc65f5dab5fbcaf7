package io.vdotools.problem;

/**
 * The catalogue of everything that can be found wrong with a volume.
 *
 * <p>Ids are promises: they are numbered as they are invented and never used again for something
 * else. Each code breaks one invariant of format-spec, section 12; several codes may break the same
 * one in different ways.
 */
public enum ProblemCode {
  /** The device is shorter than the volume. */
  DEVICE_TOO_SMALL(
      "VDO-DV-001",
      "V-001",
      Severity.FATAL,
      Remedy.OPERATOR,
      "the device is shorter than the volume"),
  /** The geometry block cannot be read. */
  GEOMETRY_UNREADABLE(
      "VDO-GB-001",
      "V-002",
      Severity.FATAL,
      Remedy.REGENERATE,
      "the geometry block cannot be read"),
  /** The geometry block does not begin as one. */
  GEOMETRY_MAGIC(
      "VDO-GB-002",
      "V-002",
      Severity.FATAL,
      Remedy.REGENERATE,
      "the geometry block does not begin as one"),
  /** The geometry block has an unknown id, version or size. */
  GEOMETRY_VERSION(
      "VDO-GB-003",
      "V-003",
      Severity.FATAL,
      Remedy.REGENERATE,
      "the geometry block has an unknown id, version or size"),
  /** The geometry block's checksum is wrong. */
  GEOMETRY_CHECKSUM(
      "VDO-GB-004",
      "V-004",
      Severity.FATAL,
      Remedy.RECALCULATE,
      "the geometry block's checksum is wrong"),
  /** The release version is none of a released product. */
  RELEASE_VERSION(
      "VDO-GB-005",
      "V-005",
      Severity.HARMLESS,
      Remedy.RECALCULATE,
      "the release version is none of a released product"),
  /** The regions have wrong ids. */
  REGION_IDS(
      "VDO-GB-006", "V-006", Severity.HARMLESS, Remedy.RECALCULATE, "the regions have wrong ids"),
  /** The regions start at impossible places. */
  REGION_STARTS(
      "VDO-GB-007",
      "V-007",
      Severity.LOSES_DATA,
      Remedy.REGENERATE,
      "the regions start at impossible places"),
  /** The block offset fits no converted volume. */
  BIO_OFFSET(
      "VDO-GB-008",
      "V-009",
      Severity.HARMLESS,
      Remedy.RECALCULATE,
      "the block offset fits no converted volume"),
  /** The index configuration is unknown; deduplication is unavailable. */
  INDEX_CONFIG(
      "VDO-GB-009",
      "V-010",
      Severity.HARMLESS,
      Remedy.REGENERATE,
      "the index configuration is unknown; deduplication is unavailable"),
  /** The index region is too small for its configuration. */
  INDEX_REGION_SIZE(
      "VDO-GB-010",
      "V-011",
      Severity.HARMLESS,
      Remedy.RECALCULATE,
      "the index region is too small for its configuration"),
  /** The nonce or the UUID is zero. */
  IDENTITY_ZERO("VDO-GB-011", "V-012", Severity.INFO, Remedy.NONE, "the nonce or the UUID is zero"),
  /** The unused part of the geometry block is not zero. */
  GEOMETRY_TRAILING_BYTES(
      "VDO-GB-012",
      "V-013",
      Severity.INFO,
      Remedy.NONE,
      "the unused part of the geometry block is not zero"),
  /** There is a second geometry block: a conversion to LVM was cut off. */
  SECOND_GEOMETRY(
      "VDO-GB-013",
      "V-014",
      Severity.HARMLESS,
      Remedy.CLEAR,
      "there is a second geometry block: a conversion to LVM was cut off"),
  /** The super block cannot be read. */
  SUPER_BLOCK_UNREADABLE(
      "VDO-SB-001", "V-008", Severity.FATAL, Remedy.RECONSTRUCT, "the super block cannot be read"),
  /** There is no super block where the geometry says. */
  SUPER_BLOCK_MISSING(
      "VDO-SB-002",
      "V-008",
      Severity.FATAL,
      Remedy.RECONSTRUCT,
      "there is no super block where the geometry says"),
  /** The super block's header is wrong. */
  SUPER_BLOCK_HEADER(
      "VDO-SB-003",
      "V-020",
      Severity.FATAL,
      Remedy.RECALCULATE,
      "the super block's header is wrong"),
  /** The super block's checksum is wrong. */
  SUPER_BLOCK_CHECKSUM(
      "VDO-SB-004",
      "V-021",
      Severity.FATAL,
      Remedy.RECALCULATE,
      "the super block's checksum is wrong"),
  /** Super block and geometry name different release versions. */
  RELEASE_VERSION_DIFFERS(
      "VDO-SB-005",
      "V-022",
      Severity.HARMLESS,
      Remedy.COPY,
      "super block and geometry name different release versions"),
  /** The volume version is not supported. */
  VOLUME_VERSION(
      "VDO-SB-006",
      "V-023",
      Severity.FATAL,
      Remedy.RECALCULATE,
      "the volume version is not supported"),
  /** The version of the component data is not supported. */
  COMPONENT_VERSION(
      "VDO-SB-007",
      "V-024",
      Severity.FATAL,
      Remedy.RECALCULATE,
      "the version of the component data is not supported"),
  /** The volume is in a state that no driver writes; drivers take it for clean. */
  STATE_UNKNOWN(
      "VDO-SB-008",
      "V-025",
      Severity.LOSES_DATA,
      Remedy.REBUILD,
      "the volume is in a state that no driver writes; drivers take it for clean"),
  /** Super block and geometry have different nonces. */
  NONCE_DIFFERS(
      "VDO-SB-009",
      "V-026",
      Severity.FATAL,
      Remedy.COPY,
      "super block and geometry have different nonces"),
  /** A component's header is wrong. */
  COMPONENT_HEADER(
      "VDO-SB-010", "V-027", Severity.FATAL, Remedy.RECALCULATE, "a component's header is wrong"),
  /** The unused part of the super block is not zero. */
  SUPER_BLOCK_TRAILING_BYTES(
      "VDO-SB-011",
      "V-028",
      Severity.INFO,
      Remedy.NONE,
      "the unused part of the super block is not zero"),
  /** The slab size is not a power of two up to 2^23. */
  SLAB_SIZE(
      "VDO-SB-012",
      "V-029",
      Severity.FATAL,
      Remedy.COPY,
      "the slab size is not a power of two up to 2^23"),
  /** The slabs are smaller than formatters make them. */
  SMALL_SLABS(
      "VDO-SB-013",
      "V-030",
      Severity.INFO,
      Remedy.NONE,
      "the slabs are smaller than formatters make them"),
  /** The slab journals have an impossible size. */
  SLAB_JOURNAL_SIZE(
      "VDO-SB-014",
      "V-031",
      Severity.FATAL,
      Remedy.COPY,
      "the slab journals have an impossible size"),
  /** The slab journals are longer than their tail offset can tell. */
  SLAB_JOURNAL_TOO_LONG(
      "VDO-SB-015",
      "V-032",
      Severity.LOSES_DATA,
      Remedy.OPERATOR,
      "the slab journals are longer than their tail offset can tell"),
  /** The recovery journal's size is not a power of two up to 2^20. */
  RECOVERY_JOURNAL_SIZE(
      "VDO-SB-016",
      "V-033",
      Severity.FATAL,
      Remedy.COPY,
      "the recovery journal's size is not a power of two up to 2^20"),
  /** The physical size is impossible. */
  PHYSICAL_SIZE(
      "VDO-SB-017", "V-034", Severity.FATAL, Remedy.RECALCULATE, "the physical size is impossible"),
  /** The logical size is impossible. */
  LOGICAL_SIZE(
      "VDO-SB-018", "V-035", Severity.FATAL, Remedy.RECONSTRUCT, "the logical size is impossible"),
  /** More read-only recoveries than recoveries. */
  RECOVERY_COUNTS(
      "VDO-SB-019",
      "V-036",
      Severity.INFO,
      Remedy.NONE,
      "more read-only recoveries than recoveries"),
  /** The recovery journal's start is impossible. */
  JOURNAL_START(
      "VDO-SB-020",
      "V-037",
      Severity.FATAL,
      Remedy.RECALCULATE,
      "the recovery journal's start is impossible"),
  /** More logical blocks used than there are. */
  USED_EXCEEDS_LOGICAL(
      "VDO-SB-021",
      "V-038",
      Severity.HARMLESS,
      Remedy.RECALCULATE,
      "more logical blocks used than there are"),
  /** More block map pages than the logical size allows. */
  PAGES_EXCEED_FOREST(
      "VDO-SB-022",
      "V-039",
      Severity.HARMLESS,
      Remedy.RECALCULATE,
      "more block map pages than the logical size allows"),
  /** The block map has flat pages, as volumes before the first release had. */
  FLAT_PAGES(
      "VDO-SB-023",
      "V-040",
      Severity.FATAL,
      Remedy.RECALCULATE,
      "the block map has flat pages, as volumes before the first release had"),
  /** The block map does not have 60 roots. */
  ROOT_COUNT(
      "VDO-SB-024",
      "V-041",
      Severity.LOSES_DATA,
      Remedy.RECALCULATE,
      "the block map does not have 60 roots"),
  /** More physical zones than the format allows. */
  ZONE_COUNT_TOO_LARGE(
      "VDO-SB-025",
      "V-042",
      Severity.FATAL,
      Remedy.RECALCULATE,
      "more physical zones than the format allows"),
  /** No physical zones on a volume that was started. */
  ZONE_COUNT_ZERO(
      "VDO-SB-026",
      "V-043",
      Severity.HARMLESS,
      Remedy.RECALCULATE,
      "no physical zones on a volume that was started"),
  /** A new volume has counters that are not zero. */
  NEW_WITH_HISTORY(
      "VDO-SB-027",
      "V-044",
      Severity.HARMLESS,
      Remedy.RECALCULATE,
      "a new volume has counters that are not zero"),
  /** The volume is in read-only mode. */
  READ_ONLY_MODE(
      "VDO-SB-028", "V-208", Severity.FATAL, Remedy.REBUILD, "the volume is in read-only mode"),
  /** A rebuild is requested and will run at the next start. */
  REBUILD_REQUESTED(
      "VDO-SB-029",
      "V-208",
      Severity.INFO,
      Remedy.REBUILD,
      "a rebuild is requested and will run at the next start"),
  /** The volume was not stopped cleanly and will be recovered at the next start. */
  RECOVERY_PENDING(
      "VDO-SB-030",
      "V-090",
      Severity.INFO,
      Remedy.REPLAY,
      "the volume was not stopped cleanly and will be recovered at the next start"),
  /** The layout does not have each of its four partitions once. */
  PARTITION_TABLE(
      "VDO-LY-001",
      "V-050",
      Severity.FATAL,
      Remedy.RECALCULATE,
      "the layout does not have each of its four partitions once"),
  /** The partitions do not add up to the physical size. */
  PARTITION_SUM(
      "VDO-LY-002",
      "V-051",
      Severity.FATAL,
      Remedy.RECALCULATE,
      "the partitions do not add up to the physical size"),
  /** The partitions do not lie one behind the other. */
  PARTITION_ORDER(
      "VDO-LY-003",
      "V-052",
      Severity.LOSES_DATA,
      Remedy.RECALCULATE,
      "the partitions do not lie one behind the other"),
  /** The block map partition does not hold the roots. */
  BLOCK_MAP_PARTITION(
      "VDO-LY-004",
      "V-053",
      Severity.LOSES_DATA,
      Remedy.RECALCULATE,
      "the block map partition does not hold the roots"),
  /** The journal partition does not have the journal's size. */
  JOURNAL_PARTITION(
      "VDO-LY-005",
      "V-054",
      Severity.LOSES_DATA,
      Remedy.RECALCULATE,
      "the journal partition does not have the journal's size"),
  /** The slab summary partition does not have 64 blocks. */
  SUMMARY_PARTITION(
      "VDO-LY-006",
      "V-055",
      Severity.LOSES_DATA,
      Remedy.RECALCULATE,
      "the slab summary partition does not have 64 blocks"),
  /** The layout's free pointers are not at the journal's start. */
  FREE_POINTERS(
      "VDO-LY-007",
      "V-056",
      Severity.HARMLESS,
      Remedy.RECALCULATE,
      "the layout's free pointers are not at the journal's start"),
  /** An obsolete base field of a partition is not zero. */
  PARTITION_BASE(
      "VDO-LY-008",
      "V-057",
      Severity.INFO,
      Remedy.NONE,
      "an obsolete base field of a partition is not zero"),
  /** Slab sizes differ between the configuration and the depot. */
  SLAB_CONFIG_COPY(
      "VDO-LY-009",
      "V-058",
      Severity.LOSES_DATA,
      Remedy.COPY,
      "slab sizes differ between the configuration and the depot"),
  /** The parts of a slab do not add up to its size. */
  SLAB_CONFIG_SUM(
      "VDO-LY-010",
      "V-059",
      Severity.LOSES_DATA,
      Remedy.RECALCULATE,
      "the parts of a slab do not add up to its size"),
  /** The division of a slab is not the one that formatters choose. */
  SLAB_CONFIG_VALUES(
      "VDO-LY-011",
      "V-060",
      Severity.LOSES_DATA,
      Remedy.RECALCULATE,
      "the division of a slab is not the one that formatters choose"),
  /** The first slab is not at the start of its partition. */
  FIRST_SLAB(
      "VDO-LY-012",
      "V-061",
      Severity.LOSES_DATA,
      Remedy.RECALCULATE,
      "the first slab is not at the start of its partition"),
  /** The slabs do not fit their partition. */
  LAST_SLAB(
      "VDO-LY-013",
      "V-062",
      Severity.LOSES_DATA,
      Remedy.RECALCULATE,
      "the slabs do not fit their partition"),
  /** The partition has room for more slabs than there are. */
  SLABS_UNUSED(
      "VDO-LY-014",
      "V-063",
      Severity.HARMLESS,
      Remedy.RECALCULATE,
      "the partition has room for more slabs than there are"),
  /** The volume ran with more physical zones than it has slabs. */
  ZONES_EXCEED_SLABS(
      "VDO-LY-015",
      "V-064",
      Severity.INFO,
      Remedy.NONE,
      "the volume ran with more physical zones than it has slabs"),
  /** A root page is damaged: drivers take its tree for empty. */
  ROOT_INVALID(
      "VDO-BM-001",
      "V-070",
      Severity.LOSES_DATA,
      Remedy.RESTORE,
      "a root page is damaged: drivers take its tree for empty"),
  /** A page has the format of volumes before the first release: drivers take it for empty. */
  PAGE_PRE_RELEASE(
      "VDO-BM-002",
      "V-071",
      Severity.LOSES_DATA,
      Remedy.RESTORE,
      "a page has the format of volumes before the first release: drivers take it for empty"),
  /** An allocated page was never written. */
  PAGE_UNINITIALIZED(
      "VDO-BM-003", "V-072", Severity.INFO, Remedy.NONE, "an allocated page was never written"),
  /** An allocated page does not hold a page of this volume. */
  PAGE_LOST(
      "VDO-BM-004",
      "V-072",
      Severity.LOSES_DATA,
      Remedy.RESTORE,
      "an allocated page does not hold a page of this volume"),
  /** A page belongs to another place. */
  PAGE_MISPLACED(
      "VDO-BM-005", "V-073", Severity.FATAL, Remedy.RESTORE, "a page belongs to another place"),
  /** Unused bytes of a page are not zero. */
  PAGE_STRAY_BYTES(
      "VDO-BM-006", "V-074", Severity.INFO, Remedy.NONE, "unused bytes of a page are not zero"),
  /** An entry's state and PBN do not go together. */
  ENTRY_INVALID(
      "VDO-BM-007",
      "V-080",
      Severity.FATAL,
      Remedy.UNMAP,
      "an entry's state and PBN do not go together"),
  /** An entry of an interior page does not name a page. */
  INTERIOR_STATE(
      "VDO-BM-008",
      "V-081",
      Severity.FATAL,
      Remedy.UNMAP,
      "an entry of an interior page does not name a page"),
  /** An entry of an interior page names a block where no page can be. */
  CHILD_NOT_DATA_BLOCK(
      "VDO-BM-009",
      "V-082",
      Severity.FATAL,
      Remedy.UNMAP,
      "an entry of an interior page names a block where no page can be"),
  /** An entry of an interior page names a page behind the logical size. */
  CHILD_BEYOND_FOREST(
      "VDO-BM-010",
      "V-083",
      Severity.LOSES_SPACE,
      Remedy.UNMAP,
      "an entry of an interior page names a page behind the logical size"),
  /** A logical block is mapped to a block that can hold no data. */
  MAPPING_NOT_DATA_BLOCK(
      "VDO-BM-011",
      "V-084",
      Severity.FATAL,
      Remedy.UNMAP,
      "a logical block is mapped to a block that can hold no data"),
  /** A mapping lies behind the logical size. */
  MAPPING_BEYOND_LOGICAL(
      "VDO-BM-012",
      "V-085",
      Severity.LOSES_SPACE,
      Remedy.UNMAP,
      "a mapping lies behind the logical size"),
  /** A page is named by more than one entry. */
  PAGE_TWO_PARENTS(
      "VDO-BM-013",
      "V-086",
      Severity.LOSES_DATA,
      Remedy.UNMAP,
      "a page is named by more than one entry"),
  /** A logical block is mapped to a block map page. */
  MAPPING_TO_PAGE(
      "VDO-BM-014",
      "V-087",
      Severity.LOSES_DATA,
      Remedy.UNMAP,
      "a logical block is mapped to a block map page"),
  /** A block is mapped both as a whole and as fragments. */
  MIXED_KINDS(
      "VDO-BM-015",
      "V-088",
      Severity.LOSES_DATA,
      Remedy.UNMAP,
      "a block is mapped both as a whole and as fragments"),
  /** A block has more than 254 references. */
  TOO_MANY_REFERENCES(
      "VDO-BM-016",
      "V-089",
      Severity.FATAL,
      Remedy.DUPLICATE,
      "a block has more than 254 references"),
  /** An entry names a block that holds metadata. */
  ENTRY_INTO_METADATA(
      "VDO-BM-017",
      "V-207",
      Severity.FATAL,
      Remedy.UNMAP,
      "an entry names a block that holds metadata"),
  /** A page cannot be read. */
  PAGE_UNREADABLE(
      "VDO-BM-018", "V-072", Severity.LOSES_DATA, Remedy.RESTORE, "a page cannot be read"),
  /** A new volume has root pages or journal blocks with its nonce. */
  NEW_WITH_PAGES(
      "VDO-BM-019",
      "V-204",
      Severity.LOSES_DATA,
      Remedy.REBUILD,
      "a new volume has root pages or journal blocks with its nonce"),
  /** A block map page that no entry names. */
  ORPHANED_PAGE(
      "VDO-BM-020",
      "V-102",
      Severity.LOSES_DATA,
      Remedy.RESTORE,
      "a block map page is named by no entry: what named it is lost"),
  /** Blocks are in use in a slab that counts as never used. */
  REFERENCES_INTO_UNUSED_SLAB(
      "VDO-RC-001",
      "V-100",
      Severity.LOSES_DATA,
      Remedy.REBUILD_COUNTS,
      "blocks are in use in a slab that counts as never used"),
  /** A reference count is too low: the block will be reused too early. */
  COUNT_TOO_LOW(
      "VDO-RC-002",
      "V-101",
      Severity.LOSES_DATA,
      Remedy.REBUILD_COUNTS,
      "a reference count is too low: the block will be reused too early"),
  /** A reference count is too high: the block is never freed. */
  COUNT_TOO_HIGH(
      "VDO-RC-003",
      "V-101",
      Severity.LOSES_SPACE,
      Remedy.REBUILD_COUNTS,
      "a reference count is too high: the block is never freed"),
  /** A block map page has the count 1, as very old drivers left it. */
  PAGE_COUNT_LEGACY(
      "VDO-RC-004",
      "V-102",
      Severity.HARMLESS,
      Remedy.REBUILD_COUNTS,
      "a block map page has the count 1, as very old drivers left it"),
  /** A block map page does not have the count 254. */
  PAGE_COUNT_WRONG(
      "VDO-RC-005",
      "V-102",
      Severity.LOSES_DATA,
      Remedy.REBUILD_COUNTS,
      "a block map page does not have the count 254"),
  /** Counts behind the last data block of a slab are not zero. */
  PADDING_COUNTS(
      "VDO-RC-006",
      "V-103",
      Severity.FATAL,
      Remedy.REBUILD_COUNTS,
      "counts behind the last data block of a slab are not zero"),
  /** A clean volume has provisional counts. */
  PROVISIONAL_COUNTS(
      "VDO-RC-007", "V-104", Severity.INFO, Remedy.NONE, "a clean volume has provisional counts"),
  /** A commit point lies behind the end of the slab journal. */
  COMMIT_POINT_AHEAD(
      "VDO-RC-008",
      "V-105",
      Severity.FATAL,
      Remedy.REBUILD_COUNTS,
      "a commit point lies behind the end of the slab journal"),
  /** The sectors of a reference block of a clean slab differ in age. */
  REFERENCE_BLOCK_TORN(
      "VDO-RC-009",
      "V-106",
      Severity.LOSES_DATA,
      Remedy.REBUILD_COUNTS,
      "the sectors of a reference block of a clean slab differ in age"),
  /** The sectors of a reference block differ in age; the slab journal makes them equal. */
  REFERENCE_BLOCK_TORN_REPLAYED(
      "VDO-RC-010",
      "V-106",
      Severity.INFO,
      Remedy.REPLAY,
      "the sectors of a reference block differ in age; the slab journal makes them equal"),
  /** No commit point of a clean slab is at the end of its journal. */
  COMMIT_POINT_BEHIND(
      "VDO-RC-011",
      "V-107",
      Severity.HARMLESS,
      Remedy.REBUILD_COUNTS,
      "no commit point of a clean slab is at the end of its journal"),
  /** A slab journal entry cannot be applied to its count. */
  COUNT_REPLAY_IMPOSSIBLE(
      "VDO-RC-012",
      "V-108",
      Severity.FATAL,
      Remedy.REBUILD_COUNTS,
      "a slab journal entry cannot be applied to its count"),
  /** A reference block cannot be read. */
  REFERENCE_BLOCK_UNREADABLE(
      "VDO-RC-013",
      "V-101",
      Severity.FATAL,
      Remedy.REBUILD_COUNTS,
      "a reference block cannot be read"),
  /** A summary entry points behind the slab journal. */
  TAIL_OFFSET(
      "VDO-SS-001",
      "V-120",
      Severity.FATAL,
      Remedy.REBUILD_COUNTS,
      "a summary entry points behind the slab journal"),
  /** A slab with a journal counts as never used. */
  USED_SLAB_MARKED_UNUSED(
      "VDO-SS-002",
      "V-121",
      Severity.LOSES_DATA,
      Remedy.REBUILD_COUNTS,
      "a slab with a journal counts as never used"),
  /** A slab is dirty but has neither counts nor a journal. */
  DIRTY_WITHOUT_JOURNAL(
      "VDO-SS-003",
      "V-122",
      Severity.FATAL,
      Remedy.REBUILD_COUNTS,
      "a slab is dirty but has neither counts nor a journal"),
  /** A slab's counts were written but count as meaningless. */
  COUNTS_NOT_LOADED(
      "VDO-SS-004",
      "V-123",
      Severity.LOSES_DATA,
      Remedy.REBUILD_COUNTS,
      "a slab's counts were written but count as meaningless"),
  /** A fullness hint does not fit the free blocks. */
  FULLNESS_HINT(
      "VDO-SS-005",
      "V-124",
      Severity.HARMLESS,
      Remedy.RECALCULATE,
      "a fullness hint does not fit the free blocks"),
  /** The summary entry of a slab that does not exist yet is not blank. */
  FUTURE_SLAB_ENTRY(
      "VDO-SS-006",
      "V-125",
      Severity.LOSES_DATA,
      Remedy.RECALCULATE,
      "the summary entry of a slab that does not exist yet is not blank"),
  /** The journal of a dirty slab changes counts of a clean volume. */
  DIRTY_SLAB_CHANGES(
      "VDO-SS-007",
      "V-126",
      Severity.LOSES_DATA,
      Remedy.REBUILD_COUNTS,
      "the journal of a dirty slab changes counts of a clean volume"),
  /** The summary's copies fit another number of physical zones. */
  ZONE_COUNT_IMPLAUSIBLE(
      "VDO-SS-008",
      "V-131",
      Severity.LOSES_DATA,
      Remedy.RECALCULATE,
      "the summary's copies fit another number of physical zones"),
  /** A block of the slab summary cannot be read. */
  SUMMARY_UNREADABLE(
      "VDO-SS-009",
      "V-120",
      Severity.FATAL,
      Remedy.REBUILD_COUNTS,
      "a block of the slab summary cannot be read"),
  /** A slab journal does not end where the summary says: drivers take it for blank. */
  SLAB_JOURNAL_TAIL(
      "VDO-SJ-001",
      "V-140",
      Severity.LOSES_DATA,
      Remedy.REBUILD_COUNTS,
      "a slab journal does not end where the summary says: drivers take it for blank"),
  /** A live block of a slab journal is missing. */
  SLAB_JOURNAL_HOLE(
      "VDO-SJ-002",
      "V-141",
      Severity.FATAL,
      Remedy.REBUILD_COUNTS,
      "a live block of a slab journal is missing"),
  /** A slab journal block has an impossible number of entries. */
  SLAB_JOURNAL_ENTRY_COUNT(
      "VDO-SJ-003",
      "V-142",
      Severity.FATAL,
      Remedy.REBUILD_COUNTS,
      "a slab journal block has an impossible number of entries"),
  /** A slab journal entry names a block outside the slab's data. */
  SLAB_JOURNAL_ENTRY_OFFSET(
      "VDO-SJ-004",
      "V-143",
      Severity.FATAL,
      Remedy.REBUILD_COUNTS,
      "a slab journal entry names a block outside the slab's data"),
  /** A slab journal block has type bits where none belong. */
  SLAB_JOURNAL_TYPE_BITS(
      "VDO-SJ-005",
      "V-144",
      Severity.HARMLESS,
      Remedy.REBUILD_COUNTS,
      "a slab journal block has type bits where none belong"),
  /** A slab journal block has an impossible head. */
  SLAB_JOURNAL_HEAD(
      "VDO-SJ-006",
      "V-145",
      Severity.LOSES_DATA,
      Remedy.REBUILD_COUNTS,
      "a slab journal block has an impossible head"),
  /** Recovery points do not rise along a slab journal. */
  RECOVERY_POINT_ORDER(
      "VDO-SJ-007",
      "V-146",
      Severity.LOSES_DATA,
      Remedy.REBUILD_COUNTS,
      "recovery points do not rise along a slab journal"),
  /**
   * A slab journal is ahead of the recovery journal: the next update turns the volume read-only.
   */
  RECOVERY_POINT_AHEAD(
      "VDO-SJ-008",
      "V-147",
      Severity.FATAL,
      Remedy.REBUILD_COUNTS,
      "a slab journal is ahead of the recovery journal: the next update turns the volume"
          + " read-only"),
  /** A recovery point has an impossible entry index. */
  RECOVERY_POINT_SHAPE(
      "VDO-SJ-009",
      "V-148",
      Severity.HARMLESS,
      Remedy.REBUILD_COUNTS,
      "a recovery point has an impossible entry index"),
  /** A slab journal block has an impossible sequence number. */
  SLAB_JOURNAL_SEQUENCE(
      "VDO-SJ-010",
      "V-149",
      Severity.FATAL,
      Remedy.REBUILD_COUNTS,
      "a slab journal block has an impossible sequence number"),
  /** A slab journal block cannot be read. */
  SLAB_JOURNAL_UNREADABLE(
      "VDO-SJ-011",
      "V-141",
      Severity.FATAL,
      Remedy.REBUILD_COUNTS,
      "a slab journal block cannot be read"),
  /** A recovery journal block lies at another place than its own. */
  JOURNAL_BLOCK_MISPLACED(
      "VDO-RJ-001",
      "V-160",
      Severity.HARMLESS,
      Remedy.CLEAR,
      "a recovery journal block lies at another place than its own"),
  /** A recovery journal block has the wrong check byte. */
  JOURNAL_CHECK_BYTE(
      "VDO-RJ-002",
      "V-161",
      Severity.HARMLESS,
      Remedy.CLEAR,
      "a recovery journal block has the wrong check byte"),
  /** The last write of the recovery journal was cut off. */
  JOURNAL_TORN_TAIL(
      "VDO-RJ-003",
      "V-162",
      Severity.INFO,
      Remedy.REPLAY,
      "the last write of the recovery journal was cut off"),
  /** A recovery journal block before the last one is incomplete. */
  JOURNAL_BLOCK_TORN(
      "VDO-RJ-004",
      "V-162",
      Severity.LOSES_DATA,
      Remedy.REBUILD,
      "a recovery journal block before the last one is incomplete"),
  /** A recovery journal block has impossible heads. */
  JOURNAL_HEADS(
      "VDO-RJ-005",
      "V-163",
      Severity.LOSES_DATA,
      Remedy.REBUILD,
      "a recovery journal block has impossible heads"),
  /** Recovery journal blocks behind a gap are ignored. */
  JOURNAL_HOLE(
      "VDO-RJ-006",
      "V-164",
      Severity.INFO,
      Remedy.REPLAY,
      "recovery journal blocks behind a gap are ignored"),
  /** The recovery journal mixes two formats. */
  JOURNAL_MIXED_FORMATS(
      "VDO-RJ-007",
      "V-164",
      Severity.FATAL,
      Remedy.REBUILD,
      "the recovery journal mixes two formats"),
  /** The recovery journal's head lies behind its tail. */
  JOURNAL_HEAD_BEHIND_TAIL(
      "VDO-RJ-008",
      "V-164",
      Severity.FATAL,
      Remedy.REBUILD,
      "the recovery journal's head lies behind its tail"),
  /** A recovery journal entry is invalid. */
  JOURNAL_ENTRY_INVALID(
      "VDO-RJ-009", "V-165", Severity.FATAL, Remedy.REBUILD, "a recovery journal entry is invalid"),
  /** A recovery journal entry names a block that is not a page of its kind. */
  JOURNAL_ENTRY_PAGE(
      "VDO-RJ-010",
      "V-166",
      Severity.LOSES_DATA,
      Remedy.REBUILD,
      "a recovery journal entry names a block that is not a page of its kind"),
  /** The usage counts of two journal blocks do not follow from each other. */
  JOURNAL_USAGE_CHAIN(
      "VDO-RJ-011",
      "V-167",
      Severity.HARMLESS,
      Remedy.RECALCULATE,
      "the usage counts of two journal blocks do not follow from each other"),
  /** A journal entry replaces a mapping that the slot did not hold. */
  JOURNAL_SLOT_CHAIN(
      "VDO-RJ-012",
      "V-168",
      Severity.LOSES_DATA,
      Remedy.REBUILD,
      "a journal entry replaces a mapping that the slot did not hold"),
  /**
   * Journal blocks lie ahead of the journal's start: they would be replayed after the next crash.
   */
  JOURNAL_AHEAD_OF_START(
      "VDO-RJ-013",
      "V-170",
      Severity.LOSES_DATA,
      Remedy.RESET_JOURNAL,
      "journal blocks lie ahead of the journal's start: they would be replayed after the next"
          + " crash"),
  /** The recovery journal has the old format, which current drivers do not replay. */
  JOURNAL_OLD_FORMAT(
      "VDO-RJ-014",
      "V-171",
      Severity.FATAL,
      Remedy.REPLAY,
      "the recovery journal has the old format, which current drivers do not replay"),
  /** A new volume has journal blocks with its nonce. */
  NEW_WITH_JOURNAL(
      "VDO-RJ-015",
      "V-172",
      Severity.HARMLESS,
      Remedy.REBUILD,
      "a new volume has journal blocks with its nonce"),
  /** The journal holds blocks of a later recovery than the super block knows of. */
  SUPER_BLOCK_OLDER(
      "VDO-RJ-016",
      "V-174",
      Severity.HARMLESS,
      Remedy.REBUILD,
      "the journal holds blocks of a later recovery than the super block knows of"),
  /** A recovery journal block cannot be read. */
  JOURNAL_UNREADABLE(
      "VDO-RJ-017",
      "V-164",
      Severity.FATAL,
      Remedy.REBUILD,
      "a recovery journal block cannot be read"),
  /** The journal was written with another count of recoveries than the super block has. */
  JOURNAL_OTHER_RECOVERY(
      "VDO-RJ-018",
      "V-175",
      Severity.LOSES_DATA,
      Remedy.REPLAY,
      "the journal was written with another count of recoveries than the super block has: nothing"
          + " of it is replayed"),
  /** A block mapped as fragments is not a compressed block. */
  COMPRESSED_VERSION(
      "VDO-CB-001",
      "V-180",
      Severity.FATAL,
      Remedy.UNMAP,
      "a block mapped as fragments is not a compressed block"),
  /** A mapped fragment does not lie inside its block. */
  FRAGMENT_BOUNDS(
      "VDO-CB-002",
      "V-181",
      Severity.FATAL,
      Remedy.UNMAP,
      "a mapped fragment does not lie inside its block"),
  /** A mapped fragment does not inflate to a block. */
  FRAGMENT_INFLATION(
      "VDO-CB-003",
      "V-182",
      Severity.FATAL,
      Remedy.UNMAP,
      "a mapped fragment does not inflate to a block"),
  /** A compressed block is not packed as drivers pack them. */
  COMPRESSED_PACKING(
      "VDO-CB-004",
      "V-183",
      Severity.INFO,
      Remedy.NONE,
      "a compressed block is not packed as drivers pack them"),
  /** A mapped fragment holds nothing but zeros. */
  FRAGMENT_OF_ZEROS(
      "VDO-CB-005",
      "V-184",
      Severity.INFO,
      Remedy.NONE,
      "a mapped fragment holds nothing but zeros"),
  /** A compressed block cannot be read. */
  COMPRESSED_UNREADABLE(
      "VDO-CB-006",
      "V-180",
      Severity.LOSES_DATA,
      Remedy.UNMAP,
      "a compressed block cannot be read"),
  /** The number of logical blocks used is wrong. */
  LOGICAL_BLOCKS_USED(
      "VDO-TT-001",
      "V-200",
      Severity.HARMLESS,
      Remedy.RECALCULATE,
      "the number of logical blocks used is wrong"),
  /** The number of block map pages is wrong. */
  BLOCK_MAP_DATA_BLOCKS(
      "VDO-TT-002",
      "V-201",
      Severity.HARMLESS,
      Remedy.RECALCULATE,
      "the number of block map pages is wrong");

  private final String id;
  private final String invariant;
  private final Severity severity;
  private final Remedy remedy;
  private final String title;

  ProblemCode(String id, String invariant, Severity severity, Remedy remedy, String title) {
    this.id = id;
    this.invariant = invariant;
    this.severity = severity;
    this.remedy = remedy;
    this.title = title;
  }

  /** {@return the id that reports print, such as {@code VDO-RC-002}} */
  public String id() {
    return id;
  }

  /** {@return the invariant that does not hold, such as {@code V-101}; format-spec, section 12} */
  public String invariant() {
    return invariant;
  }

  /** {@return how bad it is where the volume's state does not make it less so} */
  public Severity severity() {
    return severity;
  }

  /** {@return how it can be put right} */
  public Remedy remedy() {
    return remedy;
  }

  /** {@return the problem in one line} */
  public String title() {
    return title;
  }
}
