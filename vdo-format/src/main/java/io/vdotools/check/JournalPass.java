package io.vdotools.check;

import io.vdotools.device.BlockDevice;
import io.vdotools.device.BlockError;
import io.vdotools.engine.JournalArea;
import io.vdotools.engine.JournalReplay;
import io.vdotools.engine.JournalScan;
import io.vdotools.engine.LiveJournal;
import io.vdotools.engine.LiveJournal.Outcome;
import io.vdotools.engine.PageKinds;
import io.vdotools.engine.RebuildJournal;
import io.vdotools.engine.ReplayedDevice;
import io.vdotools.engine.Volume;
import io.vdotools.format.VolumeState;
import io.vdotools.format.journal.JournalEntry;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.format.journal.RecoveryJournalBlock;
import io.vdotools.problem.Findings;
import io.vdotools.problem.Problem.JournalProblem;
import io.vdotools.problem.ProblemCode;
import io.vdotools.problem.Severity;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * The recovery journal, and its replay in memory.
 *
 * <p>Needs the places of journal, slabs and summary. Checks V-160 to V-165, V-170 to V-172, V-174
 * and V-175; {@link LiveJournalPass} looks at the entries. Later passes may rely on reading the
 * block map as a recovery or a rebuild would leave it.
 */
final class JournalPass {
  private final CheckContext context;
  private final Volume volume;
  private final Findings findings;
  private final JournalArea area;
  private PageKinds kinds = new PageKinds(0);
  private long newestOldFormat;
  private long oldestCurrentFormat = Long.MAX_VALUE;

  private JournalPass(CheckContext context) {
    this.context = context;
    this.volume = context.volume();
    this.findings = context.findings();
    this.area = volume.journalArea().orElseThrow();
  }

  static CheckContext.Journal run(CheckContext context) {
    return new JournalPass(context).run();
  }

  private CheckContext.Journal run() {
    context.progress().phase("recovery journal", 1);
    var scan = JournalScan.of(volume.device(), area, new BlockChecks());
    var journal =
        switch (context.judgement()) {
          case NEW -> asNew();
          case AS_IT_IS -> asItIs();
          case AFTER_RECOVERY -> afterRecovery(scan);
          case BEFORE_REBUILD -> beforeRebuild(scan);
        };
    context.progress().advance(1);
    return journal;
  }

  private final class BlockChecks implements JournalScan.Visitor {
    @Override
    public void block(long position, RecoveryJournalBlock block) {
      if (block.nonce() != area.nonce() || block.format().isEmpty()) {
        return;
      }
      long pbn = area.firstPbn() + position;
      long sequence = block.sequenceNumber();
      if (area.position(sequence) != position) {
        add(
            ProblemCode.JOURNAL_BLOCK_MISPLACED,
            pbn,
            sequence,
            "lies at position " + position + ", belongs to position " + area.position(sequence));
        return;
      }
      if (block.format().get() == JournalFormat.V1) {
        newestOldFormat = Math.max(newestOldFormat, sequence);
      } else {
        oldestCurrentFormat = Math.min(oldestCurrentFormat, sequence);
      }
      int expected = RecoveryJournalBlock.checkByteOf(sequence, area.blocks());
      if (block.checkByte() != expected) {
        add(
            ProblemCode.JOURNAL_CHECK_BYTE,
            pbn,
            sequence,
            "check byte is " + block.checkByte() + ", expected " + expected);
      }
      checkGeneration(pbn, block);
    }

    @Override
    public void unreadable(long position, BlockError error) {
      // On a volume that was stopped cleanly nobody reads the journal any more.
      boolean isRead = context.judgement() == Judgement.AFTER_RECOVERY;
      findings.add(
          problem(ProblemCode.JOURNAL_UNREADABLE, area.firstPbn() + position, 0, error.detail()),
          isRead ? ProblemCode.JOURNAL_UNREADABLE.severity() : Severity.HARMLESS);
    }
  }

  private void checkGeneration(long pbn, RecoveryJournalBlock block) {
    boolean isAhead = block.sequenceNumber() >= area.journalStart();
    switch (context.judgement()) {
      case AS_IT_IS -> {
        if (isAhead && block.isValid(area.nonce(), area.recoveryCountByte())) {
          add(
              ProblemCode.JOURNAL_AHEAD_OF_START,
              pbn,
              block.sequenceNumber(),
              "is not below the journal's start, " + area.journalStart());
        }
      }
      case AFTER_RECOVERY -> {
        if (isAhead && block.recoveryCount() == ((area.recoveryCountByte() + 1) & 0xff)) {
          add(
              ProblemCode.SUPER_BLOCK_OLDER,
              pbn,
              block.sequenceNumber(),
              "was written after one more recovery than the super block has counted");
        }
        checkRecovery(pbn, block);
      }
      case NEW ->
          add(
              ProblemCode.NEW_WITH_JOURNAL,
              pbn,
              block.sequenceNumber(),
              "has the nonce of this volume, which was never started");
      case BEFORE_REBUILD -> {
        // What old tools left behind before an upgrade is not known well enough.
        if (context.state() != VolumeState.REBUILD_FOR_UPGRADE) {
          checkRecovery(pbn, block);
        }
      }
    }
  }

  private void checkRecovery(long pbn, RecoveryJournalBlock block) {
    if (block.isOfOtherRecovery(area.journalStart(), area.blocks(), area.recoveryCountByte())) {
      add(
          ProblemCode.JOURNAL_OTHER_RECOVERY,
          pbn,
          block.sequenceNumber(),
          "has recovery count "
              + block.recoveryCount()
              + ", the super block's ends in "
              + area.recoveryCountByte());
    }
  }

  private CheckContext.Journal asNew() {
    return journal(volume.device(), _ -> false, JournalReplay.none(context.slabs()), 0, true, 0, 0);
  }

  private CheckContext.Journal asItIs() {
    return journal(
        volume.device(),
        _ -> false,
        JournalReplay.none(context.slabs()),
        area.journalStart(),
        true,
        0,
        0);
  }

  private CheckContext.Journal beforeRebuild(JournalScan scan) {
    var counter = new InvalidEntries(Severity.LOSES_DATA, "a rebuild drops it");
    var replay =
        JournalReplay.rebuild(volume, context.slabs(), new RebuildJournal(area, scan), counter);
    return journal(
        new ReplayedDevice(volume.device(), replay.patches(), area.nonce()),
        // There are no counts that could speak for what was in a page.
        _ -> false,
        replay,
        Long.MAX_VALUE,
        false,
        replay.patches().size(),
        0);
  }

  private CheckContext.Journal afterRecovery(JournalScan scan) {
    var live = LiveJournal.parse(volume.device(), area, scan);
    long head = live.head();
    switch (live.outcome()) {
      case MIXED_FORMATS ->
          add(
              ProblemCode.JOURNAL_MIXED_FORMATS,
              area.pbn(live.tail()),
              live.tail(),
              "has another format than block " + head + ", where the live part begins");
      case HEAD_BEHIND_TAIL ->
          add(
              ProblemCode.JOURNAL_HEAD_BEHIND_TAIL,
              area.pbn(live.tail()),
              live.tail(),
              "is the last usable block; the heads are "
                  + live.blockMapHead()
                  + " (block map) and "
                  + live.slabJournalHead()
                  + " (slab journals)");
      case EMPTY, ENTRIES -> checkEnd(live);
    }
    if (live.hasEntries() && live.format() == JournalFormat.V1) {
      add(
          ProblemCode.JOURNAL_OLD_FORMAT,
          area.pbn(head),
          head,
          "begins "
              + live.totalEntries()
              + " entries of the old format; a driver up to 8.2 can"
              + " replay them");
    }
    boolean blockMapOnly =
        context.state() == VolumeState.REPLAYING && live.format() == JournalFormat.V1;
    var replay =
        JournalReplay.recover(
            volume,
            context.slabs(),
            live,
            context.entries(),
            blockMapOnly,
            new InvalidEntries(
                ProblemCode.JOURNAL_ENTRY_INVALID.severity(), "the driver gives up on it"));
    if (replay.contradictsItself()) {
      add(
          ProblemCode.JOURNAL_SLOT_CHAIN,
          area.pbn(head),
          head,
          "a slot of an interior page is changed after it got its page");
    }
    kinds = LiveJournalPass.run(context, live);
    boolean isUsageKnown = live.hasEntries() || !scan.found();
    var replayed = new ReplayedDevice(volume.device(), replay.patches(), area.nonce());
    return journal(
        replayed,
        replayed::isFilled,
        replay,
        live.top() + 1,
        isUsageKnown,
        live.totalEntries(),
        live.outcome() == Outcome.ENTRIES ? live.top() - live.tail() : 0);
  }

  private void checkEnd(LiveJournal live) {
    // Without a single entry the tail is the block at which the search ended.
    long next = live.hasEntries() ? live.tail() + 1 : live.tail();
    switch (live.end()) {
      case COMPLETE -> {}
      case TORN -> {
        boolean isLast = live.top() - live.tail() <= LiveJournal.BLOCKS_IN_FLIGHT;
        add(
            isLast ? ProblemCode.JOURNAL_TORN_TAIL : ProblemCode.JOURNAL_BLOCK_TORN,
            area.pbn(live.tail()),
            live.tail(),
            live.tailEntries()
                + " of its entries are usable"
                + (live.top() > live.tail()
                    ? "; blocks up to " + live.top() + " are ignored"
                    : ""));
      }
      case GAP -> {
        boolean isCrash = live.top() - live.tail() <= LiveJournal.BLOCKS_IN_FLIGHT;
        add(
            isCrash ? ProblemCode.JOURNAL_HOLE : ProblemCode.JOURNAL_BLOCK_TORN,
            area.pbn(next),
            next,
            "is missing or not full; blocks up to " + live.top() + " are ignored");
      }
    }
  }

  private CheckContext.Journal journal(
      BlockDevice device,
      LongPredicate filled,
      JournalReplay replay,
      long recoveryPointLimit,
      boolean usageIsKnown,
      long totalEntries,
      long ignoredBlocks) {
    // A block of the old format says nothing about those that came after it.
    long currentFrom = oldestCurrentFormat > newestOldFormat ? oldestCurrentFormat : Long.MAX_VALUE;
    return new CheckContext.Journal(
        device,
        filled,
        replay,
        recoveryPointLimit,
        currentFrom,
        usageIsKnown,
        kinds,
        totalEntries,
        ignoredBlocks);
  }

  private final class InvalidEntries implements JournalReplay.InvalidEntries {
    private final Severity severity;
    private final String consequence;

    InvalidEntries(Severity severity, String consequence) {
      this.severity = severity;
      this.consequence = consequence;
    }

    @Override
    public void invalid(long sequenceNumber, int index, JournalEntry entry, String fault) {
      findings.add(
          new JournalProblem(
              ProblemCode.JOURNAL_ENTRY_INVALID,
              area.pbn(sequenceNumber),
              sequenceNumber,
              index,
              fault + "; " + consequence,
              List.of()),
          severity);
    }
  }

  private void add(ProblemCode code, long pbn, long sequence, String detail) {
    findings.add(problem(code, pbn, sequence, detail));
  }

  private static JournalProblem problem(ProblemCode code, long pbn, long sequence, String detail) {
    return new JournalProblem(code, pbn, sequence, -1, detail, List.of());
  }
}
