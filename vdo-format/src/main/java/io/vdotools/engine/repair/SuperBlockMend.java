package io.vdotools.engine.repair;

import io.vdotools.device.OverlayDevice;
import io.vdotools.engine.JournalArea;
import io.vdotools.engine.SlabStates;
import io.vdotools.engine.Volume;
import io.vdotools.format.Limits;
import io.vdotools.format.RecoveryJournalComponent;
import io.vdotools.format.SlabDepotComponent;
import io.vdotools.format.SuperBlock;
import io.vdotools.format.VdoComponent;
import io.vdotools.format.VdoConfig;
import io.vdotools.format.VolumeState;
import io.vdotools.problem.ProblemCode;
import io.vdotools.problem.Structure;
import java.util.Set;

/** Mends the fields of a super block that is there. */
final class SuperBlockMend {
  private final PbnOverlay blocks;
  private final Volume volume;
  private final long nonce;
  private final Set<ProblemCode> found;
  private final RepairLog log;
  private SuperBlock superBlock;
  private boolean isChanged;

  SuperBlockMend(
      OverlayDevice overlay, Volume volume, long nonce, Set<ProblemCode> found, RepairLog log) {
    this.blocks = new PbnOverlay(overlay, volume.blockOffset());
    this.volume = volume;
    this.nonce = nonce;
    this.found = found;
    this.log = log;
    this.superBlock = volume.superBlock();
  }

  void run() {
    mendChecksum();
    mendNonce();
    mendShape();
    mendLogicalSize();
    mendZones();
    mendJournalStart();
    mendRelease();
    mendNew();
    if (isChanged) {
      HeadBlocks.writeSuperBlock(blocks, volume.superBlockPbn(), superBlock);
    }
  }

  private void add(ProblemCode code, String change, String evidence, Confidence confidence) {
    isChanged = true;
    log.add(code, Structure.SUPER_BLOCK, volume.superBlockPbn(), change, evidence, confidence);
  }

  private void mendChecksum() {
    boolean isWrong = superBlock.checksum() != SuperBlock.computeChecksum(volume.superBlockBytes());
    if (isWrong && log.isWanted(ProblemCode.SUPER_BLOCK_CHECKSUM)) {
      add(
          ProblemCode.SUPER_BLOCK_CHECKSUM,
          "checksum computed again",
          "its header is that of a super block; what its fields say is judged one by one",
          Confidence.LIKELY);
    }
  }

  private void mendNonce() {
    if (nonce != superBlock.vdo().nonce() && log.isWanted(ProblemCode.NONCE_DIFFERS)) {
      var old = superBlock.vdo();
      superBlock =
          superBlock.withVdo(
              new VdoComponent(
                  old.version(),
                  old.stateCode(),
                  old.completeRecoveries(),
                  old.readOnlyRecoveries(),
                  old.config(),
                  nonce));
      add(
          ProblemCode.NONCE_DIFFERS,
          "nonce set to " + Long.toUnsignedString(nonce),
          "the geometry block has it, and so have more structures than have the other",
          Confidence.LIKELY);
    }
  }

  private void mendShape() {
    var shape = SuperBlockShape.best(volume);
    if (shape.isEmpty()) {
      return;
    }
    var differences = shape.get().differences(superBlock);
    var code =
        found.stream()
            .filter(c -> Treatment.of(c) == Treatment.SUPER_BLOCK && c != ProblemCode.NONCE_DIFFERS)
            .filter(log::isWanted)
            .findFirst();
    // Where more fields speak against it than a damage explains, it is not this volume's shape.
    if (differences.isEmpty() || code.isEmpty()) {
      return;
    }
    superBlock = shape.get().applied(superBlock);
    int most = 8;
    var text = new StringBuilder();
    for (var difference : differences.subList(0, Math.min(most, differences.size()))) {
      text.append(text.isEmpty() ? "" : "; ");
      text.append(difference.field()).append(" set from ").append(difference.stored());
      text.append(" to ").append(difference.expected());
    }
    if (differences.size() > most) {
      text.append("; and ").append(differences.size() - most).append(" more fields");
    }
    add(
        code.get(),
        text.toString(),
        "all other fields of the super block agree on where everything lies",
        differences.size() <= 2 ? Confidence.CERTAIN : Confidence.LIKELY);
  }

  private void mendLogicalSize() {
    var config = superBlock.vdo().config();
    long logical = config.logicalBlocks();
    if ((logical > 0 && logical <= Limits.LOGICAL_BLOCKS)
        || !log.isWanted(ProblemCode.LOGICAL_SIZE)) {
      return;
    }
    long least = LogicalExtent.withJournal(blocks.device(), volume.superBlockPbn(), superBlock);
    superBlock =
        superBlock.withVdo(
            superBlock
                .vdo()
                .withConfig(
                    new VdoConfig(
                        least,
                        config.physicalBlocks(),
                        config.slabBlocks(),
                        config.recoveryJournalBlocks(),
                        config.slabJournalBlocks())));
    add(
        ProblemCode.LOGICAL_SIZE,
        "config.logical_blocks set to " + least,
        "that many hold all that is mapped; the volume can be started with a larger size, which"
            + " it then keeps",
        Confidence.ASSUMED);
  }

  private void mendZones() {
    var depot = superBlock.slabDepot();
    boolean isNew = superBlock.vdo().state() == VolumeState.NEW;
    boolean isTooLarge = depot.zoneCount() > Limits.PHYSICAL_ZONES;
    boolean isZero = depot.zoneCount() == 0 && !isNew;
    boolean isImplausible = found.contains(ProblemCode.ZONE_COUNT_IMPLAUSIBLE);
    if (!isTooLarge && !isZero && !isImplausible) {
      return;
    }
    var code =
        isTooLarge
            ? ProblemCode.ZONE_COUNT_TOO_LARGE
            : isZero ? ProblemCode.ZONE_COUNT_ZERO : ProblemCode.ZONE_COUNT_IMPLAUSIBLE;
    int zones = isZero ? 1 : plausibleZones();
    if (!log.isWanted(code) || zones == depot.zoneCount()) {
      return;
    }
    superBlock =
        new SuperBlock(
            superBlock.header(),
            superBlock.releaseVersion(),
            superBlock.volumeVersion(),
            superBlock.vdo(),
            superBlock.layout(),
            superBlock.recoveryJournal(),
            new SlabDepotComponent(
                depot.header(), depot.slabConfig(), depot.firstBlock(), depot.lastBlock(), zones),
            superBlock.blockMap(),
            superBlock.checksum(),
            superBlock.trailing());
    add(
        code,
        "zone_count set from " + depot.zoneCount() + " to " + zones,
        "the entries of the slab summary that it selects do not contradict themselves",
        Confidence.LIKELY);
  }

  private int plausibleZones() {
    var slabs = volume.slabs();
    var start = volume.summaryStart();
    if (slabs.isEmpty() || start.isEmpty()) {
      return 1;
    }
    var states = SlabStates.read(volume.device(), start.getAsLong(), slabs.get(), 1);
    int best = 1;
    long least = Long.MAX_VALUE;
    for (int zones = 1;
        zones <= Math.min(Limits.PHYSICAL_ZONES, slabs.get().slabCount());
        zones++) {
      long contradictions =
          SlabStates.select(states.summary(), slabs.get(), zones).stream()
              .filter(e ->
                  e.tailBlockOffset() >= slabs.get().journalBlocks()
                      || (!e.loadRefCounts() && e.isDirty() != (e.tailBlockOffset() != 0)))
              .count();
      if (contradictions < least) {
        least = contradictions;
        best = zones;
      }
    }
    return best;
  }

  private void mendJournalStart() {
    var journal = superBlock.recoveryJournal();
    long start = journal.journalStart();
    if ((start >= 1 && start < Limits.SEQUENCE_NUMBERS)
        || !log.isWanted(ProblemCode.JOURNAL_START)) {
      return;
    }
    var shape = SuperBlockShape.best(volume);
    if (shape.isEmpty()) {
      return;
    }
    var area =
        JournalArea.of(
            shape.get().journalStart(),
            shape.get().journalBlocks(),
            nonce,
            superBlock.vdo().recoveryCountByte(),
            1);
    if (area.isEmpty()) {
      return;
    }
    var survey = JournalSurvey.of(volume.device(), area.get());
    boolean isAtRest =
        switch (superBlock.vdo().state()) {
          case NEW, CLEAN, RECOVERING -> true;
          case DIRTY, REPLAYING, READ_ONLY_MODE, FORCE_REBUILD, REBUILD_FOR_UPGRADE, UNKNOWN ->
              false;
        };
    long next = isAtRest ? survey.top() + 1 : Math.max(1, survey.blockMapHead());
    superBlock =
        HeadBlocks.with(
            superBlock,
            superBlock.vdo(),
            new RecoveryJournalComponent(
                journal.header(), next, journal.logicalBlocksUsed(), journal.blockMapDataBlocks()));
    add(
        ProblemCode.JOURNAL_START,
        "journal_start set to " + next,
        isAtRest
            ? "the last block of the journal is " + survey.top()
            : "the blocks of the journal name it as the oldest that counts",
        Confidence.LIKELY);
  }

  private void mendRelease() {
    long other = volume.geometry().releaseVersion();
    boolean hasGeometry = volume.geometry().hasMagic() && volume.geometryFormat().isSupported();
    if (!hasGeometry
        || other == superBlock.releaseVersion()
        || !log.isWanted(ProblemCode.RELEASE_VERSION_DIFFERS)) {
      if (found.contains(ProblemCode.RELEASE_VERSION)
          && hasGeometry
          && log.isWanted(ProblemCode.RELEASE_VERSION)) {
        setRelease(0, ProblemCode.RELEASE_VERSION, Confidence.ASSUMED);
      }
      return;
    }
    setRelease(
        found.contains(ProblemCode.RELEASE_VERSION) ? 0 : other,
        ProblemCode.RELEASE_VERSION_DIFFERS,
        Confidence.LIKELY);
  }

  private void setRelease(long release, ProblemCode code, Confidence confidence) {
    superBlock =
        new SuperBlock(
            superBlock.header(),
            release,
            superBlock.volumeVersion(),
            superBlock.vdo(),
            superBlock.layout(),
            superBlock.recoveryJournal(),
            superBlock.slabDepot(),
            superBlock.blockMap(),
            superBlock.checksum(),
            superBlock.trailing());
    add(
        code,
        "release_version set to " + release,
        "geometry block and super block have the same",
        confidence);
  }

  private void mendNew() {
    if (!found.contains(ProblemCode.NEW_WITH_HISTORY)
        || found.contains(ProblemCode.NEW_WITH_PAGES)
        || found.contains(ProblemCode.NEW_WITH_JOURNAL)
        || !log.isWanted(ProblemCode.NEW_WITH_HISTORY)) {
      return;
    }
    var vdo = superBlock.vdo();
    superBlock =
        HeadBlocks.with(
            superBlock,
            new VdoComponent(vdo.version(), vdo.stateCode(), 0, 0, vdo.config(), vdo.nonce()),
            new RecoveryJournalComponent(superBlock.recoveryJournal().header(), 1, 0, 0));
    add(
        ProblemCode.NEW_WITH_HISTORY,
        "counters set to those of a volume that was never started",
        "neither the block map nor the journal holds anything of this volume",
        Confidence.LIKELY);
  }
}
