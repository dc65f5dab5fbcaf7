package io.vdotools.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.testing.FieldTable;
import io.vdotools.testing.Segments;
import org.junit.jupiter.api.Test;

/** Field tables of the structures that several blocks share (format-spec, sections 1 and 3). */
class ComponentTablesTest {
  @Test
  void aComponentHeaderHasTwentyBytes() {
    assertThat(FieldTable.of(ComponentHeader.STRUCT))
        .isEqualTo(
            """
            0 4 id
            4 4 version.major_version
            8 4 version.minor_version
            12 8 size
            20
            """);
  }

  @Test
  void aPartitionRecordHasTwentyFiveBytes() {
    assertThat(FieldTable.of(Partition.STRUCT))
        .isEqualTo(
            """
            0 1 id
            1 8 offset
            9 8 base
            17 8 count
            25
            """);
  }

  @Test
  void theEncodedComponentsHaveTheSizesOfTheConstantIndex() {
    assertThat(VdoComponent.STRUCT.sizeBytes()).isEqualTo(76);
    assertThat(LayoutComponent.STRUCT.sizeBytes()).isEqualTo(137);
    assertThat(RecoveryJournalComponent.STRUCT.sizeBytes()).isEqualTo(44);
    assertThat(SlabDepotComponent.STRUCT.sizeBytes()).isEqualTo(93);
    assertThat(BlockMapComponent.STRUCT.sizeBytes()).isEqualTo(52);
    assertThat(Region.STRUCT.sizeBytes()).isEqualTo(12);
    assertThat(IndexConfig.STRUCT.sizeBytes()).isEqualTo(9);
    assertThat(VersionNumber.STRUCT.sizeBytes()).isEqualTo(8);
  }

  @Test
  void theSizeInAHeaderCountsWhatFollowsIt() {
    int header = ComponentHeader.STRUCT.sizeBytes();

    assertThat(header + ComponentId.LAYOUT.dataBytes())
        .isEqualTo(LayoutComponent.STRUCT.sizeBytes());
    assertThat(header + ComponentId.RECOVERY_JOURNAL.dataBytes())
        .isEqualTo(RecoveryJournalComponent.STRUCT.sizeBytes());
    assertThat(header + ComponentId.SLAB_DEPOT.dataBytes())
        .isEqualTo(SlabDepotComponent.STRUCT.sizeBytes());
    assertThat(header + ComponentId.BLOCK_MAP.dataBytes())
        .isEqualTo(BlockMapComponent.STRUCT.sizeBytes());
    assertThat(header + ComponentId.SUPER_BLOCK.dataBytes())
        .isEqualTo(SuperBlock.STRUCT.sizeBytes());
    assertThat(ComponentId.GEOMETRY_BLOCK.dataBytes())
        .isEqualTo(GeometryBlock.STRUCT_5.sizeBytes());
  }

  @Test
  void writersStoreTheHeadersOfTheFormatDescription() {
    assertThat(header(ComponentId.SUPER_BLOCK))
        .isEqualTo("00 00 00 00 0c 00 00 00 00 00 00 00 a2 01 00 00 00 00 00 00");
    assertThat(header(ComponentId.LAYOUT))
        .isEqualTo("01 00 00 00 03 00 00 00 00 00 00 00 75 00 00 00 00 00 00 00");
    assertThat(header(ComponentId.RECOVERY_JOURNAL))
        .isEqualTo("02 00 00 00 07 00 00 00 00 00 00 00 18 00 00 00 00 00 00 00");
    assertThat(header(ComponentId.SLAB_DEPOT))
        .isEqualTo("03 00 00 00 02 00 00 00 00 00 00 00 49 00 00 00 00 00 00 00");
    assertThat(header(ComponentId.BLOCK_MAP))
        .isEqualTo("04 00 00 00 02 00 00 00 00 00 00 00 20 00 00 00 00 00 00 00");
    assertThat(header(ComponentId.GEOMETRY_BLOCK))
        .isEqualTo("05 00 00 00 05 00 00 00 00 00 00 00 65 00 00 00 00 00 00 00");
  }

  private static String header(ComponentId id) {
    var bytes = Segments.zeros(ComponentHeader.STRUCT.sizeBytes());
    ComponentHeader.of(id).encode(bytes);
    return Segments.hex(bytes, 0, bytes.byteSize());
  }

  @Test
  void versionsAndHeadersAreShownUnsigned() {
    assertThat(new VersionNumber(0xffff_ffffL, 1)).hasToString("4294967295.1");
    assertThat(new ComponentHeader(3, new VersionNumber(2, 0), -1))
        .hasToString("id 3 version 2.0 size 18446744073709551615");
  }

  @Test
  void theLimitsAreThoseOfTheFormatDescription() {
    assertThat(Limits.PHYSICAL_BLOCKS).isEqualTo(68_719_476_736L);
    assertThat(Limits.LOGICAL_BLOCKS).isEqualTo(1_099_511_627_776L);
    assertThat(Limits.SEQUENCE_NUMBERS).isEqualTo(281_474_976_710_656L);
    assertThat(Limits.MINIMUM_SLAB_BLOCKS).isEqualTo(8_192);
    assertThat(Limits.MAXIMUM_SLAB_BLOCKS).isEqualTo(8_388_608);
    assertThat(Limits.MAXIMUM_SLAB_BLOCKS * Limits.SLABS).isEqualTo(Limits.PHYSICAL_BLOCKS);
    assertThat(BlockSize.SECTORS_PER_BLOCK).isEqualTo(8);
  }

  @Test
  void aStateHasTheCodeOfTheFormatDescription() {
    assertThat(VolumeState.of(0)).isEqualTo(VolumeState.DIRTY);
    assertThat(VolumeState.of(1)).isEqualTo(VolumeState.NEW);
    assertThat(VolumeState.of(2)).isEqualTo(VolumeState.CLEAN);
    assertThat(VolumeState.of(3)).isEqualTo(VolumeState.READ_ONLY_MODE);
    assertThat(VolumeState.of(4)).isEqualTo(VolumeState.FORCE_REBUILD);
    assertThat(VolumeState.of(5)).isEqualTo(VolumeState.RECOVERING);
    assertThat(VolumeState.of(6)).isEqualTo(VolumeState.REPLAYING);
    assertThat(VolumeState.of(7)).isEqualTo(VolumeState.REBUILD_FOR_UPGRADE);
    assertThat(VolumeState.of(8)).isEqualTo(VolumeState.UNKNOWN);
    assertThat(VolumeState.of(0xffff_ffffL)).isEqualTo(VolumeState.UNKNOWN);
    assertThat(VolumeState.of(1L << 32)).isEqualTo(VolumeState.UNKNOWN);
  }

  @Test
  void aStateIsRecoveredOrRebuiltOrNeither() {
    assertThat(VolumeState.values())
        .filteredOn(VolumeState::needsRecovery)
        .containsExactly(VolumeState.DIRTY, VolumeState.REPLAYING);
    assertThat(VolumeState.values())
        .filteredOn(VolumeState::awaitsRebuild)
        .containsExactly(
            VolumeState.READ_ONLY_MODE, VolumeState.FORCE_REBUILD, VolumeState.REBUILD_FOR_UPGRADE);
  }
}
