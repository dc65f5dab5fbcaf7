package io.vdotools.engine.repair;

import io.vdotools.device.BlockDevice;
import io.vdotools.device.BlockError;
import io.vdotools.engine.JournalScan;
import io.vdotools.format.RecoveryJournalComponent;
import io.vdotools.format.journal.RecoveryJournalBlock;
import io.vdotools.problem.ProblemCode;
import io.vdotools.problem.Structure;
import java.lang.foreign.MemorySegment;
import java.util.TreeMap;

/**
 * Puts the recovery journal of a volume at rest in order, where nobody reads its entries any more:
 * blocks that are wrong are emptied, and the start lies behind all others.
 */
public final class JournalTidy {
  private final MendContext context;

  /** Prepares. */
  public JournalTidy(MendContext context) {
    this.context = context;
  }

  /** Puts it in order. */
  public void run() {
    var area = context.volume().journalArea().orElseThrow();
    var wrong = new TreeMap<Long, ProblemCode>();
    JournalScan.of(
        context.blocks().device(),
        area,
        new JournalScan.Visitor() {
          @Override
          public void block(long position, RecoveryJournalBlock block) {
            if (block.nonce() != area.nonce() || block.format().isEmpty()) {
              return;
            }
            long sequence = block.sequenceNumber();
            if (area.position(sequence) != position) {
              wrong.put(position, ProblemCode.JOURNAL_BLOCK_MISPLACED);
            } else if (block.checkByte()
                != RecoveryJournalBlock.checkByteOf(sequence, area.blocks())) {
              wrong.put(position, ProblemCode.JOURNAL_CHECK_BYTE);
            }
          }

          @Override
          public void unreadable(long position, BlockError error) {
            wrong.put(position, ProblemCode.JOURNAL_UNREADABLE);
          }
        });
    var survey = JournalSurvey.of(context.blocks().device(), area);
    survey.strays().forEach(at -> wrong.put(at, ProblemCode.JOURNAL_AHEAD_OF_START));
    wrong.forEach((position, code) -> {
      if (context.log().isWanted(code)) {
        clear(area.firstPbn() + position, code);
      }
    });
    if (survey.isFound() && context.log().isWanted(ProblemCode.JOURNAL_AHEAD_OF_START)) {
      raiseStart(survey.top() + 1);
    }
  }

  private void clear(long pbn, ProblemCode code) {
    context.blocks().write(pbn, MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]));
    context
        .log()
        .add(
            code,
            Structure.RECOVERY_JOURNAL,
            pbn,
            "block emptied",
            "the volume was stopped cleanly: nothing of the journal is needed any more",
            Confidence.CERTAIN);
  }

  private void raiseStart(long start) {
    var old = context.volume().superBlock();
    var journal = old.recoveryJournal();
    HeadBlocks.writeSuperBlock(
        context.blocks(),
        context.volume().superBlockPbn(),
        HeadBlocks.with(
            old,
            old.vdo(),
            new RecoveryJournalComponent(
                journal.header(),
                start,
                journal.logicalBlocksUsed(),
                journal.blockMapDataBlocks())));
    context
        .log()
        .add(
            ProblemCode.JOURNAL_AHEAD_OF_START,
            Structure.SUPER_BLOCK,
            context.volume().superBlockPbn(),
            "journal_start raised from " + journal.journalStart() + " to " + start,
            "block map and counts agree without those blocks",
            Confidence.LIKELY);
  }
}
