package io.vdotools.check;

import io.vdotools.engine.Volume;
import io.vdotools.format.LayoutComponent;
import io.vdotools.format.Limits;
import io.vdotools.format.Partition;
import io.vdotools.format.PartitionId;
import io.vdotools.format.depot.SlabConfig;
import io.vdotools.format.depot.SlabSummary;
import io.vdotools.problem.Findings;
import io.vdotools.problem.ProblemCode;
import io.vdotools.problem.Structure;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * The layout and the slab depot's configuration.
 *
 * <p>Needs a super block. Checks V-050 to V-064. Later passes run only if the slabs, the block
 * map's roots, the journal and the summary can be found from what the super block says, right or
 * wrong.
 */
final class LayoutPass {
  /** Slabs smaller than this occur in test volumes only, with rounded divisions. */
  private static final long SMALLEST_REGULAR_SLAB = 1024;

  // Drivers up to 8.2 stored the size of the block map partition here.
  private static final long OLD_DEPOT_BASE = 60;

  private final Volume volume;
  private final Fields fields;

  private LayoutPass(Volume volume, Findings findings) {
    this.volume = volume;
    this.fields = new Fields(findings, Structure.SUPER_BLOCK, volume.superBlockPbn());
  }

  /** {@return whether the other structures can be found} */
  static boolean run(Volume volume, Findings findings) {
    var pass = new LayoutPass(volume, findings);
    pass.checkPartitions();
    pass.checkSlabs();
    return volume.slabs().isPresent()
        && volume.forest().isPresent()
        && volume.journalArea().isPresent()
        && volume.summaryStart().isPresent();
  }

  private void checkPartitions() {
    var layout = volume.superBlock().layout();
    var byId = new EnumMap<PartitionId, Partition>(PartitionId.class);
    for (var id : PartitionId.values()) {
      layout.partition(id).ifPresent(p -> byId.put(id, p));
    }
    boolean isTable =
        layout.partitionCount() == LayoutComponent.PARTITION_COUNT
            && byId.size() == LayoutComponent.PARTITION_COUNT;
    fields.check(
        isTable,
        ProblemCode.PARTITION_TABLE,
        "partitions",
        layout.partitionCount()
            + ", ids "
            + layout.partitions().stream().map(Partition::id).toList(),
        "4, ids 0 to 3");
    if (byId.size() == LayoutComponent.PARTITION_COUNT) {
      checkSum(byId);
      checkOrder(byId);
      checkSizes(layout, byId);
    }
    for (var partition : layout.partitions()) {
      boolean isDepot = partition.id() == PartitionId.SLAB_DEPOT.id();
      fields.check(
          partition.base() == 0 || (isDepot && partition.base() == OLD_DEPOT_BASE),
          ProblemCode.PARTITION_BASE,
          "base of partition " + partition.id(),
          Long.toUnsignedString(partition.base()),
          0);
    }
  }

  private void checkSum(Map<PartitionId, Partition> byId) {
    long sum = volume.superBlockPbn() + 1;
    for (var partition : byId.values()) {
      sum += partition.count();
    }
    long physical = volume.superBlock().vdo().config().physicalBlocks();
    fields.check(
        sum == physical || sum == physical + volume.blockOffset(),
        ProblemCode.PARTITION_SUM,
        "end of the partitions",
        Long.toUnsignedString(sum),
        "physical_blocks, " + Long.toUnsignedString(physical));
  }

  private void checkOrder(Map<PartitionId, Partition> byId) {
    long expected = volume.superBlockPbn() + 1;
    for (var id : PartitionId.values()) {
      var partition = require(byId, id);
      fields.checkEquals(
          ProblemCode.PARTITION_ORDER,
          "offset of the " + id.title() + " partition",
          partition.offset(),
          expected);
      expected = partition.end();
    }
  }

  private void checkSizes(LayoutComponent layout, Map<PartitionId, Partition> byId) {
    var superBlock = volume.superBlock();
    var roots = require(byId, PartitionId.BLOCK_MAP);
    fields.checkEquals(
        ProblemCode.BLOCK_MAP_PARTITION,
        "count of the block map partition",
        roots.count(),
        superBlock.blockMap().rootCount());
    fields.checkEquals(
        ProblemCode.BLOCK_MAP_PARTITION,
        "root_origin",
        superBlock.blockMap().rootOrigin(),
        roots.offset());
    var journal = require(byId, PartitionId.RECOVERY_JOURNAL);
    fields.checkEquals(
        ProblemCode.JOURNAL_PARTITION,
        "count of the recovery journal partition",
        journal.count(),
        superBlock.vdo().config().recoveryJournalBlocks());
    fields.checkEquals(
        ProblemCode.SUMMARY_PARTITION,
        "count of the slab summary partition",
        require(byId, PartitionId.SLAB_SUMMARY).count(),
        SlabSummary.BLOCKS);
    fields.checkEquals(
        ProblemCode.FREE_POINTERS, "first_free", layout.firstFree(), journal.offset());
    fields.checkEquals(ProblemCode.FREE_POINTERS, "last_free", layout.lastFree(), journal.offset());
  }

  private static Partition require(Map<PartitionId, Partition> byId, PartitionId id) {
    return Objects.requireNonNull(byId.get(id));
  }

  private void checkSlabs() {
    var superBlock = volume.superBlock();
    var depot = superBlock.slabDepot();
    var stored = depot.slabConfig();
    var config = superBlock.vdo().config();
    fields.checkEquals(
        ProblemCode.SLAB_CONFIG_COPY,
        "slab_config.slab_blocks",
        stored.slabBlocks(),
        config.slabBlocks());
    fields.checkEquals(
        ProblemCode.SLAB_CONFIG_COPY,
        "slab_config.slab_journal_blocks",
        stored.slabJournalBlocks(),
        config.slabJournalBlocks());
    long sum = stored.dataBlocks() + stored.referenceCountBlocks() + stored.slabJournalBlocks();
    boolean isRegular = stored.slabBlocks() >= SMALLEST_REGULAR_SLAB;
    fields.check(
        isRegular ? sum == stored.slabBlocks() : sum <= stored.slabBlocks(),
        ProblemCode.SLAB_CONFIG_SUM,
        "data, reference and journal blocks",
        Long.toUnsignedString(sum),
        Long.toUnsignedString(stored.slabBlocks()));
    boolean canCompute =
        stored.slabBlocks() > 0
            && stored.slabBlocks() <= Limits.MAXIMUM_SLAB_BLOCKS
            && stored.slabJournalBlocks() > 0
            && stored.slabJournalBlocks() < stored.slabBlocks();
    if (canCompute && isRegular) {
      var expected = SlabConfig.of(stored.slabBlocks(), stored.slabJournalBlocks());
      fields.check(
          stored.equals(expected), ProblemCode.SLAB_CONFIG_VALUES, "slab_config", stored, expected);
    }
    superBlock.layout().partition(PartitionId.SLAB_DEPOT).ifPresent(this::checkExtent);
  }

  private void checkExtent(Partition partition) {
    var depot = volume.superBlock().slabDepot();
    long slabBlocks = depot.slabConfig().slabBlocks();
    fields.checkEquals(
        ProblemCode.FIRST_SLAB, "first_block", depot.firstBlock(), partition.offset());
    if (slabBlocks <= 0 || slabBlocks > Limits.MAXIMUM_SLAB_BLOCKS) {
      return;
    }
    long length = depot.lastBlock() - depot.firstBlock();
    long slabs = length / slabBlocks;
    fields.check(
        length > 0
            && length % slabBlocks == 0
            && slabs <= Limits.SLABS
            && depot.lastBlock() <= partition.end(),
        ProblemCode.LAST_SLAB,
        "last_block",
        Long.toUnsignedString(depot.lastBlock()),
        "first_block and 1 to 8192 whole slabs, not behind PBN " + partition.end());
    long room = partition.count() / slabBlocks;
    fields.check(
        slabs >= room || length <= 0,
        ProblemCode.SLABS_UNUSED,
        "last_block",
        slabs + " slabs",
        room + " slabs");
    fields.check(
        depot.zoneCount() <= Math.max(1, slabs),
        ProblemCode.ZONES_EXCEED_SLABS,
        "zone_count",
        depot.zoneCount(),
        "at most the number of slabs, " + slabs);
  }
}
