package io.vdotools.model;

import io.vdotools.bytes.Bytes;
import io.vdotools.format.BlockMapComponent;
import io.vdotools.format.BlockSize;
import io.vdotools.format.ComponentHeader;
import io.vdotools.format.ComponentId;
import io.vdotools.format.LayoutComponent;
import io.vdotools.format.Limits;
import io.vdotools.format.Partition;
import io.vdotools.format.RecoveryJournalComponent;
import io.vdotools.format.SlabDepotComponent;
import io.vdotools.format.SuperBlock;
import io.vdotools.format.VdoComponent;
import io.vdotools.format.VdoConfig;
import io.vdotools.format.VersionNumber;
import io.vdotools.format.VolumeState;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.depot.SlabConfig;
import io.vdotools.format.depot.SlabGeometry;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;

/**
 * What the super block says, each field but the headers and the checksum, which follow.
 *
 * @param releaseVersion that of the geometry block
 * @param volumeVersion 67.0
 * @param componentVersion 41.0
 * @param stateCode see {@link VolumeState}
 * @param completeRecoveries recoveries and rebuilds finished
 * @param readOnlyRecoveries forced rebuilds started
 * @param config the sizes
 * @param nonce that of the geometry block
 * @param layout the partition table
 * @param journal where the recovery journal stands
 * @param depot where the slabs lie
 * @param blockMap where the roots of the block map lie
 * @param unused what follows the checksum in the block, up to the last byte that is not 0; empty on
 *     new volumes
 */
public record SuperBlockFields(
    long releaseVersion,
    VersionNumber volumeVersion,
    VersionNumber componentVersion,
    long stateCode,
    long completeRecoveries,
    long readOnlyRecoveries,
    VdoConfig config,
    long nonce,
    Layout layout,
    JournalState journal,
    Depot depot,
    BlockMapRoots blockMap,
    Bytes unused) {

  /**
   * The partition table.
   *
   * @param firstFree start of the recovery journal
   * @param lastFree start of the recovery journal
   * @param partitions four, in stored order
   */
  public record Layout(long firstFree, long lastFree, List<Partition> partitions) {
    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if there are not four
     */
    public Layout {
      partitions = List.copyOf(partitions);
      if (partitions.size() != LayoutComponent.PARTITION_COUNT) {
        throw new IllegalArgumentException(partitions.size() + " partitions");
      }
    }
  }

  /**
   * Where the recovery journal stands.
   *
   * @param journalStart the sequence number with which it goes on
   * @param logicalBlocksUsed LBNs whose mapping is not "unmapped"
   * @param blockMapDataBlocks pages of the block map outside the roots
   */
  public record JournalState(long journalStart, long logicalBlocksUsed, long blockMapDataBlocks) {}

  /**
   * Where the slabs lie.
   *
   * @param slabConfig the division of each slab
   * @param firstBlock the first PBN of slab 0
   * @param lastBlock the PBN after the last slab
   * @param zoneCount physical zones of the last run
   */
  public record Depot(SlabConfig slabConfig, long firstBlock, long lastBlock, int zoneCount) {}

  /**
   * Where the roots of the block map lie.
   *
   * @param flatPageOrigin 1, a leftover
   * @param flatPageCount 0, a leftover
   * @param rootOrigin the PBN of the first root page
   * @param rootCount 60
   */
  public record BlockMapRoots(
      long flatPageOrigin, long flatPageCount, long rootOrigin, long rootCount) {}

  /** {@return what a super block says} */
  public static SuperBlockFields of(SuperBlock block) {
    var vdo = block.vdo();
    return new SuperBlockFields(
        block.releaseVersion(),
        block.volumeVersion(),
        vdo.version(),
        vdo.stateCode(),
        vdo.completeRecoveries(),
        vdo.readOnlyRecoveries(),
        vdo.config(),
        vdo.nonce(),
        new Layout(
            block.layout().firstFree(), block.layout().lastFree(), block.layout().partitions()),
        new JournalState(
            block.recoveryJournal().journalStart(),
            block.recoveryJournal().logicalBlocksUsed(),
            block.recoveryJournal().blockMapDataBlocks()),
        new Depot(
            block.slabDepot().slabConfig(),
            block.slabDepot().firstBlock(),
            block.slabDepot().lastBlock(),
            block.slabDepot().zoneCount()),
        new BlockMapRoots(
            block.blockMap().flatPageOrigin(),
            block.blockMap().flatPageCount(),
            block.blockMap().rootOrigin(),
            block.blockMap().rootCount()),
        UnusedBytes.trimmed(block.trailing()));
  }

  /**
   * {@return the same of a volume that was used and stopped: in state CLEAN, with other totals, and
   * with one physical zone at least}
   */
  public SuperBlockFields cleanWith(JournalState newJournal) {
    return new SuperBlockFields(
        releaseVersion,
        volumeVersion,
        componentVersion,
        VolumeState.CLEAN.code(),
        completeRecoveries,
        readOnlyRecoveries,
        config,
        nonce,
        layout,
        newJournal,
        new Depot(
            depot.slabConfig(),
            depot.firstBlock(),
            depot.lastBlock(),
            Math.max(1, depot.zoneCount())),
        blockMap,
        unused);
  }

  /**
   * {@return the super block that says this, with the right headers and checksum}
   *
   * @throws IllegalArgumentException if there are more unused bytes than a block has room for
   */
  public SuperBlock toSuperBlock() {
    var block =
        new SuperBlock(
            ComponentHeader.of(ComponentId.SUPER_BLOCK),
            releaseVersion,
            volumeVersion,
            new VdoComponent(
                componentVersion, stateCode, completeRecoveries, readOnlyRecoveries, config, nonce),
            new LayoutComponent(
                ComponentHeader.of(ComponentId.LAYOUT),
                layout.firstFree(),
                layout.lastFree(),
                LayoutComponent.PARTITION_COUNT,
                layout.partitions()),
            new RecoveryJournalComponent(
                ComponentHeader.of(ComponentId.RECOVERY_JOURNAL),
                journal.journalStart(),
                journal.logicalBlocksUsed(),
                journal.blockMapDataBlocks()),
            new SlabDepotComponent(
                ComponentHeader.of(ComponentId.SLAB_DEPOT),
                depot.slabConfig(),
                depot.firstBlock(),
                depot.lastBlock(),
                depot.zoneCount()),
            new BlockMapComponent(
                ComponentHeader.of(ComponentId.BLOCK_MAP),
                blockMap.flatPageOrigin(),
                blockMap.flatPageCount(),
                blockMap.rootOrigin(),
                blockMap.rootCount()),
            0,
            UnusedBytes.padded(unused, BlockSize.BLOCK - SuperBlock.STRUCT.sizeBytes()));
    try (var arena = Arena.ofConfined()) {
      var bytes = arena.allocate(BlockSize.BLOCK);
      block.encode(bytes);
      SuperBlock.sealChecksum(bytes);
      return SuperBlock.decode(bytes);
    }
  }

  /** {@return the state, {@link VolumeState#UNKNOWN} for a code that no driver writes} */
  public VolumeState state() {
    return VolumeState.of(stateCode);
  }

  /** {@return where the slabs lie, if the numbers for that make sense} */
  public Optional<SlabGeometry> slabs() {
    return SlabGeometry.of(depot.firstBlock(), depot.lastBlock(), depot.slabConfig());
  }

  /** {@return the shape of the block map, if the logical size is a possible one} */
  public Optional<Forest> forest() {
    return config.logicalBlocks() > 0 && config.logicalBlocks() <= Limits.LOGICAL_BLOCKS
        ? Optional.of(new Forest(Forest.DEFAULT_ROOT_COUNT, config.logicalBlocks()))
        : Optional.empty();
  }
}
