package io.vdotools.check;

import io.vdotools.engine.SlabStates;
import io.vdotools.format.Limits;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.depot.SlabSummary;
import io.vdotools.format.depot.SlabSummaryEntry;
import io.vdotools.problem.Problem.SlabProblem;
import io.vdotools.problem.Problem.StructureProblem;
import io.vdotools.problem.ProblemCode;
import io.vdotools.problem.Structure;
import java.util.List;

/**
 * The slab summary by itself.
 *
 * <p>Needs the places of summary and slabs, and a state in which the summary counts. Checks V-120
 * to V-122, V-125 and V-131. Later passes may rely on the authoritative entries being those of the
 * zone count stored, plausible or not.
 */
final class SummaryPass {
  private final CheckContext context;
  private final SlabGeometry slabs;

  private SummaryPass(CheckContext context) {
    this.context = context;
    this.slabs = context.slabs();
  }

  static void run(CheckContext context) {
    if (!context.judgement().hasCounts()) {
      return;
    }
    var pass = new SummaryPass(context);
    pass.checkReadable();
    pass.checkEntries();
    pass.checkFutureSlabs();
    pass.checkZones();
  }

  private void checkReadable() {
    for (var error : context.states().errors()) {
      context
          .findings()
          .add(
              new StructureProblem(
                  ProblemCode.SUMMARY_UNREADABLE,
                  Structure.SLAB_SUMMARY,
                  error.block(),
                  error.detail(),
                  List.of()));
    }
  }

  private void checkEntries() {
    for (int slab = 0; slab < slabs.slabCount(); slab++) {
      var entry = context.entries().get(slab);
      if (entry.tailBlockOffset() >= slabs.journalBlocks()) {
        add(
            ProblemCode.TAIL_OFFSET,
            slab,
            "tail block offset is "
                + entry.tailBlockOffset()
                + ", expected less than "
                + slabs.journalBlocks());
      }
      if (!entry.loadRefCounts() && !entry.isDirty() && entry.tailBlockOffset() != 0) {
        add(
            ProblemCode.USED_SLAB_MARKED_UNUSED,
            slab,
            "its entry (" + entry + ") has a journal but neither counts nor changes");
      }
      if (!entry.loadRefCounts() && entry.isDirty() && entry.tailBlockOffset() == 0) {
        add(
            ProblemCode.DIRTY_WITHOUT_JOURNAL,
            slab,
            "its entry (" + entry + ") has changes but neither counts nor a journal");
      }
    }
  }

  private void add(ProblemCode code, int slab, String detail) {
    add(code, context.states().entryPbn(slab, context.zones()), slab, detail);
  }

  private void add(ProblemCode code, long pbn, int slab, String detail) {
    context.findings().add(new SlabProblem(code, Structure.SLAB_SUMMARY, pbn, slab, detail));
  }

  /** Entries behind the last slab become live when the volume grows. */
  private void checkFutureSlabs() {
    for (int copy = 0; copy < SlabSummary.COPIES; copy++) {
      int slab = slabs.slabCount();
      while (slab < Limits.SLABS) {
        int end = (slab / SlabSummary.ENTRIES_PER_BLOCK + 1) * SlabSummary.ENTRIES_PER_BLOCK;
        long pbn = context.states().firstPbn() + SlabSummary.blockOf(copy, slab);
        if (!context.states().errors().contains(pbn)) {
          checkFutureSlabs(copy, slab, end, pbn);
        }
        slab = end;
      }
    }
  }

  /** Checks the entries of one block. */
  private void checkFutureSlabs(int copy, int firstSlab, int endSlab, long pbn) {
    var code = ProblemCode.FUTURE_SLAB_ENTRY;
    var expected = slabs.unusedEntry();
    var summary = context.states().summary();
    for (int slab = summary.firstOther(copy, firstSlab, endSlab, expected);
        slab >= 0;
        slab = summary.firstOther(copy, slab + 1, endSlab, expected)) {
      if (context.findings().count(code) >= context.options().keptPerCode()) {
        // They come in order of places, so that none of these would be kept.
        int more = summary.countOthers(copy, slab, endSlab, expected);
        context.findings().addUncounted(code, code.severity(), more);
        return;
      }
      var entry = summary.entry(copy, slab);
      add(
          code,
          pbn,
          slab,
          "its entry in copy " + copy + " is (" + entry + "), expected (" + expected + ")");
    }
  }

  /** Whether another number of zones would select entries without a contradiction. */
  private void checkZones() {
    if (contradictions(context.entries()) == 0 || context.zones() > Limits.PHYSICAL_ZONES) {
      return;
    }
    for (int zones = 1; zones <= Math.min(Limits.PHYSICAL_ZONES, slabs.slabCount()); zones++) {
      var entries = SlabStates.select(context.states().summary(), slabs, zones);
      if (zones != Math.max(1, context.zones()) && contradictions(entries) == 0) {
        context
            .findings()
            .add(
                new StructureProblem(
                    ProblemCode.ZONE_COUNT_IMPLAUSIBLE,
                    Structure.SUPER_BLOCK,
                    context.volume().superBlockPbn(),
                    "zone_count is "
                        + context.zones()
                        + ", but the entries that it selects contradict themselves, and those for "
                        + zones
                        + " do not",
                    List.of()));
        return;
      }
    }
  }

  private int contradictions(List<SlabSummaryEntry> entries) {
    int count = 0;
    for (var entry : entries) {
      boolean isContradiction =
          entry.tailBlockOffset() >= slabs.journalBlocks()
              || (!entry.loadRefCounts() && entry.isDirty() != (entry.tailBlockOffset() != 0));
      count += isContradiction ? 1 : 0;
    }
    return count;
  }
}
