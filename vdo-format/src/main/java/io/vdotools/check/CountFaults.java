package io.vdotools.check;

import io.vdotools.device.BlockBuffers;
import io.vdotools.engine.ExactCounts;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.problem.Problem.CountProblem;
import io.vdotools.problem.Problem.StructureProblem;
import io.vdotools.problem.ProblemCode;
import io.vdotools.problem.Structure;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Gathers wrong reference counts; neighbours that are wrong in the same way become one fault. */
final class CountFaults {
  private static final int ORPHANS_LOOKED_FOR = 10_000;

  private record Fault(
      ProblemCode code, long pbn, long blocks, int slab, int stored, long computed) {
    boolean continues(ProblemCode otherCode, long otherPbn, int otherSlab, int s, long c) {
      return code == otherCode
          && pbn + blocks == otherPbn
          && slab == otherSlab
          && stored == s
          && computed == c;
    }

    /** {@return this fault for the blocks from one PBN to before another} */
    Fault part(long from, long to) {
      return new Fault(code, from, to - from, slab, stored, computed);
    }
  }

  private final CheckContext context;
  private final CheckContext.Journal journal;
  private final int keptPerCode;
  private final List<Fault> faults = new ArrayList<>();
  private final Map<ProblemCode, Integer> kept = new EnumMap<>(ProblemCode.class);
  private final Map<ProblemCode, Long> more = new EnumMap<>(ProblemCode.class);
  private @Nullable Fault open;
  private boolean hasSurplus;

  CountFaults(CheckContext context, CheckContext.Journal journal) {
    this.context = context;
    this.journal = journal;
    this.keptPerCode = context.options().keptPerCode();
  }

  /** Adds a problem of a data block that is not about its count. */
  static void addData(Suspects suspects, ProblemCode code, long pbn, String detail) {
    suspects.add(
        pbn, 1, true, lbns -> new StructureProblem(code, Structure.DATA, pbn, detail, lbns));
  }

  /** Compares the stored count of a block with what was counted; blocks come in ascending order. */
  void compare(long pbn, int slab, boolean slabIsUnused, int stored, ExactCounts.Count count) {
    long expected = count.isPage() ? ReferenceBlock.MAXIMUM : count.references();
    if (stored == expected) {
      return;
    }
    ProblemCode code;
    if (slabIsUnused) {
      code = ProblemCode.REFERENCES_INTO_UNUSED_SLAB;
    } else if (count.isPage()) {
      code = stored == 1 ? ProblemCode.PAGE_COUNT_LEGACY : ProblemCode.PAGE_COUNT_WRONG;
    } else {
      code = stored < expected ? ProblemCode.COUNT_TOO_LOW : ProblemCode.COUNT_TOO_HIGH;
    }
    hasSurplus |= code == ProblemCode.COUNT_TOO_HIGH;
    if (open != null && open.continues(code, pbn, slab, stored, expected)) {
      open = new Fault(code, open.pbn(), open.blocks() + 1, slab, stored, expected);
    } else {
      close();
      open = new Fault(code, pbn, 1, slab, stored, expected);
    }
  }

  private void close() {
    if (open == null) {
      return;
    }
    int already = kept.merge(open.code(), 1, Integer::sum);
    if (already <= keptPerCode) {
      faults.add(open);
    } else {
      more.merge(open.code(), 1L, Long::sum);
    }
    open = null;
  }

  /** {@return whether a block has a higher count than references} */
  boolean hasSurplus() {
    return hasSurplus;
  }

  /**
   * Hands the faults on.
   *
   * @param suspects takes them
   * @param cause what explains counts that are too high, in words; empty if nothing does
   */
  void moveTo(Suspects suspects, String cause) {
    close();
    var orphans = findOrphans();
    String explanation =
        cause.isEmpty() && !orphans.isEmpty()
            ? "lost with what named the block map page at PBN " + orphans.first()
            : cause;
    for (var fault : faults) {
      long next = fault.pbn();
      long end = fault.pbn() + fault.blocks();
      for (long orphan : List.copyOf(orphans.subSet(fault.pbn(), end))) {
        addFault(suspects, fault.part(next, orphan), explanation);
        addOrphan(suspects, orphan, cause);
        next = orphan + 1;
      }
      addFault(suspects, fault.part(next, end), explanation);
    }
    more.forEach((code, count) -> context.findings().addUncounted(code, code.severity(), count));
  }

  private static void addFault(Suspects suspects, Fault fault, String explanation) {
    if (fault.blocks() > 0) {
      boolean isSurplus = fault.code() == ProblemCode.COUNT_TOO_HIGH;
      suspects.add(
          fault.pbn(),
          fault.blocks(),
          fault.computed() > 0,
          lbns ->
              new CountProblem(
                  fault.code(),
                  fault.pbn(),
                  fault.blocks(),
                  fault.slab(),
                  fault.stored(),
                  fault.computed(),
                  isSurplus ? explanation : "",
                  lbns));
    }
  }

  private static void addOrphan(Suspects suspects, long pbn, String cause) {
    suspects.add(
        pbn,
        1,
        false,
        lbns ->
            new StructureProblem(
                ProblemCode.ORPHANED_PAGE,
                Structure.BLOCK_MAP_INTERIOR,
                pbn,
                "the block holds a block map page of this volume, and its count is 254"
                    + (cause.isEmpty() ? "" : "; " + cause),
                lbns));
  }

  /** Blocks counted as pages that are pages, but that the block map does not name. */
  private SortedSet<Long> findOrphans() {
    var orphans = new TreeSet<Long>();
    try (var arena = Arena.ofConfined()) {
      var page = new BlockMapPage(BlockBuffers.allocate(arena, 1));
      int looked = 0;
      for (var fault : faults) {
        if (fault.code() != ProblemCode.COUNT_TOO_HIGH
            || fault.stored() != ReferenceBlock.MAXIMUM
            || fault.computed() != 0) {
          continue;
        }
        // The pages on the way to a new leaf are allocated together and often lie side by side.
        long end = fault.pbn() + fault.blocks();
        for (long pbn = fault.pbn(); pbn < end && looked < ORPHANS_LOOKED_FOR; pbn++) {
          looked++;
          if (journal.device().read(pbn, page.bytes()).isEmpty()
              && page.validity(context.nonce(), pbn) == BlockMapPage.Validity.VALID) {
            orphans.add(pbn);
          }
        }
      }
    }
    return orphans;
  }
}
