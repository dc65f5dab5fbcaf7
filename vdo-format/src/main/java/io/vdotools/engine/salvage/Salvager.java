package io.vdotools.engine.salvage;

import io.vdotools.engine.BlockMapPatches;
import io.vdotools.engine.Usage;
import io.vdotools.engine.salvage.SalvageOptions.Unplaced;
import io.vdotools.engine.salvage.Survey.BadPage;
import io.vdotools.engine.salvage.UnplacedPage.Disposition;
import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One salvage, step by step: survey, evidence, search, assembly, and what then remains to be said.
 *
 * <p>What is put in place may bring more to light, so the survey is repeated until it finds nothing
 * new above the leaves. Only then are leaves restored: a block that is named as a leaf may turn out
 * to be data of a leaf that was found late.
 */
final class Salvager {
  private static final int MOST_ROUNDS = 8;
  private static final int COUNTS_ASKED = 64;

  private final Ground ground;
  private final Ledger ledger;
  private final Openings openings = new Openings();
  private final EntryCleaner cleaner;
  private final Set<Long> restored = new HashSet<>();

  Salvager(Ground ground) {
    this.ground = ground;
    this.ledger = new Ledger(ground);
    this.cleaner = new EntryCleaner(ground, openings, ledger);
  }

  SalvageReport run() {
    var device = ShiftFinder.ofDevice(ground);
    if (device.isPresent()) {
      ledger.shift(device.get());
      return ledger.report(new Usage(0, 0));
    }
    ground.options().progress().phase("reading the block map", ground.forest().leafPages());
    var survey = Survey.of(ground, restored);
    var journal = journal(survey);
    findLostAmongNew(survey, journal);
    boolean isSearched =
        switch (ground.options().scan()) {
          case IF_NEEDED -> isMissingSomething(survey, journal);
          case ALWAYS -> true;
          case NEVER -> false;
        };
    if (!isSearched
        && survey.leavesWithBadEntries().isEmpty()
        && !isMissingSomething(survey, journal)) {
      return ledger.report(new Usage(survey.mapped(), survey.pages()));
    }
    try (var counts = new CountEvidence(ground)) {
      return repair(survey, journal, counts, isSearched);
    }
  }

  private JournalEvidence journal(Survey survey) {
    var bad = new HashSet<Long>();
    survey.bad().forEach(page -> bad.add(page.pbn()));
    return JournalEvidence.read(
        ground,
        survey.pages(),
        (parent, slot, child) -> {
          long id = survey.table().id(child);
          return id != PageTable.NONE
              && PageId.slotInParent(id) == slot
              && survey.pbnOf(PageId.parent(id)) == parent
              && !bad.contains(child)
              && !survey.contested().containsKey(child);
        });
  }

  /**
   * A page that was a block without entries before the replay is a new one if the journal tells how
   * it was made, and all that was stored in it since. If not, it was lost.
   */
  private void findLostAmongNew(Survey survey, JournalEvidence journal) {
    var leaves =
        survey.blankBefore().entrySet().stream()
            .filter(page -> PageId.height(page.getKey()) == 0)
            .mapToLong(Map.Entry::getValue)
            .sorted()
            .toArray();
    var patches = leaves.length == 0 ? null : journal.mappings(leaves);
    survey
        .blankBefore()
        .forEach((id, pbn) -> {
          boolean isWhole =
              (journal.knowsWhole(pbn) || isFull(pbn, id))
                  && (patches == null || PageId.height(id) > 0 || holdsAll(pbn, patches));
          if (!isWhole) {
            survey.put(new BadPage(pbn, id, true));
          }
        });
  }

  /** Whether a page above the leaves has a page below it in every slot, as most roots have. */
  private boolean isFull(long pbn, long id) {
    var bytes = ground.read(pbn);
    int slots = PageId.slots(id, ground.forest());
    boolean isFull = bytes.isPresent() && PageId.height(id) > 0;
    for (int slot = 0; slot < slots && isFull; slot++) {
      isFull = BlockMapPage.entry(bytes.get(), slot) != 0;
    }
    return isFull;
  }

  private boolean holdsAll(long pbn, BlockMapPatches patches) {
    var bytes = ground.read(pbn);
    boolean[] differs = new boolean[1];
    patches.forEachSlot(
        pbn,
        (slot, packed) ->
            differs[0] |= bytes.isEmpty() || BlockMapPage.entry(bytes.get(), slot) != packed);
    return !differs[0];
  }

  /** Pages of which all is in order that can be: the roots of unused trees. */
  private boolean isUnusedRoot(BadPage page) {
    return PageId.height(page.id()) == Forest.ROOT_HEIGHT
        && page.isReadable()
        && ground
            .read(page.pbn())
            .filter(bytes ->
                PageExam.of(bytes, page.pbn(), PageId.height(page.id()), ground).verdict()
                    == PageExam.Verdict.BLANK)
            .isPresent();
  }

  private boolean isMissingSomething(Survey survey, JournalEvidence journal) {
    var expected = ground.expected();
    return survey.bad().stream().anyMatch(page -> !isUnusedRoot(page))
        || !survey.withRefused().isEmpty()
        || !survey.contested().isEmpty()
        || !journal.entries().isEmpty()
        || journal.fewestPages() > survey.pages()
        || expected
            .filter(usage ->
                usage.blockMapPages() > survey.pages()
                    || usage.logicalBlocks() > survey.mapped() + survey.badEntries())
            .isPresent();
  }

  private SalvageReport repair(
      Survey first, JournalEvidence firstJournal, CountEvidence counts, boolean isSearched) {
    var survey = first;
    var journal = firstJournal;
    boolean countsAreUsable = areUsable(counts, survey);
    var images = new PageImages();
    if (isSearched) {
      images = SignatureScan.run(ground, survey.table());
      ledger.scanned(SignatureScan.blocks(ground));
    }
    images.seal();
    var orphans = Orphans.of(ground, images, counts, countsAreUsable, journal);
    var shift = ShiftFinder.ofPages(ground, survey.table(), images);
    shift.ifPresent(ledger::shift);
    if (shift.filter(s -> s.kind() == PageShift.Kind.WHOLE_DEPOT).isPresent()) {
      return ledger.report(new Usage(survey.mapped(), survey.pages()));
    }
    if (ground.options().hint().isPresent() && hint(survey).isEmpty()) {
      ledger.remark("the older image is not one of this volume, or too damaged; it was not used");
    }
    Elimination elimination = null;
    for (int round = 0; ; round++) {
      var assembly =
          new Assembly(
              ground,
              survey,
              journal,
              hint(survey),
              orphans,
              new PageContents(
                  ground, survey.table(), images, orphans, counts, countsAreUsable, shift),
              openings,
              ledger,
              restored);
      elimination = new Elimination(ground, survey.table(), orphans, openings, assembly);
      if (round >= MOST_ROUNDS
          || !improve(
              survey, journal, assembly, elimination, new Doubts(counts, countsAreUsable))) {
        finishLeaves(survey, assembly);
        break;
      }
      survey = Survey.of(ground, restored);
      journal = journal(survey);
      findLostAmongNew(survey, journal);
    }
    return finish(orphans, elimination);
  }

  /** What counts say, if they can be believed. */
  private record Doubts(CountEvidence counts, boolean areUsable) {
    boolean isData(long pbn) {
      return areUsable && counts.of(pbn) == CountEvidence.Use.DATA;
    }

    boolean isPage(long pbn) {
      return areUsable && counts.of(pbn) == CountEvidence.Use.PAGE;
    }
  }

  /** Does what can be done after a survey; {@return whether another one is needed}. */
  private boolean improve(
      Survey survey,
      JournalEvidence journal,
      Assembly assembly,
      Elimination elimination,
      Doubts counts) {
    cleaner.cleanInterior(survey);
    boolean isSettled =
        new Contests(ground, journal, hint(survey), openings, ledger).settle(survey);
    boolean isCleared = removeNamesOfData(survey, journal, counts);
    if (isSettled || isCleared) {
      return true;
    }
    boolean isAssembled = assembly.run();
    return elimination.run() || isAssembled;
  }

  private Optional<HintEvidence> hint(Survey survey) {
    return ground.options().hint().flatMap(hint -> HintEvidence.read(hint, ground, survey.table()));
  }

  /** {@return whether stored counts know the pages that are in their place as pages} */
  private static boolean areUsable(CountEvidence counts, Survey survey) {
    return survey.interior().entrySet().stream()
        .filter(page -> PageId.height(page.getKey()) < Forest.ROOT_HEIGHT)
        .limit(COUNTS_ASKED)
        .anyMatch(page -> counts.of(page.getValue()) == CountEvidence.Use.PAGE);
  }

  /** An entry above the leaves that names what leaves map as data is wrong, not the leaves. */
  private boolean removeNamesOfData(Survey survey, JournalEvidence journal, Doubts counts) {
    boolean isChanged = false;
    for (var page : survey.bad()) {
      int height = PageId.height(page.id());
      if (ground.isRoot(page.pbn())
          || journal.of(page.pbn()).isPresent()
          || !holdsNoPage(page, height)) {
        continue;
      }
      boolean isData =
          survey.isMappedAsData(page.pbn())
              ? !counts.isPage(page.pbn())
              : counts.isData(page.pbn());
      if (isData) {
        cleaner.removeName(survey, page.pbn(), page.id());
        isChanged = true;
      }
    }
    return isChanged;
  }

  private boolean holdsNoPage(BadPage page, int height) {
    return ground
        .read(page.pbn())
        .map(bytes ->
            switch (PageExam.of(bytes, page.pbn(), height, ground).verdict()) {
              case SOUND, REPAIRABLE, ELSEWHERE -> false;
              case BLANK, FOREIGN, GARBAGE -> true;
            })
        .orElse(false);
  }

  private void finishLeaves(Survey survey, Assembly assembly) {
    for (Map.Entry<Long, Long> leaf : survey.leavesWithBadEntries().entrySet()) {
      boolean isDestroyed =
          ground
              .read(leaf.getValue())
              .filter(bytes -> PageExam.of(bytes, leaf.getValue(), 0, ground).destroyed() != 0)
              .isPresent();
      if (isDestroyed) {
        assembly.addBad(new BadPage(leaf.getValue(), leaf.getKey(), true));
      }
    }
    assembly.restoreLeaves();
  }

  private SalvageReport finish(Orphans orphans, Elimination elimination) {
    var survey = Survey.of(ground, restored);
    cleaner.cleanInterior(survey);
    cleaner.cleanLeaves(survey);
    reportUnplaced(orphans, elimination);
    var found = new Usage(survey.mapped(), survey.pages());
    var expected = ground.expected();
    boolean isComplete = expected.filter(found::equals).isPresent();
    openings.report(ground, ledger, !isComplete && mayMissRoots(found, orphans));
    if (isComplete) {
      ledger.nothingIsMissing();
    }
    return ledger.report(found);
  }

  /** Whether a root may be lost that looks like one that was never used. */
  private boolean mayMissRoots(Usage found, Orphans orphans) {
    boolean hasTop =
        orphans.pages().stream()
            .anyMatch(page ->
                page.height() == Forest.ROOT_HEIGHT - 1
                    || (page.height() < 0 && page.entries() > 0));
    return hasTop
        || ground
            .expected()
            .filter(usage -> usage.blockMapPages() > found.blockMapPages() + orphans.pages().size())
            .isPresent();
  }

  private void reportUnplaced(Orphans orphans, Elimination elimination) {
    for (long pbn : orphans.data()) {
      ledger.unplaced(
          new UnplacedPage(
              pbn,
              UnplacedPage.UNKNOWN_HEIGHT,
              0,
              Disposition.DATA,
              List.of(),
              "the block is in use as data"));
    }
    boolean isFreed = ground.options().unplaced() == Unplaced.FREE;
    var candidates = new HashMap<Long, Placement>();
    for (int height = 0; height < Forest.ROOT_HEIGHT; height++) {
      candidates.putAll(elimination.candidates(height));
    }
    for (var page : List.copyOf(orphans.pages())) {
      var candidate = Optional.ofNullable(candidates.get(page.pbn()));
      ledger.unplaced(
          new UnplacedPage(
              page.pbn(),
              page.height(),
              page.entries(),
              isFreed ? Disposition.FREED : Disposition.KEPT,
              candidate.stream().toList(),
              page.isBelowAnother()
                  ? "another page without a place names it"
                  : "nothing tells which logical blocks it maps"));
      if (isFreed) {
        ground.write(page.pbn(), new byte[BlockSize.BLOCK]);
      }
    }
  }
}
