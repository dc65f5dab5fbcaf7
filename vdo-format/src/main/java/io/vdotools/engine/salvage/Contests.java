package io.vdotools.engine.salvage;

import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.TreePlace;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decides which of several slots names a page rightly, and empties the others. */
final class Contests {
  private final Ground ground;
  private final JournalEvidence journal;
  private final Optional<HintEvidence> hint;
  private final Openings openings;
  private final Ledger ledger;

  Contests(
      Ground ground,
      JournalEvidence journal,
      Optional<HintEvidence> hint,
      Openings openings,
      Ledger ledger) {
    this.ground = ground;
    this.journal = journal;
    this.hint = hint;
    this.openings = openings;
    this.ledger = ledger;
  }

  /** Settles all of them, ascending by page; {@return whether there were any}. */
  boolean settle(Survey survey) {
    var kept = new HashMap<Long, Long>();
    survey.contested().forEach((pbn, places) -> kept.put(pbn, settle(survey, pbn, places)));
    if (!kept.isEmpty()) {
      survey.interior().forEach((id, pbn) -> clearOthers(pbn, id, kept));
    }
    return !kept.isEmpty();
  }

  /** Empties the slots of a page that name a page which another slot is to name. */
  private void clearOthers(long pbn, long id, Map<Long, Long> kept) {
    var bytes = ground.read(pbn);
    if (bytes.isEmpty()) {
      return;
    }
    var page = new BlockMapPage(MemorySegment.ofArray(bytes.get()));
    boolean isChanged = false;
    for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
      long packed = page.entry(slot);
      long named = BlockMapEntry.pbn(packed);
      long child = PageId.child(id, slot);
      if (packed == 0 || kept.getOrDefault(named, child) == child) {
        continue;
      }
      page.setEntry(slot, 0);
      isChanged = true;
      ledger.removed(pbn, PageId.slot(id, slot), packed, RemovedEntry.Reason.SECOND_PARENT);
      openings.add(
          child,
          new Openings.Opening(
              pbn,
              true,
              named,
              LostMappings.Certainty.LOST,
              "the slot named a page that belongs elsewhere"));
    }
    if (isChanged) {
      ground.write(pbn, bytes.get());
    }
  }

  private long settle(Survey survey, long pbn, List<TreePlace> places) {
    var ids = places.stream().map(PageId::of).distinct().sorted(PageId.TOP_DOWN).toList();
    var evidence = new ArrayList<Evidence>();
    long kept = choose(survey, pbn, ids, evidence);
    var others = new ArrayList<TreePlace>();
    for (long id : ids) {
      if (id != kept) {
        others.add(PageId.slot(PageId.parent(id), PageId.slotInParent(id)));
        reportDoubt(pbn, id, evidence, "a page that two slots name may belong here");
      }
    }
    reportDoubt(pbn, kept, evidence, "two slots name the page, and this may be the wrong one");
    ledger.contested(
        new ContestedPage(
            pbn,
            PageId.slot(PageId.parent(kept), PageId.slotInParent(kept)),
            others,
            evidence.getFirst().confidence(),
            evidence));
    return kept;
  }

  private void reportDoubt(long pbn, long id, List<Evidence> evidence, String reason) {
    if (evidence.getFirst().confidence() == Confidence.WEAK) {
      ledger.lost(
          new LostMappings(
              pbn,
              PageId.place(id),
              LostMappings.Certainty.DOUBTFUL,
              List.of(PageId.lbns(id, ground.forest())),
              reason));
    }
  }

  private long choose(Survey survey, long pbn, List<Long> ids, List<Evidence> evidence) {
    for (long id : ids) {
      var entry =
          journal
              .of(pbn)
              .filter(e ->
                  e.parent() == survey.pbnOf(PageId.parent(id))
                      && e.slot() == PageId.slotInParent(id));
      if (entry.isPresent()) {
        evidence.add(entry.get().evidence());
        return id;
      }
    }
    for (long id : ids) {
      if (hint.isPresent() && hint.get().idOf(pbn) == id) {
        evidence.add(hint.get().evidence(Confidence.CERTAIN));
        return id;
      }
    }
    var fitting = ids.stream().filter(id -> fits(pbn, id)).toList();
    if (fitting.size() == 1) {
      evidence.add(
          new Evidence(
              Evidence.Source.OWN_REMAINS,
              Confidence.STRONG,
              "what it holds are the entries of a page of this height"));
      return fitting.getFirst();
    }
    evidence.add(
        new Evidence(
            Evidence.Source.ALLOCATION_ORDER,
            Confidence.WEAK,
            "nothing tells; it is taken for the first, as drivers do"));
    return ids.getFirst();
  }

  /** Whether the entries of a page are those of a page of a height. */
  private boolean fits(long pbn, long id) {
    int height = PageId.height(id);
    var bytes = ground.read(pbn);
    if (bytes.isEmpty()) {
      return true;
    }
    var targets = new ArrayList<Long>();
    for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
      long packed = BlockMapPage.entry(bytes.get(), slot);
      if (packed == 0) {
        continue;
      }
      if (height > 0 && !PageExam.isPossible(packed, height, ground.slabs())) {
        return false;
      }
      if (slot >= PageId.slots(id, ground.forest())) {
        return false;
      }
      targets.add(BlockMapEntry.pbn(packed));
    }
    boolean namesPages = targets.stream().filter(this::isPage).count() * 2 > targets.size();
    return targets.isEmpty() || namesPages == height > 0;
  }

  private boolean isPage(long pbn) {
    return ground
        .read(pbn)
        .filter(bytes ->
            new BlockMapPage(MemorySegment.ofArray(bytes)).validity(ground.nonce(), pbn)
                == BlockMapPage.Validity.VALID)
        .isPresent();
  }
}
