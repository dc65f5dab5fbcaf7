package io.vdotools.engine.build;

import io.vdotools.engine.Volume;
import io.vdotools.format.GeometryBlock;
import io.vdotools.format.LayoutComponent;
import io.vdotools.format.Limits;
import io.vdotools.format.Partition;
import io.vdotools.format.PartitionId;
import io.vdotools.format.RecoveryJournalComponent;
import io.vdotools.format.SlabDepotComponent;
import io.vdotools.format.SuperBlock;
import io.vdotools.format.VdoComponent;
import io.vdotools.format.VdoConfig;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.depot.SlabConfig;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.depot.SlabSummary;
import io.vdotools.model.GeometryFields;
import io.vdotools.model.ModelException;
import io.vdotools.model.SuperBlockFields;
import java.util.ArrayList;

/**
 * Where everything lies on the volume that is built. Exists only where the numbers fit together, so
 * that whoever computes with them need not fear hostile ones.
 *
 * @param geometry the geometry block
 * @param superBlock the super block; its totals are still those that were given
 * @param slabs the slabs
 * @param forest the shape of the block map
 */
public record TargetLayout(
    GeometryBlock geometry, SuperBlock superBlock, SlabGeometry slabs, Forest forest) {

  /**
   * {@return the layout of a volume as its content says, but for what is to differ}
   *
   * @param geometryFields what the geometry block says
   * @param superBlockFields what the super block says
   * @param size what is to differ
   * @throws ModelException if there can be no such volume
   */
  static TargetLayout of(
      GeometryFields geometryFields, SuperBlockFields superBlockFields, TargetSize size)
      throws ModelException {
    var geometry = geometryFields.toBlock();
    var superBlock = superBlockFields.toSuperBlock();
    if (!superBlock.volumeVersion().equals(SuperBlock.VOLUME_VERSION)
        || !superBlock.vdo().version().equals(VdoComponent.VERSION)) {
      throw new ModelException(
          "volume version %s with component version %s; possible is %s with %s"
              .formatted(
                  superBlock.volumeVersion(),
                  superBlock.vdo().version(),
                  SuperBlock.VOLUME_VERSION,
                  VdoComponent.VERSION));
    }
    checkSizes(geometry, superBlock);
    checkPartitions(geometry, superBlock);
    var resized = size.isUnchanged() ? superBlock : resized(superBlock, size);
    var depot = resized.slabDepot();
    var slabs = SlabGeometry.of(depot.firstBlock(), depot.lastBlock(), depot.slabConfig());
    var partition = partition(resized, PartitionId.SLAB_DEPOT);
    if (slabs.isEmpty()
        || depot.slabConfig().slabBlocks() != resized.vdo().config().slabBlocks()
        || depot.firstBlock() != partition.offset()
        || slabs.get().endBlock() != depot.lastBlock()
        || depot.lastBlock() > partition.end()) {
      throw new ModelException(
          "slabs of %d blocks from PBN %d to %d do not fit into the slab depot, PBN %d to %d"
              .formatted(
                  depot.slabConfig().slabBlocks(),
                  depot.firstBlock(),
                  depot.lastBlock() - 1,
                  partition.offset(),
                  partition.end() - 1));
    }
    return new TargetLayout(
        geometry,
        resized,
        slabs.get(),
        new Forest(Forest.DEFAULT_ROOT_COUNT, resized.vdo().config().logicalBlocks()));
  }

  private static void checkSizes(GeometryBlock geometry, SuperBlock superBlock)
      throws ModelException {
    var config = superBlock.vdo().config();
    checkWithin("the logical size", config.logicalBlocks(), 1, Limits.LOGICAL_BLOCKS);
    checkWithin("the physical size", config.physicalBlocks(), 1, Limits.PHYSICAL_BLOCKS);
    checkWithin(
        "the size of the recovery journal",
        config.recoveryJournalBlocks(),
        1,
        Limits.RECOVERY_JOURNAL_BLOCKS);
    checkWithin("the block offset", geometry.bioOffset(), 0, Volume.CONVERSION_END);
    checkWithin(
        "the start of the data region",
        geometry.data().startBlock(),
        geometry.bioOffset() + 1,
        config.physicalBlocks());
    checkWithin(
        "the start of the recovery journal",
        superBlock.recoveryJournal().journalStart(),
        1,
        Limits.SEQUENCE_NUMBERS - 1);
    if (Long.bitCount(config.recoveryJournalBlocks()) != 1) {
      throw new ModelException(
          "a recovery journal of %d blocks: it has to be a power of two"
              .formatted(config.recoveryJournalBlocks()));
    }
    if (geometry.nonce() != superBlock.vdo().nonce()) {
      throw new ModelException(
          "geometry and super block have different nonces: they belong to different volumes");
    }
  }

  private static void checkWithin(String what, long value, long least, long most)
      throws ModelException {
    if (value < least || value > most) {
      throw new ModelException(
          "%s is %s, possible is %d to %d"
              .formatted(what, Long.toUnsignedString(value), least, most));
    }
  }

  /** Everything lies one behind the other, as formatters and growth leave it. */
  private static void checkPartitions(GeometryBlock geometry, SuperBlock superBlock)
      throws ModelException {
    var config = superBlock.vdo().config();
    long next = geometry.data().startBlock() + 1;
    for (var id : PartitionId.values()) {
      var partition = partition(superBlock, id);
      long least =
          switch (id) {
            case BLOCK_MAP -> Forest.DEFAULT_ROOT_COUNT;
            case SLAB_DEPOT -> 1;
            case RECOVERY_JOURNAL -> config.recoveryJournalBlocks();
            case SLAB_SUMMARY -> SlabSummary.BLOCKS;
          };
      boolean isExact = id != PartitionId.SLAB_DEPOT;
      if (partition.offset() != next
          || partition.count() < least
          || partition.count() > Limits.PHYSICAL_BLOCKS
          || (isExact && partition.count() != least)) {
        throw new ModelException(
            "the %s partition has %s blocks from PBN %s, expected are %s%d from PBN %d"
                .formatted(
                    id.title(),
                    Long.toUnsignedString(partition.count()),
                    Long.toUnsignedString(partition.offset()),
                    isExact ? "" : "at least ",
                    least,
                    next));
      }
      next = partition.end();
    }
    long end = config.physicalBlocks();
    if (next != end && next != end + geometry.bioOffset()) {
      throw new ModelException(
          "the partitions end at PBN %d, the volume has %d blocks".formatted(next, end));
    }
    var blockMap = superBlock.blockMap();
    if (blockMap.rootCount() != Forest.DEFAULT_ROOT_COUNT
        || blockMap.rootOrigin() != partition(superBlock, PartitionId.BLOCK_MAP).offset()) {
      throw new ModelException(
          "the block map has %s roots from PBN %s, expected are %d from PBN %d"
              .formatted(
                  Long.toUnsignedString(blockMap.rootCount()),
                  Long.toUnsignedString(blockMap.rootOrigin()),
                  Forest.DEFAULT_ROOT_COUNT,
                  partition(superBlock, PartitionId.BLOCK_MAP).offset()));
    }
  }

  private static Partition partition(SuperBlock superBlock, PartitionId id) throws ModelException {
    var found = superBlock.layout().partition(id);
    if (found.isEmpty()) {
      throw new ModelException("there is no " + id.title() + " partition");
    }
    return found.get();
  }

  private static SuperBlock resized(SuperBlock old, TargetSize size) throws ModelException {
    var config = old.vdo().config();
    long physical =
        size.physicalBlocks() == TargetSize.AS_GIVEN
            ? config.physicalBlocks()
            : size.physicalBlocks();
    long end = partition(old, PartitionId.SLAB_SUMMARY).end() - config.physicalBlocks() + physical;
    long summary = end - SlabSummary.BLOCKS;
    long journal = summary - config.recoveryJournalBlocks();
    long first = old.slabDepot().firstBlock();
    var division =
        size.slabBits() == TargetSize.AS_GIVEN
            ? old.slabDepot().slabConfig()
            : SlabConfig.of(1L << size.slabBits(), config.slabJournalBlocks());
    long slabCount = (journal - first) / Math.max(1, division.slabBlocks());
    if (physical > Limits.PHYSICAL_BLOCKS || journal <= first || slabCount < 1) {
      throw new ModelException(
          "a volume of %d blocks has no room for a slab of %d blocks; choose another size"
              .formatted(physical, division.slabBlocks()));
    }
    if (slabCount > Limits.SLABS) {
      throw new ModelException(
          "a volume of %d blocks would have %d slabs of %d blocks, at most %d are possible; choose larger slabs"
              .formatted(physical, slabCount, division.slabBlocks(), Limits.SLABS));
    }
    var depot = old.slabDepot();
    var partitions = new ArrayList<Partition>();
    for (var partition : old.layout().partitions()) {
      partitions.add(moved(partition, journal, summary));
    }
    return with(
        old,
        new VdoConfig(
            config.logicalBlocks(),
            physical,
            division.slabBlocks(),
            config.recoveryJournalBlocks(),
            config.slabJournalBlocks()),
        new LayoutComponent(
            old.layout().header(), journal, journal, old.layout().partitionCount(), partitions),
        new SlabDepotComponent(
            depot.header(),
            division,
            first,
            first + slabCount * division.slabBlocks(),
            depot.zoneCount()),
        old.recoveryJournal());
  }

  private static Partition moved(Partition old, long journal, long summary) {
    if (old.id() == PartitionId.RECOVERY_JOURNAL.id()) {
      return new Partition(old.id(), journal, old.base(), old.count());
    }
    if (old.id() == PartitionId.SLAB_SUMMARY.id()) {
      return new Partition(old.id(), summary, old.base(), old.count());
    }
    if (old.id() == PartitionId.SLAB_DEPOT.id()) {
      return new Partition(old.id(), old.offset(), old.base(), journal - old.offset());
    }
    return old;
  }

  private static SuperBlock with(
      SuperBlock old,
      VdoConfig config,
      LayoutComponent layout,
      SlabDepotComponent depot,
      RecoveryJournalComponent journal) {
    return new SuperBlock(
        old.header(),
        old.releaseVersion(),
        old.volumeVersion(),
        old.vdo().withConfig(config),
        layout,
        journal,
        depot,
        old.blockMap(),
        old.checksum(),
        old.trailing());
  }

  /** {@return the super block with the totals of what was built} */
  SuperBlock superBlockWith(long logicalBlocksUsed, long blockMapPages) {
    var journal = superBlock.recoveryJournal();
    return with(
        superBlock,
        superBlock.vdo().config(),
        superBlock.layout(),
        superBlock.slabDepot(),
        new RecoveryJournalComponent(
            journal.header(), journal.journalStart(), logicalBlocksUsed, blockMapPages));
  }

  /** {@return the nonce, which all structures carry} */
  public long nonce() {
    return superBlock.vdo().nonce();
  }

  /** {@return blocks by which PBNs are ahead of the backing device's own numbers} */
  public long blockOffset() {
    return geometry.bioOffset();
  }

  /** {@return the PBN of the super block} */
  public long superBlockPbn() {
    return geometry.data().startBlock();
  }

  /** {@return the size on the backing device, in blocks} */
  public long deviceBlocks() {
    return summary().end() - blockOffset();
  }

  /** {@return where the recovery journal lies} */
  Partition journal() {
    return superBlock.layout().partition(PartitionId.RECOVERY_JOURNAL).orElseThrow();
  }

  /** {@return where the slab summary lies} */
  Partition summary() {
    return superBlock.layout().partition(PartitionId.SLAB_SUMMARY).orElseThrow();
  }

  /** {@return the PBN of the first root of the block map} */
  long rootOrigin() {
    return superBlock.blockMap().rootOrigin();
  }

  /** {@return the most blocks that building can write, of whatever structure} */
  public long mostWrittenBlocks() {
    long perSlab = (long) slabs.referenceBlocks() + slabs.journalBlocks();
    return 2
        + forest.rootCount()
        + forest.allocatablePages()
        + slabs.slabCount() * perSlab
        + journal().count()
        + SlabSummary.BLOCKS
        // The first block of the index region.
        + 1;
  }
}
