package io.vdotools.engine.repair;

import io.vdotools.engine.Volume;
import io.vdotools.format.BlockMapComponent;
import io.vdotools.format.ComponentHeader;
import io.vdotools.format.ComponentId;
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
import io.vdotools.format.depot.SlabSummary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The numbers from which all of a volume's layout follows.
 *
 * <p>A super block says each of them more than once: outright, and by where parts begin and end. So
 * of all shapes that any part of it speaks for, the one that the fewest fields contradict is the
 * volume's.
 *
 * @param superBlockPbn where the super block lies
 * @param end the PBN behind the slab summary
 * @param physicalBlocks the physical size; less than the end on volumes converted to LVM
 * @param journalBlocks blocks in the recovery journal
 * @param slabBlocks blocks in a slab
 * @param slabJournalBlocks blocks in a slab journal
 */
record SuperBlockShape(
    long superBlockPbn,
    long end,
    long physicalBlocks,
    long journalBlocks,
    long slabBlocks,
    long slabJournalBlocks) {
  private static final int ROOTS = Forest.DEFAULT_ROOT_COUNT;
  private static final long SMALLEST_REGULAR_SLAB = 1024;

  /** A field that is not what the shape says. */
  record Difference(String field, String stored, String expected) {}

  /** {@return the shape that the fewest fields of a volume's super block contradict, if any} */
  static Optional<SuperBlockShape> best(Volume volume) {
    var stored = volume.superBlock();
    return candidates(volume).stream()
        .filter(SuperBlockShape::isPossible)
        .min(Comparator.comparingInt(shape -> shape.differences(stored).size()));
  }

  private static List<SuperBlockShape> candidates(Volume volume) {
    var superBlock = volume.superBlock();
    var config = superBlock.vdo().config();
    var layout = superBlock.layout();
    var journal = layout.partition(PartitionId.RECOVERY_JOURNAL);
    var summary = layout.partition(PartitionId.SLAB_SUMMARY);
    Set<Long> ends = new LinkedHashSet<>();
    ends.add(config.physicalBlocks());
    ends.add(config.physicalBlocks() + volume.blockOffset());
    summary.ifPresent(p -> ends.add(p.offset() + SlabSummary.BLOCKS));
    journal.ifPresent(p -> ends.add(p.end() + SlabSummary.BLOCKS));
    ends.add(volume.device().blockCount());
    Set<Long> journals = new LinkedHashSet<>();
    journals.add(config.recoveryJournalBlocks());
    journal.ifPresent(p -> journals.add(p.count()));
    if (journal.isPresent() && summary.isPresent()) {
      journals.add(summary.get().offset() - journal.get().offset());
    }
    var slabConfig = superBlock.slabDepot().slabConfig();
    Set<Long> slabs = new LinkedHashSet<>(List.of(config.slabBlocks(), slabConfig.slabBlocks()));
    Set<Long> slabJournals =
        new LinkedHashSet<>(List.of(config.slabJournalBlocks(), slabConfig.slabJournalBlocks()));
    var shapes = new ArrayList<SuperBlockShape>();
    for (long end : ends) {
      for (long blocks : journals) {
        for (long slab : slabs) {
          for (long slabJournal : slabJournals) {
            boolean isConverted =
                volume.blockOffset() > 0 && config.physicalBlocks() == end - volume.blockOffset();
            shapes.add(
                new SuperBlockShape(
                    volume.superBlockPbn(),
                    end,
                    isConverted ? config.physicalBlocks() : end,
                    blocks,
                    slab,
                    slabJournal));
          }
        }
      }
    }
    return shapes;
  }

  /** {@return whether a volume can have this shape} */
  boolean isPossible() {
    return end > 0
        && end <= Limits.PHYSICAL_BLOCKS
        && Long.bitCount(journalBlocks) == 1
        && journalBlocks > 0
        && journalBlocks <= Limits.RECOVERY_JOURNAL_BLOCKS
        && Long.bitCount(slabBlocks) == 1
        && slabBlocks > 1
        && slabBlocks <= Limits.MAXIMUM_SLAB_BLOCKS
        && slabJournalBlocks >= 2
        && slabJournalBlocks < slabBlocks
        && journalStart() - firstSlab() >= slabBlocks
        && (journalStart() - firstSlab()) / slabBlocks <= Limits.SLABS;
  }

  /** {@return the first PBN of slab 0} */
  long firstSlab() {
    return superBlockPbn + 1 + ROOTS;
  }

  /** {@return the first PBN of the recovery journal} */
  long journalStart() {
    return end - SlabSummary.BLOCKS - journalBlocks;
  }

  /** {@return the PBN after the last slab} */
  long endOfSlabs() {
    return firstSlab() + (journalStart() - firstSlab()) / slabBlocks * slabBlocks;
  }

  private Partition partition(PartitionId id, long base) {
    return switch (id) {
      case BLOCK_MAP -> new Partition(id.id(), superBlockPbn + 1, base, ROOTS);
      case SLAB_DEPOT -> new Partition(id.id(), firstSlab(), base, journalStart() - firstSlab());
      case RECOVERY_JOURNAL -> new Partition(id.id(), journalStart(), base, journalBlocks);
      case SLAB_SUMMARY ->
          new Partition(id.id(), end - SlabSummary.BLOCKS, base, SlabSummary.BLOCKS);
    };
  }

  private SlabConfig slabConfig(SlabConfig stored) {
    boolean isIrregular =
        slabBlocks < SMALLEST_REGULAR_SLAB
            && stored.slabBlocks() == slabBlocks
            && stored.slabJournalBlocks() == slabJournalBlocks;
    return isIrregular ? stored : SlabConfig.of(slabBlocks, slabJournalBlocks);
  }

  /** {@return a super block of this shape, with everything else as stored} */
  SuperBlock applied(SuperBlock stored) {
    var vdo = stored.vdo();
    // The order of the partitions has no meaning; it is kept where it can be.
    var partitions = new ArrayList<Partition>();
    var missing = new LinkedHashSet<>(List.of(PartitionId.values()));
    for (var old : stored.layout().partitions()) {
      var id = missing.stream().filter(i -> i.id() == old.id()).findFirst();
      if (id.isPresent()) {
        missing.remove(id.get());
        partitions.add(partition(id.get(), old.base()));
      }
    }
    missing.forEach(id -> partitions.add(partition(id, 0)));
    return new SuperBlock(
        ComponentHeader.of(ComponentId.SUPER_BLOCK),
        stored.releaseVersion(),
        SuperBlock.VOLUME_VERSION,
        new VdoComponent(
            VdoComponent.VERSION,
            vdo.stateCode(),
            vdo.completeRecoveries(),
            vdo.readOnlyRecoveries(),
            new VdoConfig(
                vdo.config().logicalBlocks(),
                physicalBlocks,
                slabBlocks,
                journalBlocks,
                slabJournalBlocks),
            vdo.nonce()),
        new LayoutComponent(
            ComponentHeader.of(ComponentId.LAYOUT),
            journalStart(),
            journalStart(),
            LayoutComponent.PARTITION_COUNT,
            partitions),
        new RecoveryJournalComponent(
            ComponentHeader.of(ComponentId.RECOVERY_JOURNAL),
            stored.recoveryJournal().journalStart(),
            stored.recoveryJournal().logicalBlocksUsed(),
            stored.recoveryJournal().blockMapDataBlocks()),
        new SlabDepotComponent(
            ComponentHeader.of(ComponentId.SLAB_DEPOT),
            slabConfig(stored.slabDepot().slabConfig()),
            firstSlab(),
            endOfSlabs(),
            stored.slabDepot().zoneCount()),
        new BlockMapComponent(
            ComponentHeader.of(ComponentId.BLOCK_MAP),
            BlockMapComponent.FLAT_PAGE_ORIGIN,
            0,
            superBlockPbn + 1,
            ROOTS),
        stored.checksum(),
        stored.trailing());
  }

  /** {@return what a super block says otherwise} */
  List<Difference> differences(SuperBlock stored) {
    var expected = applied(stored);
    var found = new ArrayList<Difference>();
    add(found, "header", stored.header(), expected.header());
    add(found, "version", stored.volumeVersion(), expected.volumeVersion());
    add(found, "vdo.version", stored.vdo().version(), expected.vdo().version());
    var config = stored.vdo().config();
    add(found, "config.physical_blocks", config.physicalBlocks(), physicalBlocks);
    add(found, "config.slab_size", config.slabBlocks(), slabBlocks);
    add(found, "config.recovery_journal_size", config.recoveryJournalBlocks(), journalBlocks);
    add(found, "config.slab_journal_blocks", config.slabJournalBlocks(), slabJournalBlocks);
    addLayout(found, stored.layout(), expected.layout());
    add(
        found,
        "recovery_journal.header",
        stored.recoveryJournal().header(),
        expected.recoveryJournal().header());
    var depot = stored.slabDepot();
    add(found, "slab_depot.header", depot.header(), expected.slabDepot().header());
    addSlabs(found, depot.slabConfig(), expected.slabDepot().slabConfig());
    add(found, "slab_depot.first_block", depot.firstBlock(), firstSlab());
    add(found, "slab_depot.last_block", depot.lastBlock(), endOfSlabs());
    var map = stored.blockMap();
    add(found, "block_map.header", map.header(), expected.blockMap().header());
    add(found, "flat_page_origin", map.flatPageOrigin(), BlockMapComponent.FLAT_PAGE_ORIGIN);
    add(found, "flat_page_count", map.flatPageCount(), 0L);
    add(found, "root_origin", map.rootOrigin(), superBlockPbn + 1);
    add(found, "root_count", map.rootCount(), (long) ROOTS);
    return found;
  }

  private static void addLayout(
      List<Difference> found, LayoutComponent stored, LayoutComponent expected) {
    add(found, "layout.header", stored.header(), expected.header());
    add(found, "first_free", stored.firstFree(), expected.firstFree());
    add(found, "last_free", stored.lastFree(), expected.lastFree());
    add(found, "partition_count", stored.partitionCount(), expected.partitionCount());
    for (var id : PartitionId.values()) {
      var old = stored.partition(id);
      var right = expected.partition(id).orElseThrow();
      String name = id.title() + " partition";
      add(found, "offset of the " + name, old.map(Partition::offset).orElse(0L), right.offset());
      add(found, "count of the " + name, old.map(Partition::count).orElse(0L), right.count());
    }
  }

  private static void addSlabs(List<Difference> found, SlabConfig stored, SlabConfig expected) {
    add(found, "slab_config.slab_blocks", stored.slabBlocks(), expected.slabBlocks());
    add(found, "slab_config.data_blocks", stored.dataBlocks(), expected.dataBlocks());
    add(
        found,
        "slab_config.reference_count_blocks",
        stored.referenceCountBlocks(),
        expected.referenceCountBlocks());
    add(
        found,
        "slab_config.slab_journal_blocks",
        stored.slabJournalBlocks(),
        expected.slabJournalBlocks());
    add(
        found,
        "slab_config thresholds",
        stored.flushingThreshold()
            + ", "
            + stored.blockingThreshold()
            + ", "
            + stored.scrubbingThreshold(),
        expected.flushingThreshold()
            + ", "
            + expected.blockingThreshold()
            + ", "
            + expected.scrubbingThreshold());
  }

  private static void add(List<Difference> found, String field, Object stored, Object expected) {
    if (!stored.equals(expected)) {
      found.add(
          new Difference(
              field,
              stored instanceof Long number
                  ? Long.toUnsignedString(number)
                  : String.valueOf(stored),
              String.valueOf(expected)));
    }
  }
}
