package io.vdotools.check;

import io.vdotools.engine.PageKinds;
import io.vdotools.problem.Problem.JournalProblem;
import io.vdotools.problem.ProblemCode;
import java.util.List;

/**
 * Whether the blocks that live journal entries name are pages of the right height.
 *
 * <p>Needs to be told of every page that a walk over the replayed block map meets. Checks V-166.
 * Used by several threads.
 */
final class JournalPages {
  private final CheckContext context;
  private final PageKinds kinds;

  JournalPages(CheckContext context, CheckContext.Journal journal) {
    this.context = context;
    this.kinds = journal.kinds();
  }

  void seen(long pbn, int height) {
    if (kinds.isNamed(pbn)) {
      kinds.seen(pbn, height);
    }
  }

  void report() {
    kinds.forEachMismatch((pagePbn, sequence, index, detail) ->
        context
            .findings()
            .add(
                new JournalProblem(
                    ProblemCode.JOURNAL_ENTRY_PAGE,
                    context.volume().journalArea().orElseThrow().pbn(sequence),
                    sequence,
                    index,
                    "names PBN " + pagePbn + ", which is " + detail,
                    List.of())));
  }
}
