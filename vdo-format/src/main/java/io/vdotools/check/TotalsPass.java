package io.vdotools.check;

import io.vdotools.engine.Usage;
import io.vdotools.problem.Problem.FieldProblem;
import io.vdotools.problem.ProblemCode;
import io.vdotools.problem.Severity;
import io.vdotools.problem.Structure;

/**
 * The totals of the super block, or of the journal after a crash.
 *
 * <p>Needs a walk over the whole block map. Checks V-200 and V-201.
 */
final class TotalsPass {
  private TotalsPass() {}

  static void run(CheckContext context, CheckContext.Journal journal, long mappings, long pages) {
    var stored = context.volume().superBlock().recoveryJournal();
    var usage =
        journal
            .replay()
            .usageOr(new Usage(stored.logicalBlocksUsed(), stored.blockMapDataBlocks()));
    check(
        context,
        journal,
        ProblemCode.LOGICAL_BLOCKS_USED,
        "logical_blocks_used",
        usage.logicalBlocks(),
        mappings);
    check(
        context,
        journal,
        ProblemCode.BLOCK_MAP_DATA_BLOCKS,
        "block_map_data_blocks",
        usage.blockMapPages(),
        pages);
  }

  private static void check(
      CheckContext context,
      CheckContext.Journal journal,
      ProblemCode code,
      String field,
      long stored,
      long counted) {
    if (stored == counted) {
      return;
    }
    var problem =
        new FieldProblem(
            code,
            Structure.SUPER_BLOCK,
            context.volume().superBlockPbn(),
            field,
            Long.toUnsignedString(stored),
            Long.toUnsignedString(counted));
    // A journal that was torn before its first entry leaves totals of the last start behind.
    context.findings().add(problem, journal.usageIsKnown() ? code.severity() : Severity.INFO);
  }
}
