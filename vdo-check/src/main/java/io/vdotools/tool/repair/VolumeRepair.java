package io.vdotools.tool.repair;

import io.vdotools.VdoException;
import io.vdotools.check.CheckOptions;
import io.vdotools.check.CheckProgress;
import io.vdotools.check.CheckResult;
import io.vdotools.check.Judgement;
import io.vdotools.check.VolumeCheck;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.OverlayDevice;
import io.vdotools.device.change.Plan;
import io.vdotools.device.change.RecordingDevice;
import io.vdotools.engine.BlockMapPatches;
import io.vdotools.engine.EngineException;
import io.vdotools.engine.LogicalVolume;
import io.vdotools.engine.NotAVolumeException;
import io.vdotools.engine.Usage;
import io.vdotools.engine.Volume;
import io.vdotools.engine.Workers;
import io.vdotools.engine.live.OfflineRecovery;
import io.vdotools.engine.repair.BlockMapRescue;
import io.vdotools.engine.repair.Confidence;
import io.vdotools.engine.repair.DepotMend.Suspicion;
import io.vdotools.engine.repair.DisplacedVolume;
import io.vdotools.engine.repair.HeadMend;
import io.vdotools.engine.repair.JournalMend;
import io.vdotools.engine.repair.JournalTidy;
import io.vdotools.engine.repair.MendContext;
import io.vdotools.engine.repair.RecoveryCountMend;
import io.vdotools.engine.repair.RepairLog;
import io.vdotools.engine.repair.StructureMend;
import io.vdotools.engine.repair.Treatment;
import io.vdotools.engine.salvage.SalvageOptions;
import io.vdotools.problem.Problem;
import io.vdotools.problem.ProblemCode;
import io.vdotools.problem.Structure;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Plans a repair: mends a volume in an overlay, guided by what a check finds, and has the result
 * checked.
 *
 * <p>A round treats the head, then the journal, then the block map and what follows from it. What
 * one round opens up - pages that were out of reach, say - the next one looks after. If rounds that
 * touch as little as they can do not lead to a clean volume, the last one makes all counts anew.
 */
public final class VolumeRepair {
  private static final int MOST_ROUNDS = 5;
  private static final int MOST_ENTRIES_NAMED = 10_000_000;

  private final RecordingDevice reads;
  private final RecordingDevice checkReads;
  private final RepairOptions options;
  private final CheckProgress progress;
  private final OverlayDevice overlay;
  private final RepairLog log;
  private final Workers workers;
  private boolean isReplayed;
  private boolean isJournalEnded;
  private @Nullable Volume withJournal;
  private final List<BlockMapPatches> applied = new ArrayList<>();

  private VolumeRepair(
      BlockDevice device, RepairOptions options, CheckProgress progress, Workers workers) {
    this.reads = RecordingDevice.over(device);
    this.checkReads = RecordingDevice.over(device);
    this.options = options;
    this.progress = progress;
    this.workers = workers;
    this.overlay = OverlayDevice.over(reads);
    this.log = new RepairLog(options.wanted());
  }

  /**
   * {@return what a repair of a volume would do; nothing is written to it}
   *
   * @param device the volume
   * @param options what to repair
   * @param progress learns how far it has come
   * @throws NotAVolumeException if nothing of a volume can be found
   * @throws VdoException if the device fails otherwise than by unreadable blocks
   */
  public static RepairPlan plan(BlockDevice device, RepairOptions options, CheckProgress progress)
      throws VdoException {
    try (var workers = options.check().workers()) {
      return new VolumeRepair(device, options, progress, workers).plan();
    }
  }

  private RepairPlan plan() throws VdoException {
    CheckResult before = null;
    NotAVolumeException reason = null;
    try {
      before = check();
    } catch (NotAVolumeException e) {
      reason = e;
    }
    var latest = before;
    if (latest == null || needsHead(latest)) {
      if (!HeadMend.run(overlay, codes(latest), log) && reason != null) {
        throw displaced().orElse(reason);
      }
      latest = check();
    }
    for (int round = 1; round <= MOST_ROUNDS && !RepairPlan.isInOrder(latest); round++) {
      int steps = log.size();
      round(latest, round);
      if (log.size() == steps) {
        break;
      }
      latest = check();
    }
    long commitBlock = latest.volume().superBlockPbn() - latest.volume().blockOffset();
    // Of a device that ends before its super block nothing changes.
    var changes = Plan.of(reads, overlay, commitBlock < overlay.blockCount() ? commitBlock : 0);
    return new RepairPlan(
        before, log.steps(), latest, overlay, changes, checkReads, options.wanted());
  }

  /** Where a volume begins later on the device: there is nothing to mend, only to look there. */
  private Optional<NotAVolumeException> displaced() {
    var blocks = DisplacedVolume.find(reads);
    if (blocks.isEmpty()) {
      return Optional.empty();
    }
    long bytes = blocks.getAsLong() * BlockDevice.BLOCK_SIZE;
    return Optional.of(
        new NotAVolumeException(
            ("%s: a VDO volume begins at byte %d of it, and there is nothing to mend before that;"
                    + " 'losetup --find --show --offset %d %s' makes a device that begins there")
                .formatted(reads.name(), bytes, bytes, reads.name())));
  }

  private CheckResult check() throws NotAVolumeException {
    return VolumeCheck.run(
        new OverlayView(overlay, checkReads), options.check(), progress, workers);
  }

  private static Set<ProblemCode> codes(@Nullable CheckResult result) {
    var codes = EnumSet.noneOf(ProblemCode.class);
    if (result != null) {
      codes.addAll(result.findings().codes());
    }
    return codes;
  }

  private static boolean needsHead(CheckResult result) {
    return result.extent() != CheckResult.Extent.COMPLETE
        || result.findings().codes().stream()
            .filter(code -> result.findings().worst(code).isDefect())
            .map(Treatment::of)
            .anyMatch(t -> t == Treatment.GEOMETRY || t == Treatment.SUPER_BLOCK);
  }

  private void round(CheckResult latest, int round) throws VdoException {
    if (latest.extent() != CheckResult.Extent.COMPLETE) {
      return;
    }
    if (!isJournalEnded) {
      // What its super block says of the journal is what evidence in the journal is read by.
      withJournal = latest.volume();
    }
    var found = codes(latest);
    if (isOfOtherRecovery(found) && RecoveryCountMend.run(overlay, log)) {
      // What the journal holds is seen only now.
      return;
    }
    var rebuild = reasonToRebuild(found);
    if (rebuild.isEmpty() && OfflineRecovery.isNeeded(latest.volume())) {
      if (!log.isWanted(ProblemCode.RECOVERY_PENDING) || recover(latest, found)) {
        return;
      }
      rebuild = Optional.of(ProblemCode.RECOVERY_PENDING);
    }
    // Before anything changes what tells them.
    var totals = totals(latest, found, rebuild.isPresent());
    var resources =
        new MendContext.Resources(
            workers.parallel(),
            workers.counterMemory(),
            options.check().memoryBytes(),
            options.check().windowPages());
    if (rebuild.isPresent()) {
      var journal = new JournalMend(MendContext.of(overlay, log, resources), rebuild.get());
      journal.apply(found.contains(ProblemCode.SUPER_BLOCK_OLDER));
      applied.addAll(journal.applied());
      isJournalEnded = true;
    } else if (has(found, Treatment.JOURNAL)) {
      new JournalTidy(MendContext.of(overlay, log, resources)).run();
    }
    if (rebuild.isPresent() || mayMissPages(latest) || mayHaveReplayedIntoLostPages(found)) {
      new BlockMapRescue(MendContext.of(overlay, log, resources), found)
          .run(salvageOptions(latest, totals));
    }
    var reason = reasonToCount(found);
    if ((reason.isPresent() && latest.judgement() != Judgement.NEW) || rebuild.isPresent()) {
      new StructureMend(
              MendContext.of(overlay, log, resources),
              found,
              suspicion(latest, round == MOST_ROUNDS),
              reason.orElseGet(() -> ProblemCode.READ_ONLY_MODE))
          .run();
    }
  }

  private boolean isOfOtherRecovery(Set<ProblemCode> found) {
    return found.contains(ProblemCode.JOURNAL_OTHER_RECOVERY)
        && log.isWanted(ProblemCode.JOURNAL_OTHER_RECOVERY);
  }

  /** Whether something above the leaves is wrong, so that pages may have lost their place. */
  private boolean mayMissPages(CheckResult latest) {
    if (latest.judgement() == Judgement.NEW) {
      return false;
    }
    return latest.findings().codes().stream()
        .filter(log::isWanted)
        .anyMatch(code ->
            switch (Treatment.of(code)) {
              case PAGES -> code != ProblemCode.PAGE_PRE_RELEASE;
              case ENTRIES ->
                  latest.findings().kept(code).stream()
                      .map(finding -> finding.problem().structure())
                      .anyMatch(structure ->
                          structure == Structure.BLOCK_MAP_INTERIOR
                              || structure == Structure.BLOCK_MAP_ROOT
                              || code == ProblemCode.PAGE_TWO_PARENTS);
              case NONE,
                  GEOMETRY,
                  SUPER_BLOCK,
                  REPLAY,
                  REBUILD,
                  JOURNAL,
                  COUNTS,
                  TOTALS,
                  NOT_REPAIRABLE ->
                  false;
            });
  }

  /**
   * A page that has become zeros is to a replay one that was never written. Only counts and totals,
   * which knew what was in it, do not fit then.
   */
  private boolean mayHaveReplayedIntoLostPages(Set<ProblemCode> found) {
    return isReplayed && (has(found, Treatment.COUNTS) || has(found, Treatment.TOTALS));
  }

  /** What the block map has to come to, as far as that is known. */
  private static Optional<Usage> totals(
      CheckResult latest, Set<ProblemCode> found, boolean isRebuild) throws NotAVolumeException {
    if (!isRebuild) {
      // Of a volume at rest the totals are known, unless they are what is wrong.
      var stored = latest.volume().superBlock().recoveryJournal();
      return Optional.of(new Usage(stored.logicalBlocksUsed(), stored.blockMapDataBlocks()));
    }
    // A journal that is whole, for pages of which one is not in its place, tells them as well.
    boolean isJournalWhole =
        found.stream()
            .allMatch(code ->
                switch (Treatment.of(code)) {
                  case REBUILD -> code == ProblemCode.JOURNAL_ENTRY_PAGE;
                  case JOURNAL -> false;
                  case REPLAY ->
                      code == ProblemCode.RECOVERY_PENDING || code == ProblemCode.JOURNAL_TORN_TAIL;
                  case NONE,
                      GEOMETRY,
                      SUPER_BLOCK,
                      PAGES,
                      ENTRIES,
                      COUNTS,
                      TOTALS,
                      NOT_REPAIRABLE ->
                      true;
                });
    return isJournalWhole && OfflineRecovery.isNeeded(latest.volume())
        ? LogicalVolume.open(latest.volume()).recovery().map(LogicalVolume.Recovered::usage)
        : Optional.empty();
  }

  private SalvageOptions salvageOptions(CheckResult latest, Optional<Usage> totals)
      throws NotAVolumeException {
    var options =
        SalvageOptions.standard()
            .withThreads(options().cores(), options().readers(), options().nanoClock())
            .withKept(MOST_ENTRIES_NAMED)
            .withMended(withJournal == null ? latest.volume() : withJournal)
            .withApplied(applied);
    if (totals.isPresent()) {
      options = options.withExpected(totals.get());
    }
    var hint = this.options.hint();
    return hint == null ? options : options.withHint(Volume.open(hint));
  }

  private CheckOptions options() {
    return options.check();
  }

  private boolean has(Set<ProblemCode> found, Treatment treatment) {
    return found.stream().anyMatch(c -> Treatment.of(c) == treatment && log.isWanted(c));
  }

  /** Why the journal is to be applied as a rebuild does it, if it is. */
  private Optional<ProblemCode> reasonToRebuild(Set<ProblemCode> found) {
    // Where counts do not fit either, the journal may hold what is missing.
    boolean isBehind =
        found.contains(ProblemCode.JOURNAL_AHEAD_OF_START)
            && log.isWanted(ProblemCode.JOURNAL_AHEAD_OF_START)
            && (has(found, Treatment.COUNTS) || has(found, Treatment.TOTALS));
    return isBehind
        ? Optional.of(ProblemCode.JOURNAL_AHEAD_OF_START)
        : found.stream()
            .filter(code -> Treatment.of(code) == Treatment.REBUILD)
            .filter(log::isWanted)
            .findFirst();
  }

  /** The problem because of which the block map and the counts are looked at, if there is one. */
  private Optional<ProblemCode> reasonToCount(Set<ProblemCode> found) {
    return found.stream()
        .filter(log::isWanted)
        .filter(code ->
            switch (Treatment.of(code)) {
              case NONE, NOT_REPAIRABLE, GEOMETRY, SUPER_BLOCK, REPLAY, JOURNAL -> false;
              case REBUILD, PAGES, ENTRIES, COUNTS, TOTALS -> true;
            })
        .max(Comparator.comparing(Treatment::of));
  }

  /** {@return whether the driver's own recovery works; if not, nothing is changed} */
  private boolean recover(CheckResult latest, Set<ProblemCode> found) throws VdoException {
    var trial = OverlayDevice.over(overlay);
    try {
      OfflineRecovery.run(trial);
    } catch (EngineException | NotAVolumeException e) {
      return false;
    }
    var block = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
    for (long changed : trial.changedBlocks()) {
      trial.read(changed, block);
      overlay.write(changed, block);
    }
    isReplayed = true;
    isJournalEnded = true;
    log.add(
        found.contains(ProblemCode.JOURNAL_OLD_FORMAT)
            ? ProblemCode.JOURNAL_OLD_FORMAT
            : ProblemCode.RECOVERY_PENDING,
        Structure.RECOVERY_JOURNAL,
        -1,
        latest.tally().replayedEntries()
            + " journal entries replayed, as a crash recovery does it; the volume becomes clean",
        "the journals are as a crash leaves them",
        Confidence.CERTAIN);
    return true;
  }

  /** The slabs that problems were found in; all of them if not each problem is known. */
  private static Suspicion suspicion(CheckResult latest, boolean all) {
    var findings = latest.findings();
    var slabs = new HashSet<Integer>();
    // What the summary of a volume says that was never started means nothing.
    boolean isAll = all || latest.judgement() == Judgement.NEW;
    for (var code : findings.codes()) {
      if (Treatment.of(code) != Treatment.COUNTS || code == ProblemCode.FULLNESS_HINT) {
        continue;
      }
      var kept = findings.kept(code);
      isAll |=
          findings.count(code) > kept.size()
              && kept.stream().anyMatch(f -> slabOf(f.problem()) >= 0);
      for (var finding : kept) {
        int slab = slabOf(finding.problem());
        if (slab >= 0) {
          slabs.add(slab);
        }
      }
    }
    return new Suspicion(isAll, slabs);
  }

  private static int slabOf(Problem problem) {
    return switch (problem) {
      case Problem.SlabProblem p -> p.slab();
      // Whether counts are right is looked at again when all references are counted.
      case Problem.CountProblem _,
          Problem.FieldProblem _,
          Problem.StructureProblem _,
          Problem.PageProblem _,
          Problem.EntryProblem _,
          Problem.JournalProblem _,
          Problem.FragmentProblem _ ->
          -1;
    };
  }
}
