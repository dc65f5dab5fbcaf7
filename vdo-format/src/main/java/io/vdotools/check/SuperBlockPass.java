package io.vdotools.check;

import io.vdotools.engine.RootEvidence;
import io.vdotools.engine.Volume;
import io.vdotools.format.BlockMapComponent;
import io.vdotools.format.ComponentHeader;
import io.vdotools.format.ComponentId;
import io.vdotools.format.GeometryBlock;
import io.vdotools.format.Limits;
import io.vdotools.format.SuperBlock;
import io.vdotools.format.VdoComponent;
import io.vdotools.format.VersionNumber;
import io.vdotools.format.VolumeState;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.problem.Findings;
import io.vdotools.problem.Problem.StructureProblem;
import io.vdotools.problem.ProblemCode;
import io.vdotools.problem.Structure;
import java.util.List;

/**
 * The super block: header, versions, state, sizes and counters.
 *
 * <p>Needs an opened volume. Checks V-001, V-008, V-020 to V-044 and V-208. Later passes may rely
 * on nothing by this pass alone; {@link LayoutPass} says whether the other structures can be found.
 */
final class SuperBlockPass {
  private static final VersionNumber FEATURE_VERSION = new VersionNumber(67, 1);

  private final Volume volume;
  private final SuperBlock superBlock;
  private final Findings findings;
  private final Fields fields;

  private SuperBlockPass(Volume volume, Findings findings) {
    this.volume = volume;
    this.superBlock = volume.superBlock();
    this.findings = findings;
    this.fields = new Fields(findings, Structure.SUPER_BLOCK, volume.superBlockPbn());
  }

  /** {@return whether there is a super block at all, perhaps a damaged one} */
  static boolean run(Volume volume, Findings findings) {
    var pass = new SuperBlockPass(volume, findings);
    if (!volume.hasSuperBlock() && endsBeforeSuperBlock(volume)) {
      pass.addTooSmall(
          "the device ends after "
              + pass.heldBlocks()
              + " blocks, before the super block at PBN "
              + volume.geometry().data().startBlock());
      return false;
    }
    if (!volume.isSuperBlockReadable()) {
      pass.add(ProblemCode.SUPER_BLOCK_UNREADABLE, "the block cannot be read");
      return false;
    }
    if (!volume.hasSuperBlock()) {
      pass.add(
          ProblemCode.SUPER_BLOCK_MISSING,
          "neither header nor checksum is one of a super block; the header is "
              + volume.superBlock().header());
      return false;
    }
    pass.checkVersions();
    pass.checkIdentity();
    pass.checkState();
    pass.checkSizes();
    pass.checkCounters();
    pass.checkBlockMap();
    return true;
  }

  /** Whether a sound geometry block puts the super block where the device has nothing any more. */
  private static boolean endsBeforeSuperBlock(Volume volume) {
    var geometry = volume.geometry();
    return volume.geometryFormat().isSupported()
        && geometry.checksum() == GeometryBlock.computeChecksum(volume.geometryBlock())
        && geometry.data().startBlock() >= volume.device().blockCount();
  }

  /** On a converted volume the device begins behind the blocks that LVM took. */
  private long heldBlocks() {
    return volume.device().blockCount() - volume.blockOffset();
  }

  private void addTooSmall(String detail) {
    findings.add(
        new StructureProblem(
            ProblemCode.DEVICE_TOO_SMALL, Structure.DEVICE, -1, detail, List.of()));
  }

  private void add(ProblemCode code, String detail) {
    findings.add(
        new StructureProblem(
            code, Structure.SUPER_BLOCK, volume.superBlockPbn(), detail, List.of()));
  }

  private void checkVersions() {
    var expected = ComponentHeader.of(ComponentId.SUPER_BLOCK);
    fields.check(
        superBlock.header().equals(expected),
        ProblemCode.SUPER_BLOCK_HEADER,
        "header",
        superBlock.header(),
        expected);
    long computed = SuperBlock.computeChecksum(volume.superBlockBytes());
    fields.check(
        superBlock.checksum() == computed,
        ProblemCode.SUPER_BLOCK_CHECKSUM,
        "checksum",
        Fields.hex(superBlock.checksum()),
        Fields.hex(computed));
    var version = superBlock.volumeVersion();
    fields.check(
        version.equals(SuperBlock.VOLUME_VERSION),
        ProblemCode.VOLUME_VERSION,
        "version",
        version.equals(FEATURE_VERSION) ? version + " (a development version)" : version,
        SuperBlock.VOLUME_VERSION);
    fields.check(
        superBlock.vdo().version().equals(VdoComponent.VERSION),
        ProblemCode.COMPONENT_VERSION,
        "vdo.version",
        superBlock.vdo().version(),
        VdoComponent.VERSION);
    checkHeader("layout.header", superBlock.layout().header(), ComponentId.LAYOUT);
    checkHeader(
        "recovery_journal.header",
        superBlock.recoveryJournal().header(),
        ComponentId.RECOVERY_JOURNAL);
    checkHeader("slab_depot.header", superBlock.slabDepot().header(), ComponentId.SLAB_DEPOT);
    checkHeader("block_map.header", superBlock.blockMap().header(), ComponentId.BLOCK_MAP);
    fields.check(
        superBlock.trailing().isZero(),
        ProblemCode.SUPER_BLOCK_TRAILING_BYTES,
        "bytes behind the checksum",
        "not zero",
        "zero");
  }

  private void checkHeader(String field, ComponentHeader header, ComponentId id) {
    var expected = ComponentHeader.of(id);
    fields.check(header.equals(expected), ProblemCode.COMPONENT_HEADER, field, header, expected);
  }

  private void checkIdentity() {
    var geometry = volume.geometry();
    if (!geometry.hasMagic() || !volume.geometryFormat().isSupported()) {
      return;
    }
    if (volume.nonce() != geometry.nonce()) {
      fields.check(
          false,
          ProblemCode.NONCE_DIFFERS,
          "nonce",
          Fields.hex(volume.nonce()),
          "that of the geometry block, "
              + Fields.hex(geometry.nonce())
              + (RootEvidence.supports(volume, volume.nonce())
                  ? "; the block map roots have the super block's"
                  : ""));
    }
    if (!superBlock.volumeVersion().equals(FEATURE_VERSION)) {
      fields.checkEquals(
          ProblemCode.RELEASE_VERSION_DIFFERS,
          "release_version",
          superBlock.releaseVersion(),
          geometry.releaseVersion());
    }
  }

  private void checkState() {
    var vdo = superBlock.vdo();
    switch (vdo.state()) {
      case UNKNOWN ->
          fields.check(false, ProblemCode.STATE_UNKNOWN, "state", vdo.stateCode(), "0 to 7");
      case READ_ONLY_MODE ->
          add(
              ProblemCode.READ_ONLY_MODE,
              "the driver met an error and stopped writing; its journal still holds the last"
                  + " changes");
      case FORCE_REBUILD, REBUILD_FOR_UPGRADE ->
          add(ProblemCode.REBUILD_REQUESTED, "state " + vdo.state());
      case DIRTY, REPLAYING -> add(ProblemCode.RECOVERY_PENDING, "state " + vdo.state());
      case NEW -> checkNew();
      case CLEAN, RECOVERING -> {}
    }
  }

  private void checkNew() {
    var vdo = superBlock.vdo();
    var journal = superBlock.recoveryJournal();
    checkNew("complete_recoveries", vdo.completeRecoveries(), 0);
    checkNew("read_only_recoveries", vdo.readOnlyRecoveries(), 0);
    checkNew("journal_start", journal.journalStart(), 1);
    checkNew("logical_blocks_used", journal.logicalBlocksUsed(), 0);
    checkNew("block_map_data_blocks", journal.blockMapDataBlocks(), 0);
  }

  private void checkNew(String field, long stored, long expected) {
    fields.checkEquals(ProblemCode.NEW_WITH_HISTORY, field, stored, expected);
  }

  private void checkSizes() {
    var config = superBlock.vdo().config();
    long slab = config.slabBlocks();
    boolean isSlabSize = slab > 0 && Long.bitCount(slab) == 1 && slab <= Limits.MAXIMUM_SLAB_BLOCKS;
    fields.check(
        isSlabSize,
        ProblemCode.SLAB_SIZE,
        "config.slab_size",
        Long.toUnsignedString(slab),
        "a power of two up to " + Limits.MAXIMUM_SLAB_BLOCKS);
    fields.check(
        !isSlabSize || slab >= Limits.MINIMUM_SLAB_BLOCKS,
        ProblemCode.SMALL_SLABS,
        "config.slab_size",
        slab,
        "at least " + Limits.MINIMUM_SLAB_BLOCKS);
    long journal = config.slabJournalBlocks();
    fields.check(
        journal >= 2 && (!isSlabSize || journal < slab),
        ProblemCode.SLAB_JOURNAL_SIZE,
        "config.slab_journal_blocks",
        Long.toUnsignedString(journal),
        "2 to less than a slab");
    fields.check(
        Long.compareUnsigned(journal, Limits.SLAB_JOURNAL_BLOCKS) <= 0,
        ProblemCode.SLAB_JOURNAL_TOO_LONG,
        "config.slab_journal_blocks",
        Long.toUnsignedString(journal),
        "at most " + Limits.SLAB_JOURNAL_BLOCKS);
    fields.check(
        Long.bitCount(config.recoveryJournalBlocks()) == 1
            && isWithin(config.recoveryJournalBlocks(), 1, Limits.RECOVERY_JOURNAL_BLOCKS),
        ProblemCode.RECOVERY_JOURNAL_SIZE,
        "config.recovery_journal_size",
        Long.toUnsignedString(config.recoveryJournalBlocks()),
        "a power of two up to " + Limits.RECOVERY_JOURNAL_BLOCKS);
    fields.check(
        isWithin(config.physicalBlocks(), 1, Limits.PHYSICAL_BLOCKS),
        ProblemCode.PHYSICAL_SIZE,
        "config.physical_blocks",
        Long.toUnsignedString(config.physicalBlocks()),
        "1 to 2^36");
    fields.check(
        isWithin(config.logicalBlocks(), 1, Limits.LOGICAL_BLOCKS),
        ProblemCode.LOGICAL_SIZE,
        "config.logical_blocks",
        Long.toUnsignedString(config.logicalBlocks()),
        "1 to 2^40");
    if (isWithin(config.physicalBlocks(), 1, Limits.PHYSICAL_BLOCKS)) {
      if (heldBlocks() < config.physicalBlocks()) {
        addTooSmall(
            "the device ends after "
                + heldBlocks()
                + " of the volume's "
                + config.physicalBlocks()
                + " blocks");
      }
    }
  }

  private void checkCounters() {
    var vdo = superBlock.vdo();
    var journal = superBlock.recoveryJournal();
    fields.check(
        Long.compareUnsigned(vdo.readOnlyRecoveries(), vdo.completeRecoveries()) <= 0,
        ProblemCode.RECOVERY_COUNTS,
        "read_only_recoveries",
        Long.toUnsignedString(vdo.readOnlyRecoveries()),
        "at most complete_recoveries, " + Long.toUnsignedString(vdo.completeRecoveries()));
    fields.check(
        isWithin(journal.journalStart(), 1, Limits.SEQUENCE_NUMBERS - 1),
        ProblemCode.JOURNAL_START,
        "journal_start",
        Long.toUnsignedString(journal.journalStart()),
        "1 to 2^48 - 1");
    fields.check(
        Long.compareUnsigned(journal.logicalBlocksUsed(), vdo.config().logicalBlocks()) <= 0,
        ProblemCode.USED_EXCEEDS_LOGICAL,
        "logical_blocks_used",
        Long.toUnsignedString(journal.logicalBlocksUsed()),
        "at most logical_blocks, " + Long.toUnsignedString(vdo.config().logicalBlocks()));
    if (isWithin(vdo.config().logicalBlocks(), 1, Limits.LOGICAL_BLOCKS)) {
      long most =
          new Forest(Forest.DEFAULT_ROOT_COUNT, vdo.config().logicalBlocks()).allocatablePages();
      fields.check(
          Long.compareUnsigned(journal.blockMapDataBlocks(), most) <= 0,
          ProblemCode.PAGES_EXCEED_FOREST,
          "block_map_data_blocks",
          Long.toUnsignedString(journal.blockMapDataBlocks()),
          "at most " + most);
    }
    int zones = superBlock.slabDepot().zoneCount();
    fields.check(
        zones <= Limits.PHYSICAL_ZONES,
        ProblemCode.ZONE_COUNT_TOO_LARGE,
        "zone_count",
        zones,
        "at most " + Limits.PHYSICAL_ZONES);
    fields.check(
        zones > 0 || vdo.state() == VolumeState.NEW,
        ProblemCode.ZONE_COUNT_ZERO,
        "zone_count",
        zones,
        "at least 1");
  }

  private void checkBlockMap() {
    var map = superBlock.blockMap();
    fields.checkEquals(
        ProblemCode.FLAT_PAGES,
        "flat_page_origin",
        map.flatPageOrigin(),
        BlockMapComponent.FLAT_PAGE_ORIGIN);
    fields.checkEquals(ProblemCode.FLAT_PAGES, "flat_page_count", map.flatPageCount(), 0);
    fields.checkEquals(
        ProblemCode.ROOT_COUNT, "root_count", map.rootCount(), Forest.DEFAULT_ROOT_COUNT);
  }

  private static boolean isWithin(long value, long least, long most) {
    return value >= least && value <= most;
  }
}
