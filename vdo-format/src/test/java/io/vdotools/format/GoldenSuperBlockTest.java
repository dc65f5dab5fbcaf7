package io.vdotools.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.format.depot.SlabConfig;
import io.vdotools.format.depot.SlabSummary;
import io.vdotools.format.index.IndexGeometry;
import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.Segments;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Geometry and super blocks that VDO wrote. */
class GoldenSuperBlockTest {
  @ParameterizedTest
  @MethodSource("io.vdotools.testing.GoldenVolume#all")
  void aGeometryBlockIsEncodedToTheBytesThatVdoWrote(GoldenVolume volume) {
    var block = volume.block(GeometryBlock.LOCATION);
    var encoded = Segments.zeroBlock();
    volume.geometry().encode(encoded);

    assertThat(Segments.array(encoded)).isEqualTo(Segments.array(block));
    assertThat(GeometryBlock.formatOf(block)).isEqualTo(GeometryFormat.V5);
    assertThat(GeometryBlock.computeChecksum(block)).isEqualTo(volume.geometry().checksum());
  }

  @ParameterizedTest
  @MethodSource("io.vdotools.testing.GoldenVolume#all")
  void aGeometrySaysWhatVdosToolsSay(GoldenVolume volume) {
    var geometry = volume.geometry();
    var facts = volume.facts().get("geometry");

    assertThat(geometry.header().version()).hasToString(facts.get("version").asString());
    assertThat(geometry.releaseVersion()).isEqualTo(facts.get("releaseVersion").asLong());
    assertThat(geometry.nonce())
        .isEqualTo(Long.parseUnsignedLong(facts.get("nonce").asString(), 16));
    assertThat(geometry.index().startBlock()).isEqualTo(facts.get("indexStart").asLong());
    assertThat(geometry.data().startBlock()).isEqualTo(facts.get("dataStart").asLong());
    assertThat(geometry.bioOffset()).isZero();
    assertThat(geometry.trailing().isZero()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("io.vdotools.testing.GoldenVolume#all")
  void aSuperBlockIsEncodedToTheBytesThatVdoWrote(GoldenVolume volume) {
    var block = volume.block(volume.geometry().data().startBlock());
    var encoded = Segments.zeroBlock();
    volume.superBlock().encode(encoded);
    assertThat(Segments.array(encoded)).isEqualTo(Segments.array(block));

    assertThat(SuperBlock.isPlausible(block)).isTrue();
    encoded.asSlice(434, 4).fill((byte) 0);
    SuperBlock.sealChecksum(encoded);
    assertThat(Segments.array(encoded)).isEqualTo(Segments.array(block));
  }

  @ParameterizedTest
  @MethodSource("io.vdotools.testing.GoldenVolume#all")
  void aSuperBlockSaysWhatVdosToolsSay(GoldenVolume volume) {
    var superBlock = volume.superBlock();
    var vdo = superBlock.vdo();
    var depot = superBlock.slabDepot();
    var facts = volume.facts().get("superBlock");

    assertThat(superBlock.volumeVersion()).hasToString(facts.get("volumeVersion").asString());
    assertThat(vdo.version()).hasToString(facts.get("componentVersion").asString());
    assertThat(vdo.state()).hasToString(facts.get("state").asString());
    assertThat(vdo.completeRecoveries()).isEqualTo(facts.get("completeRecoveries").asLong());
    assertThat(vdo.readOnlyRecoveries()).isEqualTo(facts.get("readOnlyRecoveries").asLong());
    assertThat(vdo.config().logicalBlocks()).isEqualTo(facts.get("logicalBlocks").asLong());
    assertThat(vdo.config().physicalBlocks()).isEqualTo(facts.get("physicalBlocks").asLong());
    assertThat(superBlock.recoveryJournal().journalStart())
        .isEqualTo(facts.get("journalStart").asLong());
    assertThat(superBlock.recoveryJournal().logicalBlocksUsed())
        .isEqualTo(facts.get("logicalBlocksUsed").asLong());
    assertThat(superBlock.recoveryJournal().blockMapDataBlocks())
        .isEqualTo(facts.get("blockMapDataBlocks").asLong());
    assertThat(depot.slabConfig().dataBlocks()).isEqualTo(facts.get("slabDataBlocks").asLong());
    assertThat(depot.firstBlock()).isEqualTo(facts.get("firstBlock").asLong());
    assertThat(depot.zoneCount()).isEqualTo(facts.get("zoneCount").asInt());
    assertThat(volume.slabs().slabCount()).isEqualTo(facts.get("slabCount").asInt());
    assertThat(superBlock.blockMap().rootOrigin()).isEqualTo(facts.get("rootOrigin").asLong());
    assertThat(vdo.nonce()).isEqualTo(volume.geometry().nonce());
    assertThat(superBlock.trailing().isZero()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("io.vdotools.testing.GoldenVolume#all")
  void theComponentsAreThoseThatOurArithmeticGives(GoldenVolume volume) {
    var superBlock = volume.superBlock();
    var config = superBlock.vdo().config();
    var index = volume.geometry().indexConfig();
    long dataStart =
        1 + IndexGeometry.of(index.memoryCode(), index.isSparse()).orElseThrow().blocks();
    long journalStart =
        config.physicalBlocks() - SlabSummary.BLOCKS - config.recoveryJournalBlocks();

    assertThat(volume.geometry().data().startBlock()).isEqualTo(dataStart);
    assertThat(superBlock.header()).isEqualTo(ComponentHeader.of(ComponentId.SUPER_BLOCK));
    assertThat(superBlock.layout().header()).isEqualTo(ComponentHeader.of(ComponentId.LAYOUT));
    assertThat(superBlock.recoveryJournal().header())
        .isEqualTo(ComponentHeader.of(ComponentId.RECOVERY_JOURNAL));
    assertThat(superBlock.slabDepot().header())
        .isEqualTo(ComponentHeader.of(ComponentId.SLAB_DEPOT));
    assertThat(superBlock.blockMap().header()).isEqualTo(ComponentHeader.of(ComponentId.BLOCK_MAP));
    assertThat(superBlock.layout().firstFree()).isEqualTo(journalStart);
    assertThat(superBlock.slabDepot().slabConfig())
        .isEqualTo(SlabConfig.of(config.slabBlocks(), config.slabJournalBlocks()));
    assertPartition(superBlock, PartitionId.BLOCK_MAP, dataStart + 1, 60);
    assertPartition(
        superBlock, PartitionId.SLAB_DEPOT, dataStart + 61, journalStart - (dataStart + 61));
    assertPartition(
        superBlock, PartitionId.RECOVERY_JOURNAL, journalStart, config.recoveryJournalBlocks());
    assertPartition(
        superBlock,
        PartitionId.SLAB_SUMMARY,
        config.physicalBlocks() - SlabSummary.BLOCKS,
        SlabSummary.BLOCKS);
  }

  private static void assertPartition(
      SuperBlock superBlock, PartitionId id, long offset, long count) {
    var partition = superBlock.layout().partition(id).orElseThrow();

    assertThat(partition.offset()).as(id.title()).isEqualTo(offset);
    assertThat(partition.count()).as(id.title()).isEqualTo(count);
  }
}
