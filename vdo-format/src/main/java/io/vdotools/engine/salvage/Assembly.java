package io.vdotools.engine.salvage;

import io.vdotools.engine.BlockMapPatches;
import io.vdotools.engine.salvage.LostMappings.Certainty;
import io.vdotools.engine.salvage.PageContents.Content;
import io.vdotools.engine.salvage.Survey.BadPage;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.blockmap.MappingState;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Puts the block map together, from the roots down: restores the pages that are damaged in their
 * place, and hangs in what belongs below them. What only remains possible is left to {@link
 * Elimination}.
 */
final class Assembly {
  private final Ground ground;
  private final PageTable table;
  private final JournalEvidence journal;
  private final Optional<HintEvidence> hint;
  private final Orphans orphans;
  private final PageContents contents;
  private final Ledger ledger;
  private final Openings openings;
  private final SortedMap<Long, Long> interior = new TreeMap<>(PageId.TOP_DOWN);
  private final SortedMap<Long, BadPage> bad = new TreeMap<>(PageId.TOP_DOWN);
  private final Set<Long> restored;
  private int changes;

  Assembly(
      Ground ground,
      Survey survey,
      JournalEvidence journal,
      Optional<HintEvidence> hint,
      Orphans orphans,
      PageContents contents,
      Openings openings,
      Ledger ledger,
      Set<Long> restored) {
    this.restored = restored;
    this.ground = ground;
    this.table = survey.table();
    this.journal = journal;
    this.hint = hint;
    this.orphans = orphans;
    this.contents = contents;
    this.openings = openings;
    this.ledger = ledger;
    interior.putAll(survey.interior());
    survey.bad().forEach(page -> bad.put(page.id(), page));
    interior.keySet().removeAll(bad.keySet());
  }

  /** Adds a page that is damaged in its place. */
  void addBad(BadPage page) {
    bad.put(page.id(), page);
  }

  /** Does all above the leaves that there is evidence for; {@return whether that was anything}. */
  boolean run() {
    changes = 0;
    for (int height = Forest.ROOT_HEIGHT; height > 0; height--) {
      for (var page : badOf(height)) {
        restoreInterior(page);
      }
      placeByEvidence(height);
    }
    return changes > 0;
  }

  private List<BadPage> badOf(int height) {
    var found = bad.values().stream().filter(page -> PageId.height(page.id()) == height).toList();
    found.forEach(page -> bad.remove(page.id()));
    return found;
  }

  private void restoreInterior(BadPage page) {
    var noPatches = new BlockMapPatches(0);
    noPatches.seal();
    long id = page.id();
    var content = contents.find(page, noPatches);
    var children = new ArrayList<Placement>();
    for (int slot = 0; slot < PageId.slots(id, ground.forest()); slot++) {
      var evidence = evidenceFor(page.pbn(), id, slot);
      if (!evidence.isEmpty()) {
        var best = evidence.getFirst();
        if (isAcceptable(best)) {
          content.set(slot, BlockMapEntry.pack(best.pbn(), MappingState.UNCOMPRESSED));
          children.add(best);
        }
      }
    }
    checkChildren(id, content);
    int entries = content.entries();
    if (content.isBlank() && entries == 0 && PageId.height(id) == Forest.ROOT_HEIGHT) {
      // The root of a tree that was never used; or not. Something may turn up for it.
      openings.add(
          PageId.child(id, 0),
          new Openings.Opening(
              page.pbn(), false, 0, Certainty.POSSIBLY_LOST, Openings.UNUSED_ROOT));
      return;
    }
    changes++;
    restored.add(page.pbn());
    ground.write(page.pbn(), content.bytes());
    interior.put(id, page.pbn());
    for (var child : children) {
      content.believe(child.evidence().getFirst());
      ledger.placed(child);
    }
    if (entries > 0) {
      ledger.restored(
          new RestoredPage(
              page.pbn(),
              PageId.place(id),
              content.fault(),
              entries,
              content.confidence(),
              content.evidence()));
    }
    openUnknownSlots(page, content, entries);
    for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
      if (content.entry(slot) != 0) {
        adopt(BlockMapEntry.pbn(content.entry(slot)), PageId.child(id, slot));
      }
    }
  }

  /** Entries that cannot be: behind the end, or of pages that have their place elsewhere. */
  private void checkChildren(long id, Content content) {
    int slots = PageId.slots(id, ground.forest());
    for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
      long packed = content.entry(slot);
      if (packed == 0) {
        continue;
      }
      long owner = table.id(BlockMapEntry.pbn(packed));
      if (slot >= slots || (owner != PageTable.NONE && owner != PageId.child(id, slot))) {
        content.forget(slot);
      }
    }
  }

  private void openUnknownSlots(BadPage page, Content content, int entries) {
    var unknown = new ArrayList<Integer>();
    for (int slot = 0; slot < PageId.slots(page.id(), ground.forest()); slot++) {
      boolean isKnownEmpty =
          journal.knowsWhole(page.pbn()) && journal.in(page.pbn(), slot).isEmpty();
      if (!content.isKnown(slot) && !isKnownEmpty) {
        unknown.add(slot);
      }
    }
    // Whoever makes a page above the leaves makes one below it in the same breath; and where the
    // totals are known the volume was at rest, with every page written.
    boolean wasWritten = !content.isBlank() || ground.expected().isPresent();
    boolean hadOne = entries == 0 && wasWritten;
    for (int slot : unknown) {
      openings.add(
          PageId.child(page.id(), slot),
          new Openings.Opening(
              page.pbn(),
              hadOne && unknown.size() == 1,
              0,
              hadOne ? Certainty.LOST : Certainty.POSSIBLY_LOST,
              content.fault()));
    }
  }

  /** What speaks for a page in a slot, the best first; all of it for the same page. */
  private List<Placement> evidenceFor(long parentPbn, long parentId, int slot) {
    var found = new ArrayList<Placement>();
    journal
        .in(parentPbn, slot)
        .ifPresent(entry ->
            found.add(placement(entry.child(), parentId, parentPbn, slot, entry.evidence())));
    hint.ifPresent(image -> {
      Long child = image.below(parentId).get(slot);
      if (child != null) {
        var confidence = orphans.at(child) != null ? Confidence.CERTAIN : Confidence.STRONG;
        found.add(placement(child, parentId, parentPbn, slot, image.evidence(confidence)));
      }
    });
    found.sort(Comparator.comparing(Placement::confidence).reversed());
    if (found.size() > 1 && found.getFirst().pbn() == found.getLast().pbn()) {
      var both = new ArrayList<>(found.getFirst().evidence());
      both.addAll(found.getLast().evidence());
      var best = found.getFirst();
      return List.of(
          new Placement(
              best.pbn(), best.slot(), best.parentPbn(), best.lbns(), best.confidence(), both));
    }
    return found;
  }

  private Placement placement(
      long child, long parentId, long parentPbn, int slot, Evidence evidence) {
    return new Placement(
        child,
        PageId.slot(parentId, slot),
        parentPbn,
        PageId.lbns(PageId.child(parentId, slot), ground.forest()),
        evidence.confidence(),
        List.of(evidence));
  }

  /** Whether a page can have a place: it is not in another, not data, and of the right height. */
  private boolean isAcceptable(Placement placement) {
    long pbn = placement.pbn();
    long id = PageId.child(PageId.of(placement.slot()), placement.slot().slot());
    var orphan = orphans.at(pbn);
    // Noise in a page makes its height unclear; what is certain need not ask for it.
    boolean fits =
        orphan == null
            || placement.confidence() == Confidence.CERTAIN
            || orphan.height() == UnplacedPage.UNKNOWN_HEIGHT
            || orphan.height() == PageId.height(id);
    return fits
        && !table.contains(pbn)
        && ground.slabs().isDataBlock(pbn)
        && (orphan != null || !orphans.isData(pbn))
        && PageId.isIn(id, ground.forest());
  }

  /** Fills empty slots of sound pages of a height, as far as something says what was in them. */
  private void placeByEvidence(int height) {
    for (var page : new TreeMap<>(interior).entrySet()) {
      long id = page.getKey();
      long pbn = page.getValue();
      if (PageId.height(id) != height
          || (!journal.isParent(pbn)
              && hint.map(image -> image.below(id).isEmpty()).orElse(true))) {
        continue;
      }
      for (int slot = 0; slot < PageId.slots(id, ground.forest()); slot++) {
        var evidence = evidenceFor(pbn, id, slot);
        if (!evidence.isEmpty()
            && isAcceptable(evidence.getFirst())
            && isFree(pbn, id, slot, evidence.getFirst().pbn())) {
          place(evidence.getFirst());
        }
      }
    }
  }

  /** Whether a slot names nothing, or something that is no page while the evidence is one. */
  private boolean isFree(long parentPbn, long parentId, int slot, long child) {
    long packed = entry(parentPbn, slot);
    return packed == 0
        || (bad.containsKey(PageId.child(parentId, slot)) && orphans.at(child) != null);
  }

  private long entry(long pagePbn, int slot) {
    return ground.read(pagePbn).map(bytes -> BlockMapPage.entry(bytes, slot)).orElse(0L);
  }

  /** Hangs a page into a slot of a usable page. */
  void place(Placement placement) {
    var slot = placement.slot();
    long id = PageId.child(PageId.of(slot), slot.slot());
    var bytes = ground.read(placement.parentPbn()).orElseThrow();
    var parent = new BlockMapPage(MemorySegment.ofArray(bytes));
    if (parent.validity(ground.nonce(), placement.parentPbn()) != BlockMapPage.Validity.VALID) {
      parent.format(ground.nonce(), placement.parentPbn());
    }
    long former = parent.entry(slot.slot());
    if (former != 0) {
      ledger.removed(placement.parentPbn(), slot, former, RemovedEntry.Reason.NAMES_NO_PAGE);
      bad.remove(id);
      ledger.withdraw(id);
    }
    changes++;
    parent.setEntry(slot.slot(), BlockMapEntry.pack(placement.pbn(), MappingState.UNCOMPRESSED));
    ground.write(placement.parentPbn(), bytes);
    interior.putIfAbsent(PageId.of(slot), placement.parentPbn());
    ledger.placed(placement);
    openings.close(id);
    adopt(placement.pbn(), id);
  }

  /** Takes a page that is named now into the block map, with all that it names. */
  private void adopt(long pbn, long id) {
    if (table.contains(pbn)) {
      return;
    }
    table.add(pbn, id);
    orphans.adopt(pbn);
    openings.close(id);
    int height = PageId.height(id);
    var exam = ground.read(pbn).map(bytes -> PageExam.of(bytes, pbn, height, ground));
    if (exam.isEmpty()
        || exam.get().verdict() != PageExam.Verdict.SOUND
        || (height == 0 && exam.get().destroyed() != 0)) {
      bad.put(id, new BadPage(pbn, id, exam.isPresent()));
      return;
    }
    if (height == 0) {
      return;
    }
    interior.put(id, pbn);
    // What is wrong with the entries is found when all pages have their place.
    for (int slot = 0; slot < PageId.slots(id, ground.forest()); slot++) {
      long packed = exam.get().entry(slot, height, ground.slabs());
      if (packed != 0) {
        adopt(BlockMapEntry.pbn(packed), PageId.child(id, slot));
      }
    }
  }

  /** Restores the leaves that are damaged in their place. */
  void restoreLeaves() {
    var pages = badOf(0);
    if (pages.isEmpty()) {
      return;
    }
    var patches = journal.mappings(pages.stream().mapToLong(BadPage::pbn).sorted().toArray());
    for (var page : pages) {
      restoreLeaf(page, patches);
    }
  }

  private void restoreLeaf(BadPage page, BlockMapPatches patches) {
    restored.add(page.pbn());
    var content = contents.find(page, patches);
    int[] stored = new int[1];
    patches.forEachSlot(
        page.pbn(),
        (slot, packed) -> {
          content.set(slot, packed);
          stored[0]++;
        });
    // A slot that was emptied looks like one that was not touched; and a rebuild goes on behind a
    // gap, with later entries.
    ground.options().applied().forEach(applied -> applied.forEachSlot(page.pbn(), content::set));
    if (stored[0] > 0) {
      content.believe(
          new Evidence(
              Evidence.Source.RECOVERY_JOURNAL,
              Confidence.CERTAIN,
              "the last entries of the recovery journal for %d of its slots".formatted(stored[0])));
    }
    takeHint(page, content);
    int entries = content.entries();
    boolean isUntouched = content.isBlank() && content.evidence().isEmpty();
    if (isUntouched) {
      ledger.empty();
    } else {
      ground.write(page.pbn(), content.bytes());
    }
    if (!content.evidence().isEmpty()) {
      ledger.restored(
          new RestoredPage(
              page.pbn(),
              PageId.place(page.id()),
              content.fault(),
              entries,
              content.confidence(),
              content.evidence()));
    }
    var lost = new LostSlots(ground.forest(), page.id());
    for (int slot = 0; slot < PageId.slots(page.id(), ground.forest()); slot++) {
      if (!content.isKnown(slot) && !journal.knowsWhole(page.pbn())) {
        lost.add(slot);
      }
    }
    ledger.lost(
        new LostMappings(
            page.pbn(),
            PageId.place(page.id()),
            isUntouched ? Certainty.POSSIBLY_LOST : Certainty.LOST,
            lost.sets(),
            isUntouched ? "it was never written, or was lost" : content.fault()));
  }

  /** What an older image holds may have changed since: it is used only if that is asked for. */
  private void takeHint(BadPage page, Content content) {
    if (!ground.options().acceptWeak() || hint.isEmpty()) {
      return;
    }
    var older =
        hint.get().content(page.pbn()).map(bytes -> PageExam.of(bytes, page.pbn(), 0, ground));
    if (older.isEmpty()) {
      return;
    }
    int taken = 0;
    for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
      if (!content.isKnown(slot)) {
        content.set(slot, older.get().entry(slot, 0, ground.slabs()));
        taken++;
      }
    }
    if (taken > 0) {
      content.believe(
          new Evidence(
              Evidence.Source.HINT,
              Confidence.WEAK,
              "%d of its slots hold what they held in the older image".formatted(taken)));
    }
  }
}
