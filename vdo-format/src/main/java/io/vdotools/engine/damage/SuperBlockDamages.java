package io.vdotools.engine.damage;

import static io.vdotools.engine.damage.DamageCatalogue.field;
import static io.vdotools.engine.damage.NamedDamage.Condition.ANY;
import static io.vdotools.engine.damage.NamedDamage.Condition.CLEAN;
import static io.vdotools.engine.damage.NamedDamage.Condition.INDEX;
import static io.vdotools.engine.damage.NamedDamage.Condition.NEW;
import static io.vdotools.problem.ProblemCode.*;

import io.vdotools.engine.Volume;
import io.vdotools.engine.damage.NamedDamage.Condition;
import io.vdotools.format.BlockSize;
import io.vdotools.format.GeometryBlock;
import io.vdotools.format.PartitionId;
import io.vdotools.problem.ProblemCode;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Damages to the geometry block, the super block and what they say of the layout. */
final class SuperBlockDamages {
  private SuperBlockDamages() {}

  static List<NamedDamage> all() {
    var all = new ArrayList<NamedDamage>();
    all.addAll(geometry());
    all.addAll(superBlock());
    all.addAll(layout());
    return all;
  }

  private static List<NamedDamage> geometry() {
    return List.of(
        field(ANY, "geometry.header.version.minor_version=1", GEOMETRY_VERSION),
        field(ANY, "geometry.checksum=7", GEOMETRY_CHECKSUM),
        field(INDEX, "geometry.regions[0].id=7", REGION_IDS),
        field(INDEX, "geometry.regions[1].id=0", REGION_IDS),
        field(INDEX, "geometry.regions[0].start_block=0", REGION_STARTS),
        field(INDEX, "geometry.bio_offset=600", BIO_OFFSET),
        field(INDEX, "geometry.index_config.mem=-3", INDEX_CONFIG),
        field(INDEX, "geometry.index_config.sparse=2", INDEX_CONFIG),
        field(INDEX, "geometry.index_config.mem=1", INDEX_REGION_SIZE),
        field(ANY, "geometry.uuid=0", IDENTITY_ZERO),
        field(ANY, "geometry.nonce=99", NONCE_DIFFERS),
        of(
            ANY,
            "geometry.release-version",
            "geometry block and super block name a release that never was",
            Damage.geometryField("release_version", 5)
                .and(Damage.superBlockField("release_version", 5)),
            RELEASE_VERSION),
        of(
            ANY,
            "geometry.trailing-byte",
            "there is a byte behind the checksum",
            Damage.edit(
                _ -> GeometryBlock.LOCATION,
                block -> block.set(ValueLayout.JAVA_BYTE, 200, (byte) 1)),
            GEOMETRY_TRAILING_BYTES),
        of(
            INDEX,
            "geometry.second",
            "another geometry block lies where a conversion to LVM leaves one",
            Damage.copy(_ -> GeometryBlock.LOCATION, _ -> Volume.CONVERSION_START + 19),
            SECOND_GEOMETRY));
  }

  private static List<NamedDamage> superBlock() {
    return List.of(
        field(ANY, "super-block.header.version.minor_version=1", SUPER_BLOCK_HEADER),
        field(ANY, "super-block.checksum=7", SUPER_BLOCK_CHECKSUM),
        field(ANY, "super-block.release_version=131337", RELEASE_VERSION_DIFFERS),
        field(ANY, "super-block.version.major_version=66", VOLUME_VERSION),
        field(ANY, "super-block.version.minor_version=1", VOLUME_VERSION),
        field(ANY, "super-block.vdo.version.minor_version=1", COMPONENT_VERSION),
        field(ANY, "super-block.vdo.state=99", STATE_UNKNOWN),
        field(ANY, "super-block.vdo.nonce=99", NONCE_DIFFERS),
        field(ANY, "super-block.layout.header.size=118", COMPONENT_HEADER),
        field(ANY, "super-block.recovery_journal.header.id=9", COMPONENT_HEADER),
        field(ANY, "super-block.slab_depot.header.version.major_version=1", COMPONENT_HEADER),
        field(ANY, "super-block.block_map.header.version.minor_version=1", COMPONENT_HEADER),
        of(
            ANY,
            "super-block.trailing-byte",
            "there is a byte behind the first sector",
            Damage.edit(
                areas -> areas.volume().superBlockPbn(),
                block -> block.set(ValueLayout.JAVA_BYTE, BlockSize.SECTOR, (byte) 1)),
            SUPER_BLOCK_TRAILING_BYTES),
        field(ANY, "super-block.vdo.config.slab_size=3000", SLAB_SIZE),
        field(ANY, "super-block.vdo.config.slab_journal_blocks=1", SLAB_JOURNAL_SIZE),
        field(ANY, "super-block.vdo.config.recovery_journal_size=15", RECOVERY_JOURNAL_SIZE),
        field(ANY, "super-block.vdo.config.physical_blocks=0", PHYSICAL_SIZE),
        field(ANY, "super-block.vdo.config.logical_blocks=0x20000000000", LOGICAL_SIZE),
        field(CLEAN, "super-block.vdo.read_only_recoveries=1", RECOVERY_COUNTS),
        field(CLEAN, "super-block.recovery_journal.journal_start=0x1000000000000", JOURNAL_START),
        field(
            CLEAN,
            "super-block.recovery_journal.logical_blocks_used=0x20000000000",
            USED_EXCEEDS_LOGICAL),
        field(
            CLEAN,
            "super-block.recovery_journal.block_map_data_blocks=0x100000000",
            PAGES_EXCEED_FOREST),
        field(CLEAN, "super-block.recovery_journal.logical_blocks_used+=1", LOGICAL_BLOCKS_USED),
        field(
            CLEAN, "super-block.recovery_journal.block_map_data_blocks+=1", BLOCK_MAP_DATA_BLOCKS),
        field(ANY, "super-block.block_map.flat_page_count=1", FLAT_PAGES),
        field(ANY, "super-block.block_map.flat_page_origin=2", FLAT_PAGES),
        field(ANY, "super-block.block_map.root_count=61", ROOT_COUNT),
        field(ANY, "super-block.slab_depot.zone_count=17", ZONE_COUNT_TOO_LARGE),
        field(CLEAN, "super-block.slab_depot.zone_count=0", ZONE_COUNT_ZERO),
        field(CLEAN, "super-block.slab_depot.zone_count=16", ZONES_EXCEED_SLABS),
        field(CLEAN, "super-block.vdo.state=3", READ_ONLY_MODE),
        field(CLEAN, "super-block.vdo.state=4", REBUILD_REQUESTED),
        field(CLEAN, "super-block.vdo.state=7", REBUILD_REQUESTED),
        field(CLEAN, "super-block.recovery_journal.journal_start-=1", JOURNAL_AHEAD_OF_START),
        field(NEW, "super-block.vdo.complete_recoveries=1", NEW_WITH_HISTORY),
        field(NEW, "super-block.recovery_journal.journal_start=2", NEW_WITH_HISTORY),
        field(NEW, "super-block.recovery_journal.logical_blocks_used=1", NEW_WITH_HISTORY));
  }

  private static List<NamedDamage> layout() {
    return List.of(
        field(ANY, "super-block.layout.partition_count=3", PARTITION_TABLE),
        field(ANY, "super-block.vdo.config.physical_blocks-=1", PARTITION_SUM),
        field(ANY, "super-block.vdo.config.recovery_journal_size=64", JOURNAL_PARTITION),
        field(ANY, "super-block.layout.first_free=5", FREE_POINTERS),
        field(ANY, "super-block.layout.last_free=5", FREE_POINTERS),
        field(ANY, "super-block.vdo.config.slab_journal_blocks+=1", SLAB_CONFIG_COPY),
        field(
            ANY,
            "super-block.slab_depot.slab_config.slab_journal_flushing_threshold=1",
            SLAB_CONFIG_VALUES),
        field(NEW, "super-block.slab_depot.slab_config.data_blocks-=1", SLAB_CONFIG_SUM),
        field(NEW, "super-block.slab_depot.last_block+=1", LAST_SLAB),
        of(
            ANY,
            "layout.block-map-moved",
            "the block map's partition begins one block later",
            moved(PartitionId.BLOCK_MAP, "offset", 1),
            PARTITION_ORDER,
            BLOCK_MAP_PARTITION),
        of(
            ANY,
            "layout.summary-short",
            "the slab summary's partition lacks its last block",
            moved(PartitionId.SLAB_SUMMARY, "count", -1)
                .and(
                    Damage.field(
                        Area.SUPER_BLOCK,
                        Position.FIRST,
                        "vdo.config.physical_blocks",
                        old -> old - 1)),
            SUMMARY_PARTITION),
        of(
            ANY,
            "layout.base",
            "the block map's partition has a base",
            Damage.partitionField(PartitionId.BLOCK_MAP, "base", 7),
            PARTITION_BASE),
        of(
            NEW,
            "layout.first-slab-missing",
            "the slabs begin with the second one",
            slabs("slab_depot.first_block", 1),
            FIRST_SLAB),
        of(
            ANY,
            "layout.last-slab-missing",
            "the slabs end before the last one",
            slabs("slab_depot.last_block", -1),
            SLABS_UNUSED));
  }

  private static Damage moved(PartitionId id, String part, long by) {
    return (device, areas) -> {
      var partition =
          areas
              .volume()
              .superBlock()
              .layout()
              .partition(id)
              .orElseThrow(() -> new DamageException("there is no partition " + id.title()));
      long old = part.equals("offset") ? partition.offset() : partition.count();
      Damage.partitionField(id, part, old + by).inflict(device, areas);
    };
  }

  private static Damage slabs(String field, int by) {
    return (device, areas) ->
        Damage.field(
                Area.SUPER_BLOCK,
                Position.FIRST,
                field,
                old -> old + (long) by * areas.slabs().slabBlocks())
            .inflict(device, areas);
  }

  /** A damage that is the same at every place. */
  private static NamedDamage of(
      Condition condition, String name, String title, Damage damage, ProblemCode... expected) {
    return new NamedDamage(name, title, condition, List.of(expected), (_, _) -> damage);
  }
}
