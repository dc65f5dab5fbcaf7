package io.vdotools.check;

import static io.vdotools.engine.damage.Damage.edit;
import static io.vdotools.engine.damage.Damage.geometryField;
import static io.vdotools.engine.damage.Damage.partitionField;
import static io.vdotools.engine.damage.Damage.superBlockField;
import static io.vdotools.engine.damage.Damage.zeroed;
import static io.vdotools.problem.ProblemCode.*;

import io.vdotools.engine.damage.Area;
import io.vdotools.engine.damage.Damage;
import io.vdotools.engine.damage.Position;
import io.vdotools.engine.damage.StructFields;
import io.vdotools.format.BlockSize;
import io.vdotools.format.GeometryBlock;
import io.vdotools.format.PartitionId;
import io.vdotools.format.SuperBlock;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.problem.ProblemCode;
import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.VolumeBuilder;
import io.vdotools.testing.VolumeImage;
import io.vdotools.testing.VolumeImages;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Damages to the geometry block, the super block and what they say of the layout. */
final class SuperBlockCases {
  private static final VolumeImage CLEAN = VolumeImages.clean();
  private static final VolumeImage NEW = VolumeImages.fresh();
  private static final VolumeImage INDEXED = VolumeImage.of(GoldenVolume.load("small").copy());

  private SuperBlockCases() {}

  static List<DamageCase> geometry() {
    return List.of(
        new DamageCase(
            "the device lacks its last block",
            () -> CLEAN.truncated(CLEAN.device().blockCount() - 1),
            List.of(DEVICE_TOO_SMALL)),
        new DamageCase(
            "the device ends before the super block",
            () -> INDEXED.truncated(1000),
            List.of(DEVICE_TOO_SMALL)),
        DamageCase.unreadable(
            "the geometry block is unreadable", CLEAN, _ -> 0, GEOMETRY_UNREADABLE),
        DamageCase.of(
            "the geometry block is zero",
            CLEAN,
            zeroed(Area.GEOMETRY, Position.FIRST),
            GEOMETRY_MAGIC),
        of("header.version.minor_version", 1, GEOMETRY_VERSION),
        DamageCase.of(
            "the geometry's checksum is wrong",
            CLEAN,
            edit(_ -> 0, block -> StructFields.set(GeometryBlock.STRUCT_5, block, "checksum", 7)),
            GEOMETRY_CHECKSUM),
        DamageCase.of(
            "both release versions are 5",
            CLEAN,
            geometryField("release_version", 5).and(superBlockField("release_version", 5)),
            RELEASE_VERSION),
        of("regions[0].id", 7, REGION_IDS),
        of("regions[1].id", 0, REGION_IDS),
        of("regions[0].start_block", 0, REGION_STARTS),
        of("bio_offset", 600, BIO_OFFSET),
        of("index_config.mem", -3, INDEX_CONFIG),
        of("index_config.sparse", 2, INDEX_CONFIG, INDEX_REGION_SIZE),
        of("index_config.mem", 1, INDEX_REGION_SIZE),
        of("uuid", 0, IDENTITY_ZERO),
        DamageCase.of(
            "a byte behind the geometry's checksum",
            CLEAN,
            edit(_ -> 0, block -> block.set(ValueLayout.JAVA_BYTE, 200, (byte) 1)),
            GEOMETRY_TRAILING_BYTES),
        DamageCase.of(
            "a second geometry block", INDEXED, Damage.copy(_ -> 0, _ -> 400), SECOND_GEOMETRY),
        DamageCase.of("a geometry block among the data", CLEAN, Damage.copy(_ -> 0, _ -> 400)));
  }

  private static DamageCase of(String field, long value, ProblemCode... expected) {
    return DamageCase.of(
        "geometry " + field + " = " + value, INDEXED, geometryField(field, value), expected);
  }

  static List<DamageCase> superBlock() {
    return List.of(
        DamageCase.unreadable(
            "the super block is unreadable",
            CLEAN,
            areas -> areas.volume().superBlockPbn(),
            SUPER_BLOCK_UNREADABLE),
        DamageCase.of(
            "the super block is zero",
            CLEAN,
            zeroed(Area.SUPER_BLOCK, Position.FIRST),
            SUPER_BLOCK_MISSING),
        field("header.version.minor_version", 1, SUPER_BLOCK_HEADER),
        DamageCase.of(
            "the super block's checksum is wrong",
            CLEAN,
            edit(
                areas -> areas.volume().superBlockPbn(),
                block -> StructFields.set(SuperBlock.STRUCT, block, "checksum", 7)),
            SUPER_BLOCK_CHECKSUM),
        field("release_version", 131_337, RELEASE_VERSION_DIFFERS),
        field("version.major_version", 66, VOLUME_VERSION),
        field("version.minor_version", 1, VOLUME_VERSION),
        field("vdo.version.minor_version", 1, COMPONENT_VERSION),
        field("vdo.state", 99, STATE_UNKNOWN),
        field("vdo.nonce", 99, NONCE_DIFFERS),
        DamageCase.of(
            "the geometry block is another volume's",
            CLEAN,
            geometryField("nonce", 99),
            NONCE_DIFFERS),
        field("layout.header.size", 118, COMPONENT_HEADER),
        field("recovery_journal.header.id", 9, COMPONENT_HEADER),
        field("slab_depot.header.version.major_version", 1, COMPONENT_HEADER),
        field("block_map.header.version.minor_version", 1, COMPONENT_HEADER),
        DamageCase.of(
            "a byte behind the super block's checksum",
            CLEAN,
            edit(
                areas -> areas.volume().superBlockPbn(),
                block -> block.set(ValueLayout.JAVA_BYTE, BlockSize.SECTOR, (byte) 1)),
            SUPER_BLOCK_TRAILING_BYTES),
        field("vdo.config.slab_size", 3000, SLAB_SIZE, SLAB_CONFIG_COPY),
        DamageCase.made(
            "slabs of 4096 blocks",
            () -> VolumeBuilder.ofSlabs(2, 4096, 64, 10_000).plain(1, 2).build(),
            SMALL_SLABS),
        field("vdo.config.slab_journal_blocks", 1, SLAB_JOURNAL_SIZE, SLAB_CONFIG_COPY),
        DamageCase.made(
            "slab journals of 300 blocks",
            () -> VolumeBuilder.ofSlabs(2, 8192, 300, 10_000).plain(1, 2).build(),
            SLAB_JOURNAL_TOO_LONG),
        field("vdo.config.recovery_journal_size", 15, RECOVERY_JOURNAL_SIZE, JOURNAL_PARTITION),
        field("vdo.config.physical_blocks", 0, PHYSICAL_SIZE, PARTITION_SUM),
        field("vdo.config.logical_blocks", 1L << 41, LOGICAL_SIZE),
        field("vdo.read_only_recoveries", 1, RECOVERY_COUNTS),
        field("recovery_journal.journal_start", 1L << 48, JOURNAL_START),
        field(
            "recovery_journal.logical_blocks_used",
            200_001,
            USED_EXCEEDS_LOGICAL,
            LOGICAL_BLOCKS_USED),
        field(
            "recovery_journal.block_map_data_blocks",
            1_000_000,
            PAGES_EXCEED_FOREST,
            BLOCK_MAP_DATA_BLOCKS),
        field("recovery_journal.logical_blocks_used", 842, LOGICAL_BLOCKS_USED),
        field("recovery_journal.block_map_data_blocks", 14, BLOCK_MAP_DATA_BLOCKS),
        field("block_map.flat_page_count", 1, FLAT_PAGES),
        field("block_map.flat_page_origin", 2, FLAT_PAGES),
        field("block_map.root_count", 61, ROOT_COUNT, BLOCK_MAP_PARTITION),
        field("slab_depot.zone_count", 17, ZONE_COUNT_TOO_LARGE, ZONES_EXCEED_SLABS),
        field("slab_depot.zone_count", 0, ZONE_COUNT_ZERO),
        field("slab_depot.zone_count", 4, ZONES_EXCEED_SLABS),
        field("vdo.state", 3, READ_ONLY_MODE),
        field("vdo.state", 4, REBUILD_REQUESTED),
        field("vdo.state", 7, REBUILD_REQUESTED),
        DamageCase.made(
            "a crash", () -> VolumeImages.crashed(JournalFormat.CURRENT), RECOVERY_PENDING),
        onNew("vdo.complete_recoveries", 1, NEW_WITH_HISTORY),
        onNew("recovery_journal.journal_start", 2, NEW_WITH_HISTORY),
        onNew("recovery_journal.logical_blocks_used", 1, NEW_WITH_HISTORY));
  }

  static List<DamageCase> layout() {
    long physical = CLEAN.areas().volume().superBlock().vdo().config().physicalBlocks();
    var slabs = CLEAN.areas().slabs();
    return List.of(
        field("layout.partition_count", 3, PARTITION_TABLE),
        field("vdo.config.physical_blocks", physical - 1, PARTITION_SUM),
        DamageCase.of(
            "the block map partition begins one block later",
            CLEAN,
            partitionField(PartitionId.BLOCK_MAP, "offset", 3),
            PARTITION_ORDER,
            BLOCK_MAP_PARTITION),
        field("vdo.config.recovery_journal_size", 32, JOURNAL_PARTITION),
        DamageCase.of(
            "the summary lacks its last block",
            CLEAN,
            partitionField(PartitionId.SLAB_SUMMARY, "count", 63)
                .and(superBlockField("vdo.config.physical_blocks", physical - 1)),
            SUMMARY_PARTITION),
        field("layout.first_free", 5, FREE_POINTERS),
        field("layout.last_free", 5, FREE_POINTERS),
        DamageCase.of(
            "the base of the block map partition is 7",
            CLEAN,
            partitionField(PartitionId.BLOCK_MAP, "base", 7),
            PARTITION_BASE),
        field("vdo.config.slab_journal_blocks", 225, SLAB_CONFIG_COPY),
        onNew(
            "slab_depot.slab_config.data_blocks",
            slabs.dataBlocks() - 1,
            SLAB_CONFIG_SUM,
            SLAB_CONFIG_VALUES),
        field("slab_depot.slab_config.slab_journal_flushing_threshold", 1, SLAB_CONFIG_VALUES),
        onNew("slab_depot.first_block", slabs.slabStart(1), FIRST_SLAB, SLABS_UNUSED),
        onNew("slab_depot.last_block", slabs.endBlock() + 1, LAST_SLAB),
        field("slab_depot.last_block", slabs.slabStart(2), SLABS_UNUSED));
  }

  private static DamageCase field(String field, long value, ProblemCode... expected) {
    return DamageCase.of(field + " = " + value, CLEAN, superBlockField(field, value), expected);
  }

  private static DamageCase onNew(String field, long value, ProblemCode... expected) {
    return DamageCase.of(
        "new: " + field + " = " + value, NEW, superBlockField(field, value), expected);
  }
}
