package io.vdotools.engine.repair;

import io.vdotools.engine.salvage.BlockMapSalvage;
import io.vdotools.engine.salvage.Evidence;
import io.vdotools.engine.salvage.LostMappings;
import io.vdotools.engine.salvage.RemovedEntry;
import io.vdotools.engine.salvage.SalvageOptions;
import io.vdotools.engine.salvage.SalvageOptions.Unplaced;
import io.vdotools.engine.salvage.SalvageReport;
import io.vdotools.engine.salvage.UnplacedPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.blockmap.LbnSet;
import io.vdotools.problem.ProblemCode;
import io.vdotools.problem.Structure;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Has a damaged block map put together by evidence, and tells of that in steps. */
public final class BlockMapRescue {
  private final MendContext context;
  private final Set<ProblemCode> found;

  /**
   * Prepares.
   *
   * @param context the volume, with the usable part of its journal applied
   * @param found the codes that a check found
   */
  public BlockMapRescue(MendContext context, Set<ProblemCode> found) {
    this.context = context;
    this.found = Set.copyOf(found);
  }

  /**
   * Puts the block map together.
   *
   * @param options with what to work
   */
  public void run(SalvageOptions options) {
    var overlay = context.blocks().overlay();
    var before = Arrays.stream(overlay.changedBlocks()).boxed().collect(Collectors.toSet());
    int steps = context.log().size();
    var report =
        BlockMapSalvage.run(
            context.volume(), context.blocks().overlay(), options.withUnplaced(Unplaced.FREE));
    tellOfPages(report);
    tellOfEntries(report);
    tellOfLosses(report);
    if (context.log().size() == steps) {
      tellOfEmptyPages(before);
    }
  }

  /** Pages that had nothing to lose are not worth a word to who salvages, but they were written. */
  private void tellOfEmptyPages(Set<Long> before) {
    for (long block : context.blocks().overlay().changedBlocks()) {
      if (!before.contains(block)) {
        context
            .log()
            .add(
                pageCode(false),
                Structure.BLOCK_MAP_LEAF,
                block + context.volume().blockOffset(),
                "made an empty page",
                "nothing speaks for mappings in it",
                Confidence.CERTAIN);
      }
    }
  }

  private static Confidence confidence(io.vdotools.engine.salvage.Confidence confidence) {
    return switch (confidence) {
      case CERTAIN -> Confidence.CERTAIN;
      case STRONG -> Confidence.LIKELY;
      case WEAK -> Confidence.ASSUMED;
    };
  }

  private static String text(List<Evidence> evidence) {
    return evidence.stream().map(Evidence::detail).collect(Collectors.joining("; "));
  }

  /** The first problem with a page that was found, to be named as the reason. */
  private ProblemCode pageCode(boolean isRoot) {
    if (isRoot && found.contains(ProblemCode.ROOT_INVALID)) {
      return ProblemCode.ROOT_INVALID;
    }
    return found.stream()
        .filter(c -> Treatment.of(c) == Treatment.PAGES && c != ProblemCode.ORPHANED_PAGE)
        .sorted()
        .findFirst()
        .orElse(ProblemCode.PAGE_LOST);
  }

  private void tellOfPages(SalvageReport report) {
    report
        .shift()
        .ifPresent(shift ->
            context
                .log()
                .add(
                    ProblemCode.PAGE_MISPLACED,
                    Structure.BLOCK_MAP_LEAF,
                    -1,
                    shift.pages() + " pages lie " + shift.blocks() + " blocks from their places",
                    shift.detail(),
                    Confidence.LIKELY));
    for (var placement : report.placements()) {
      context
          .log()
          .add(
              ProblemCode.ORPHANED_PAGE,
              MendContext.structureAt(placement.slot().height()),
              placement.parentPbn(),
              "slot "
                  + placement.slot().slot()
                  + " names the page at PBN "
                  + placement.pbn()
                  + " again",
              text(placement.evidence()),
              confidence(placement.confidence()));
    }
    for (var page : report.restored()) {
      context
          .log()
          .add(
              pageCode(page.place().height() == Forest.ROOT_HEIGHT),
              MendContext.structureAt(page.place().height()),
              page.pbn(),
              "page restored with " + page.entries() + " entries: " + page.fault(),
              text(page.evidence()),
              confidence(page.confidence()));
    }
    for (var page : report.contested()) {
      context
          .log()
          .add(
              ProblemCode.PAGE_TWO_PARENTS,
              MendContext.structureAt(page.kept().height()),
              page.pbn(),
              "only slot "
                  + page.kept().slot()
                  + " of page "
                  + page.kept().pageIndex()
                  + " in tree "
                  + page.kept().tree()
                  + " names it from here on",
              text(page.evidence()),
              confidence(page.confidence()),
              page.others().stream().map(context.forest()::lbnsBelow).toList());
    }
    for (var page : report.unplaced()) {
      if (page.disposition() == UnplacedPage.Disposition.FREED) {
        context
            .log()
            .add(
                ProblemCode.ORPHANED_PAGE,
                Structure.BLOCK_MAP_LEAF,
                page.pbn(),
                "a page with "
                    + page.entries()
                    + " entries given up: where it belongs is not known",
                page.detail(),
                Confidence.ASSUMED);
      }
    }
  }

  private static ProblemCode codeOf(RemovedEntry entry) {
    return switch (entry.reason()) {
      case INVALID -> ProblemCode.ENTRY_INVALID;
      case WRONG_STATE -> ProblemCode.INTERIOR_STATE;
      case NOT_A_DATA_BLOCK ->
          entry.place().height() == 0
              ? ProblemCode.MAPPING_NOT_DATA_BLOCK
              : ProblemCode.CHILD_NOT_DATA_BLOCK;
      case BEYOND_END ->
          entry.place().height() == 0
              ? ProblemCode.MAPPING_BEYOND_LOGICAL
              : ProblemCode.CHILD_BEYOND_FOREST;
      case MAPS_A_PAGE -> ProblemCode.MAPPING_TO_PAGE;
      case NAMES_NO_PAGE -> ProblemCode.CHILD_NOT_DATA_BLOCK;
      case SECOND_PARENT -> ProblemCode.PAGE_TWO_PARENTS;
    };
  }

  private record PageAndCode(long pbn, ProblemCode code) implements Comparable<PageAndCode> {
    @Override
    public int compareTo(PageAndCode other) {
      return pbn == other.pbn ? code.compareTo(other.code) : Long.compare(pbn, other.pbn);
    }
  }

  /** One step for each page and kind of entry. */
  private void tellOfEntries(SalvageReport report) {
    var byPage =
        report.removed().stream()
            .collect(
                Collectors.groupingBy(
                    e -> new PageAndCode(e.pagePbn(), codeOf(e)),
                    TreeMap::new,
                    Collectors.toList()));
    byPage.forEach((page, entries) ->
        context
            .log()
            .add(
                page.code(),
                MendContext.structureAt(entries.getFirst().place().height()),
                page.pbn(),
                entries.size() == 1
                    ? "entry of slot " + entries.getFirst().place().slot() + " taken away"
                    : entries.size()
                        + " entries from slot "
                        + entries.getFirst().place().slot()
                        + " on taken away",
                entries.getFirst().reason().title(),
                Confidence.CERTAIN,
                entries.stream().map(RemovedEntry::lbns).toList()));
  }

  private void tellOfLosses(SalvageReport report) {
    int unusedRoots = 0;
    for (var lost : report.lost()) {
      boolean isRoot = lost.place().height() == Forest.ROOT_HEIGHT;
      if (isRoot && lost.certainty() == LostMappings.Certainty.POSSIBLY_LOST) {
        // Most volumes never use all trees: that their roots are empty is no loss.
        unusedRoots++;
        continue;
      }
      boolean isGone = lost.certainty() != LostMappings.Certainty.DOUBTFUL;
      List<LbnSet> sets = isGone ? lost.lbns() : List.of();
      context
          .log()
          .add(
              pageCode(isRoot),
              MendContext.structureAt(lost.place().height()),
              lost.pbn(),
              switch (lost.certainty()) {
                case LOST -> "mappings given up";
                case POSSIBLY_LOST -> "mappings given up, if there were any";
                case DOUBTFUL -> "mappings kept that are doubtful: LBN " + lost.lbns();
              },
              lost.reason(),
              isGone ? Confidence.CERTAIN : Confidence.ASSUMED,
              sets);
    }
    if (unusedRoots > 0) {
      context
          .log()
          .add(
              pageCode(true),
              Structure.BLOCK_MAP_ROOT,
              context.rootOrigin(),
              unusedRoots + " empty roots taken for those of trees that were never used",
              "something is missing from the block map, and nothing tells that it was there",
              Confidence.ASSUMED);
    }
  }
}
