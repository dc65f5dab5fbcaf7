package io.vdotools.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.bytes.Bytes;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.depot.SlabConfig;
import io.vdotools.format.depot.SlabSummary;
import io.vdotools.format.index.IndexGeometry;
import io.vdotools.testing.FieldTable;
import io.vdotools.testing.Segments;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The super block (format-spec, sections 3 and 15.2). */
class SuperBlockTest {
  /** The golden vector of section 3.1: what the released formatter wrote on 5 GiB. */
  private static final String NEW_VOLUME =
      """
      00 00 00 00 0c 00 00 00 00 00 00 00 a2 01 00 00 00 00 00 00 00 00 00 00 43 00 00 00 00 00 00 00
      29 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 64 fb 07 00
      00 00 00 00 00 00 14 00 00 00 00 00 00 00 08 00 00 00 00 00 00 80 00 00 00 00 00 00 e0 00 00 00
      00 00 00 00 08 07 06 05 04 03 02 01 01 00 00 00 03 00 00 00 00 00 00 00 75 00 00 00 00 00 00 00
      c0 7f 13 00 00 00 00 00 c0 7f 13 00 00 00 00 00 04 01 15 5d 0a 00 00 00 00 00 00 00 00 00 00 00
      00 00 ab 22 09 00 00 00 00 00 02 c0 7f 13 00 00 00 00 00 00 00 00 00 00 00 00 00 00 80 00 00 00
      00 00 00 03 c0 ff 13 00 00 00 00 00 00 00 00 00 00 00 00 00 40 00 00 00 00 00 00 00 00 d9 5c 0a
      00 00 00 00 00 00 00 00 00 00 00 00 00 3c 00 00 00 00 00 00 00 02 00 00 00 07 00 00 00 00 00 00
      00 18 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
      00 03 00 00 00 02 00 00 00 00 00 00 00 49 00 00 00 00 00 00 00 00 00 08 00 00 00 00 00 9e fe 07
      00 00 00 00 00 82 00 00 00 00 00 00 00 e0 00 00 00 00 00 00 00 a8 00 00 00 00 00 00 00 d0 00 00
      00 00 00 00 00 de 00 00 00 00 00 00 00 15 5d 0a 00 00 00 00 00 15 5d 12 00 00 00 00 00 00 04 00
      00 00 02 00 00 00 00 00 00 00 20 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00
      00 00 d9 5c 0a 00 00 00 00 00 3c 00 00 00 00 00 00 00 75 72 fd ad
      """;

  /** The worked example of section 15.2: what the driver's unit test wrote. */
  private static final String UNIT_TEST_IMAGE =
      """
      00 00 00 00 0c 00 00 00  00 00 00 00 a2 01 00 00  00 00 00 00 00 00 00 00  43 00 00 00 00 00 00 00
      29 00 00 00 00 00 00 00  02 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  00 00 00 00 80 00 00 00
      00 00 00 00 80 01 00 00  00 00 00 00 80 00 00 00  00 00 00 00 02 00 00 00  00 00 00 00 02 00 00 00
      00 00 00 00 ed fe ed ac  ef be ad de 01 00 00 00  03 00 00 00 00 00 00 00  75 00 00 00 00 00 00 00
      3e 01 00 00 00 00 00 00  3e 01 00 00 00 00 00 00  04 00 02 00 00 00 00 00  00 00 00 00 00 00 00 00
      00 00 3c 00 00 00 00 00  00 00 03 40 01 00 00 00  00 00 00 00 00 00 00 00  00 00 00 40 00 00 00 00
      00 00 00 02 3e 01 00 00  00 00 00 00 00 00 00 00  00 00 00 00 02 00 00 00  00 00 00 00 01 3e 00 00
      00 00 00 00 00 00 00 00  00 00 00 00 00 00 01 00  00 00 00 00 00 02 00 00  00 07 00 00 00 00 00 00
      00 18 00 00 00 00 00 00  00 02 00 00 00 00 00 00  00 30 00 00 00 00 00 00  00 04 00 00 00 00 00 00
      00 03 00 00 00 02 00 00  00 00 00 00 00 49 00 00  00 00 00 00 00 80 00 00  00 00 00 00 00 40 00 00
      00 00 00 00 00 01 00 00  00 00 00 00 00 02 00 00  00 00 00 00 00 02 00 00  00 00 00 00 00 02 00 00
      00 00 00 00 00 02 00 00  00 00 00 00 00 3e 00 00  00 00 00 00 00 3e 01 00  00 00 00 00 00 01 04 00
      00 00 02 00 00 00 00 00  00 00 20 00 00 00 00 00  00 00 01 00 00 00 00 00  00 00 00 00 00 00 00 00
      00 00 02 00 00 00 00 00  00 00 3c 00 00 00 00 00  00 00 6d 4e 6c b7
      """;

  @Test
  void itHasTheFieldsOfTheFormatDescription() {
    assertThat(FieldTable.of(SuperBlock.STRUCT))
        .isEqualTo(
            """
            0 4 header.id
            4 4 header.version.major_version
            8 4 header.version.minor_version
            12 8 header.size
            20 4 release_version
            24 4 version.major_version
            28 4 version.minor_version
            32 4 vdo.version.major_version
            36 4 vdo.version.minor_version
            40 4 vdo.state
            44 8 vdo.complete_recoveries
            52 8 vdo.read_only_recoveries
            60 8 vdo.config.logical_blocks
            68 8 vdo.config.physical_blocks
            76 8 vdo.config.slab_size
            84 8 vdo.config.recovery_journal_size
            92 8 vdo.config.slab_journal_blocks
            100 8 vdo.nonce
            108 4 layout.header.id
            112 4 layout.header.version.major_version
            116 4 layout.header.version.minor_version
            120 8 layout.header.size
            128 8 layout.first_free
            136 8 layout.last_free
            144 1 layout.partition_count
            145 1 layout.partitions[0].id
            146 8 layout.partitions[0].offset
            154 8 layout.partitions[0].base
            162 8 layout.partitions[0].count
            170 1 layout.partitions[1].id
            171 8 layout.partitions[1].offset
            179 8 layout.partitions[1].base
            187 8 layout.partitions[1].count
            195 1 layout.partitions[2].id
            196 8 layout.partitions[2].offset
            204 8 layout.partitions[2].base
            212 8 layout.partitions[2].count
            220 1 layout.partitions[3].id
            221 8 layout.partitions[3].offset
            229 8 layout.partitions[3].base
            237 8 layout.partitions[3].count
            245 4 recovery_journal.header.id
            249 4 recovery_journal.header.version.major_version
            253 4 recovery_journal.header.version.minor_version
            257 8 recovery_journal.header.size
            265 8 recovery_journal.journal_start
            273 8 recovery_journal.logical_blocks_used
            281 8 recovery_journal.block_map_data_blocks
            289 4 slab_depot.header.id
            293 4 slab_depot.header.version.major_version
            297 4 slab_depot.header.version.minor_version
            301 8 slab_depot.header.size
            309 8 slab_depot.slab_config.slab_blocks
            317 8 slab_depot.slab_config.data_blocks
            325 8 slab_depot.slab_config.reference_count_blocks
            333 8 slab_depot.slab_config.slab_journal_blocks
            341 8 slab_depot.slab_config.slab_journal_flushing_threshold
            349 8 slab_depot.slab_config.slab_journal_blocking_threshold
            357 8 slab_depot.slab_config.slab_journal_scrubbing_threshold
            365 8 slab_depot.first_block
            373 8 slab_depot.last_block
            381 1 slab_depot.zone_count
            382 4 block_map.header.id
            386 4 block_map.header.version.major_version
            390 4 block_map.header.version.minor_version
            394 8 block_map.header.size
            402 8 block_map.flat_page_origin
            410 8 block_map.flat_page_count
            418 8 block_map.root_origin
            426 8 block_map.root_count
            434 4 checksum
            438
            """);
  }

  @Test
  void aNewVolumeMadeFromValuesHasTheBytesOfTheReleasedFormatter() {
    long physicalBlocks = 1_310_720;
    long journalBlocks = 32_768;
    long dataStart = 1 + IndexGeometry.of(-256, false).orElseThrow().blocks();
    long depotStart = dataStart + 1 + Forest.DEFAULT_ROOT_COUNT;
    long summaryStart = physicalBlocks - SlabSummary.BLOCKS;
    long journalStart = summaryStart - journalBlocks;
    var slabs = SlabConfig.of(1 << 19, 224);
    var superBlock =
        new SuperBlock(
            ComponentHeader.of(ComponentId.SUPER_BLOCK),
            0,
            SuperBlock.VOLUME_VERSION,
            new VdoComponent(
                VdoComponent.VERSION,
                VolumeState.NEW.code(),
                0,
                0,
                new VdoConfig(523_108, physicalBlocks, 1 << 19, journalBlocks, 224),
                0x0102030405060708L),
            new LayoutComponent(
                ComponentHeader.of(ComponentId.LAYOUT),
                journalStart,
                journalStart,
                LayoutComponent.PARTITION_COUNT,
                List.of(
                    partition(PartitionId.SLAB_DEPOT, depotStart, journalStart),
                    partition(PartitionId.RECOVERY_JOURNAL, journalStart, summaryStart),
                    partition(PartitionId.SLAB_SUMMARY, summaryStart, physicalBlocks),
                    partition(PartitionId.BLOCK_MAP, dataStart + 1, depotStart))),
            new RecoveryJournalComponent(ComponentHeader.of(ComponentId.RECOVERY_JOURNAL), 1, 0, 0),
            new SlabDepotComponent(
                ComponentHeader.of(ComponentId.SLAB_DEPOT),
                slabs,
                depotStart,
                depotStart + slabs.slabBlocks(),
                0),
            new BlockMapComponent(
                ComponentHeader.of(ComponentId.BLOCK_MAP),
                BlockMapComponent.FLAT_PAGE_ORIGIN,
                0,
                dataStart + 1,
                Forest.DEFAULT_ROOT_COUNT),
            0,
            Bytes.zeros(4096 - SuperBlock.STRUCT.sizeBytes()));
    var block = Segments.zeroBlock();
    superBlock.encode(block);
    SuperBlock.sealChecksum(block);

    assertThat(Segments.array(block)).isEqualTo(Segments.array(Segments.blockOfHex(NEW_VOLUME)));
    assertThat(dataStart).isEqualTo(679_128);
  }

  private static Partition partition(PartitionId id, long start, long end) {
    return new Partition(id.id(), start, 0, end - start);
  }

  @Test
  void theGoldenVectorIsPlausible() {
    var block = Segments.blockOfHex(NEW_VOLUME);

    assertThat(SuperBlock.isPlausible(block)).isTrue();
    assertThat(SuperBlock.computeChecksum(block)).isEqualTo(0xADFD7275L);
    assertThat(SuperBlock.decode(block).vdo().state()).isEqualTo(VolumeState.NEW);
  }

  @Test
  void theWorkedExampleIsDecoded() {
    var block = Segments.blockOfHex(UNIT_TEST_IMAGE);
    var superBlock = SuperBlock.decode(block);

    assertThat(SuperBlock.isPlausible(block)).isTrue();
    assertThat(superBlock.checksum()).isEqualTo(0xB76C4E6DL);
    assertThat(superBlock.volumeVersion()).hasToString("67.0");
    assertThat(superBlock.vdo().version()).hasToString("41.0");
    assertThat(superBlock.vdo().state()).isEqualTo(VolumeState.CLEAN);
    assertThat(superBlock.vdo().config()).isEqualTo(new VdoConfig(128, 384, 128, 2, 2));
    assertThat(superBlock.vdo().nonce()).isEqualTo(0xDEADBEEFACEDFEEDL);
    assertThat(superBlock.layout().firstFree()).isEqualTo(318);
    assertThat(superBlock.layout().partitions())
        .containsExactly(
            new Partition(0, 2, 0, 60),
            new Partition(3, 320, 0, 64),
            new Partition(2, 318, 0, 2),
            new Partition(1, 62, 0, 256));
    assertThat(superBlock.recoveryJournal().journalStart()).isEqualTo(2);
    assertThat(superBlock.recoveryJournal().logicalBlocksUsed()).isEqualTo(48);
    assertThat(superBlock.recoveryJournal().blockMapDataBlocks()).isEqualTo(4);
    assertThat(superBlock.slabDepot().slabConfig())
        .isEqualTo(new SlabConfig(128, 64, 1, 2, 2, 2, 2));
    assertThat(superBlock.slabDepot().firstBlock()).isEqualTo(62);
    assertThat(superBlock.slabDepot().lastBlock()).isEqualTo(318);
    assertThat(superBlock.slabDepot().zoneCount()).isEqualTo(1);
    assertThat(superBlock.blockMap().rootOrigin()).isEqualTo(2);
    assertThat(superBlock.blockMap().rootCount()).isEqualTo(60);
  }

  @Test
  void partitionsAreFoundByTheirIdInAnyOrder() {
    for (var vector : List.of(NEW_VOLUME, UNIT_TEST_IMAGE)) {
      var layout = SuperBlock.decode(Segments.blockOfHex(vector)).layout();
      for (var id : PartitionId.values()) {
        assertThat(layout.partition(id).orElseThrow().id()).isEqualTo(id.id());
      }
      assertThat(layout.partition(PartitionId.BLOCK_MAP).orElseThrow().end())
          .isEqualTo(layout.partition(PartitionId.SLAB_DEPOT).orElseThrow().offset());
    }
  }

  @Test
  void aPartitionThatNoRecordNamesIsNotFound() {
    var block = Segments.blockOfHex(NEW_VOLUME);
    block.set(ValueLayout.JAVA_BYTE, 145, (byte) 4);

    assertThat(SuperBlock.decode(block).layout().partition(PartitionId.SLAB_DEPOT)).isEmpty();
  }

  @Test
  void everyFlippedBitBeforeTheEndOfTheChecksumMakesItImplausible() {
    var original = Segments.blockOfHex(NEW_VOLUME);
    for (int bit = 0; bit < SuperBlock.STRUCT.sizeBytes() * Byte.SIZE; bit++) {
      var block = Segments.copy(original);
      flip(block, bit);
      assertThat(SuperBlock.isPlausible(block)).as("bit %d", bit).isFalse();
    }
  }

  @Test
  void theUnusedRestIsNotCovered() {
    var block = Segments.blockOfHex(NEW_VOLUME);
    flip(block, SuperBlock.STRUCT.sizeBytes() * Byte.SIZE);

    assertThat(SuperBlock.isPlausible(block)).isTrue();
    assertThat(SuperBlock.decode(block).trailing().isZero()).isFalse();
  }

  private static void flip(MemorySegment block, int bit) {
    long at = bit / Byte.SIZE;
    byte old = block.get(ValueLayout.JAVA_BYTE, at);
    block.set(ValueLayout.JAVA_BYTE, at, (byte) (old ^ 1 << bit % Byte.SIZE));
  }

  @Test
  void aChangedStateAndConfigurationTouchTheirFieldsOnly() {
    var before = Segments.blockOfHex(UNIT_TEST_IMAGE);
    var superBlock = SuperBlock.decode(before);
    var vdo = superBlock.vdo();
    var after = Segments.zeroBlock();
    superBlock
        .withVdo(
            vdo.withState(VolumeState.FORCE_REBUILD).withConfig(new VdoConfig(128, 384, 1, 2, 3)))
        .encode(after);

    var expected = Segments.copy(before);
    expected.set(ValueLayout.JAVA_BYTE, 40, (byte) 4);
    expected.set(ValueLayout.JAVA_BYTE, 76, (byte) 1);
    expected.set(ValueLayout.JAVA_BYTE, 92, (byte) 3);
    assertThat(Segments.array(after)).isEqualTo(Segments.array(expected));
  }

  @Test
  void theMarkOfJournalBlocksIsTheLowByteOfTheRecoveries() {
    var vdo = SuperBlock.decode(Segments.blockOfHex(NEW_VOLUME)).vdo();
    var recovered =
        new VdoComponent(vdo.version(), vdo.stateCode(), 0x1fe, 0, vdo.config(), vdo.nonce());

    assertThat(vdo.recoveryCountByte()).isZero();
    assertThat(recovered.recoveryCountByte()).isEqualTo(0xfe);
  }
}
