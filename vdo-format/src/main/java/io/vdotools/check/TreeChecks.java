package io.vdotools.check;

import io.vdotools.device.BlockBuffers;
import io.vdotools.engine.ForestObserver;
import io.vdotools.engine.MetadataAreas;
import io.vdotools.engine.TreeLookup;
import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.blockmap.LbnSet;
import io.vdotools.format.blockmap.TreePlace;
import io.vdotools.problem.Problem.EntryProblem;
import io.vdotools.problem.Problem.PageProblem;
import io.vdotools.problem.ProblemCode;
import io.vdotools.problem.Severity;
import io.vdotools.problem.Structure;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * What is checked in the block map's pages above the leaves, and in the headers of all pages.
 *
 * <p>Checks V-070 to V-074, V-080 to V-083, V-086 and V-207.
 */
final class TreeChecks implements ForestObserver {
  private static final MemorySegment ZERO_BLOCK =
      MemorySegment.ofArray(new byte[BlockSize.BLOCK]).asReadOnly();

  private final CheckContext context;
  private final CheckContext.Journal journal;
  private final Forest forest;
  private final MetadataAreas areas;
  private final PageRegister register;

  private final JournalPages journalPages;
  private final TreeLookup lookup;

  TreeChecks(
      CheckContext context,
      CheckContext.Journal journal,
      MetadataAreas areas,
      PageRegister register,
      JournalPages journalPages) {
    this.journalPages = journalPages;
    this.lookup =
        new TreeLookup(journal.device(), context.slabs(), context.rootOrigin(), context.nonce());
    this.context = context;
    this.journal = journal;
    this.forest = context.forest();
    this.areas = areas;
    this.register = register;
  }

  static Structure structureAt(int height) {
    return switch (height) {
      case 0 -> Structure.BLOCK_MAP_LEAF;
      case Forest.ROOT_HEIGHT -> Structure.BLOCK_MAP_ROOT;
      default -> Structure.BLOCK_MAP_INTERIOR;
    };
  }

  @Override
  public void interior(long pbn, TreePlace place, BlockMapPage page) {
    if (place.height() < Forest.ROOT_HEIGHT) {
      register.addInterior(pbn);
    }
    journalPages.seen(pbn, place.height());
    if (place.height() < Forest.ROOT_HEIGHT) {
      checkFilled(pbn, place);
    }
    checkHeader(context, pbn, place, page);
  }

  /**
   * Notes a page that was none before the replay, unless the journal tells all of its slots:
   * whether what was in the others is lost is known only when the counts have been compared.
   */
  void checkFilled(long pbn, TreePlace place) {
    if (journal.mayHaveLost(pbn) && !lbnsNotReplayed(pbn, place).isEmpty()) {
      register.addFilled(new PageRegister.Unusable(pbn, place, PageFault.INVALID, ""));
    }
  }

  /** Checks the bytes of a usable page's header that drivers ignore. */
  static void checkHeader(CheckContext context, long pbn, TreePlace place, BlockMapPage page) {
    if (page.entryOffset() != 0) {
      report(
          context,
          ProblemCode.PAGE_PRE_RELEASE,
          pbn,
          place,
          "byte 33 is "
              + page.entryOffset()
              + ": its entries are those of a page of version 4.0, which are off by one");
    }
    if (page.hasStrayBytes()) {
      report(
          context,
          ProblemCode.PAGE_STRAY_BYTES,
          pbn,
          place,
          "bytes 24 to 31, 34 or 35 are not zero");
    }
  }

  private static void report(
      CheckContext context, ProblemCode code, long pbn, TreePlace place, String detail) {
    report(
        context,
        code,
        pbn,
        place,
        -1,
        detail,
        List.of(context.forest().lbnsBelow(place.tree(), place.height(), place.pageIndex())));
  }

  /** Reports a page together with the entry that names it: whoever repairs has to know both. */
  private void reportNamed(ProblemCode code, long pbn, TreePlace place, String detail) {
    reportNamed(
        code,
        pbn,
        place,
        detail,
        List.of(forest.lbnsBelow(place.tree(), place.height(), place.pageIndex())));
  }

  private void reportNamed(
      ProblemCode code, long pbn, TreePlace place, String detail, List<LbnSet> lbns) {
    var parent = lookup.parentOf(place);
    int slot = (int) (place.pageIndex() % BlockMapPage.ENTRIES);
    var named = new TreePlace(place.tree(), place.height(), place.pageIndex(), slot);
    report(context, code, pbn, parent.isPresent() ? named : place, parent.orElse(-1), detail, lbns);
  }

  private static void report(
      CheckContext context,
      ProblemCode code,
      long pbn,
      TreePlace place,
      long parentPbn,
      String detail,
      List<LbnSet> lbns) {
    context
        .findings()
        .add(
            new PageProblem(
                code, structureAt(place.height()), pbn, place, parentPbn, detail, lbns));
  }

  @Override
  public void unusable(long pbn, TreePlace place, PageFault fault, BlockMapPage page) {
    boolean isRoot = place.height() == Forest.ROOT_HEIGHT;
    if (!isRoot && place.height() > 0) {
      register.addInterior(pbn);
    }
    journalPages.seen(pbn, place.height());
    switch (fault) {
      case UNREADABLE ->
          reportLoss(ProblemCode.PAGE_UNREADABLE, pbn, place, fault, "the block cannot be read");
      case MISPLACED ->
          reportLoss(
              isRoot ? ProblemCode.ROOT_INVALID : ProblemCode.PAGE_MISPLACED,
              pbn,
              place,
              fault,
              "its header says that it lies at PBN " + Long.toUnsignedString(page.pbn()));
      case INVALID -> invalid(pbn, place, page, isRoot);
    }
  }

  private void invalid(long pbn, TreePlace place, BlockMapPage page, boolean isRoot) {
    if (page.version().equals(BlockMapPage.PRE_RELEASE_VERSION)
        && page.nonce() == context.nonce()) {
      reportLoss(ProblemCode.PAGE_PRE_RELEASE, pbn, place, PageFault.INVALID, "its version is 4.0");
    } else if (!isRoot) {
      // Whether data were lost with it is known only when the counts have been compared.
      register.addUnusable(
          new PageRegister.Unusable(pbn, place, PageFault.INVALID, describe(page)));
    } else if (page.isInitialized()) {
      reportLoss(ProblemCode.ROOT_INVALID, pbn, place, PageFault.INVALID, describe(page));
    }
  }

  /** Reports a page whose mappings are lost, whatever the counts say. */
  private void reportLoss(
      ProblemCode code, long pbn, TreePlace place, PageFault fault, String detail) {
    reportNamed(code, pbn, place, detail);
    register.addReported(new PageRegister.Unusable(pbn, place, fault, detail));
  }

  private String describe(BlockMapPage page) {
    if (page.bytes().mismatch(ZERO_BLOCK) < 0) {
      return "the block is all zeros";
    }
    if (page.nonce() != context.nonce()) {
      return "its nonce is "
          + Fields.hex(page.nonce())
          + ", the volume's "
          + Fields.hex(context.nonce());
    }
    return page.isInitialized()
        ? "its version is " + page.version() + ", expected " + BlockMapPage.VERSION
        : "it is marked as never completely written";
  }

  @Override
  public void refused(long pbn, TreePlace place, long packed, ChildFault fault) {
    var code =
        switch (fault) {
          case INVALID_ENTRY -> ProblemCode.ENTRY_INVALID;
          case WRONG_STATE -> ProblemCode.INTERIOR_STATE;
          case BEYOND_FOREST -> ProblemCode.CHILD_BEYOND_FOREST;
          case NOT_A_DATA_BLOCK ->
              areas.at(BlockMapEntry.pbn(packed)).isPresent()
                  ? ProblemCode.ENTRY_INTO_METADATA
                  : ProblemCode.CHILD_NOT_DATA_BLOCK;
        };
    String detail =
        switch (fault) {
          case INVALID_ENTRY -> "state and PBN do not go together";
          case WRONG_STATE -> "no page";
          case BEYOND_FOREST -> "a page behind the logical size";
          case NOT_A_DATA_BLOCK ->
              areas.at(BlockMapEntry.pbn(packed)).orElse("no place for a page");
        };
    context
        .findings()
        .add(
            new EntryProblem(
                code,
                structureAt(place.height()),
                pbn,
                place,
                BlockMapEntry.unpack(packed),
                1,
                detail,
                List.of(forest.lbnsBelow(place))));
  }

  @Override
  public void duplicate(long pbn, TreePlace kept, TreePlace other) {
    report(
        context,
        ProblemCode.PAGE_TWO_PARENTS,
        pbn,
        other,
        "it is named as "
            + describe(kept)
            + " and again as "
            + describe(other)
            + "; it is taken for the first");
  }

  private static String describe(TreePlace place) {
    return "page "
        + place.pageIndex()
        + " of height "
        + place.height()
        + " in tree "
        + place.tree();
  }

  /**
   * Reports the pages that were invalid, once it is known whether counts speak of mappings that
   * have gone with them.
   *
   * @param mappingsAreMissing whether stored counts are higher than the references found
   */
  void reportUnusable(boolean mappingsAreMissing) {
    var code = mappingsAreMissing ? ProblemCode.PAGE_LOST : ProblemCode.PAGE_UNINITIALIZED;
    var pages = register.firstUnusable();
    for (var page : pages) {
      reportNamed(code, page.pbn(), page.place(), page.detail());
    }
    Severity severity = code.severity();
    context.findings().addUncounted(code, severity, register.unusableCount() - pages.size());
    if (mappingsAreMissing) {
      reportFilled();
    }
  }

  private void reportFilled() {
    var pages = register.firstFilled();
    try (var arena = Arena.ofConfined()) {
      var before = new BlockMapPage(BlockBuffers.allocate(arena, 1));
      for (var page : pages) {
        // It could be read, or the replay had not made anything of it.
        boolean isRead = context.volume().device().read(page.pbn(), before.bytes()).isEmpty();
        reportNamed(
            ProblemCode.PAGE_LOST,
            page.pbn(),
            page.place(),
            (isRead ? describe(before) : "it cannot be read any more")
                + "; the replay makes a page of it, with what the journal tells",
            lbnsNotReplayed(page.pbn(), page.place()));
      }
    }
    context
        .findings()
        .addUncounted(
            ProblemCode.PAGE_LOST,
            ProblemCode.PAGE_LOST.severity(),
            register.filledCount() - pages.size());
  }

  /** What the page held in slots that the journal tells of is not lost. */
  private List<LbnSet> lbnsNotReplayed(long pbn, TreePlace place) {
    var lbns = new ArrayList<LbnSet>();
    int[] next = {0};
    journal
        .replay()
        .patches()
        .forEachSlot(
            pbn,
            (slot, _) -> {
              addLbns(lbns, place, next[0], slot);
              next[0] = slot + 1;
            });
    addLbns(lbns, place, next[0], BlockMapPage.ENTRIES);
    return lbns;
  }

  private void addLbns(List<LbnSet> lbns, TreePlace page, int from, int to) {
    var set =
        forest.lbnsBelow(
            new TreePlace(page.tree(), page.height(), page.pageIndex(), from), to - from);
    if (!set.isEmpty()) {
      lbns.add(set);
    }
  }

  /** {@return the first page that was lost, in words, for the problems that it causes} */
  String causeOfMissingMappings() {
    return register.firstCause().map(this::describeCause).orElse("");
  }

  private String describeCause(PageRegister.Unusable first) {
    LbnSet lbns =
        forest.lbnsBelow(first.place().tree(), first.place().height(), first.place().pageIndex());
    long others = register.causeCount() - 1;
    return "lost with the block map page at PBN "
        + first.pbn()
        + " (LBN "
        + lbns
        + ")"
        + (others > 0 ? " or " + others + " other lost pages" : "");
  }
}
