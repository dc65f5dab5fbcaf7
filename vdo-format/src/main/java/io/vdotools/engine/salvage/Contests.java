package io.vdotools.engine.salvage;

import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.TreePlace;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
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
    survey.contested().forEach((pbn, places) -> settle(survey, pbn, places));
    return !survey.contested().isEmpty();
  }

  private void settle(Survey survey, long pbn, List<TreePlace> places) {
    var ids = places.stream().map(PageId::of).distinct().sorted(PageId.TOP_DOWN).toList();
    var evidence = new ArrayList<Evidence>();
    long kept = choose(survey, pbn, ids, evidence);
    var others = new ArrayList<TreePlace>();
    for (long id : ids) {
      if (id == kept) {
        continue;
      }
      long parentId = PageId.parent(id);
      int slot = PageId.slotInParent(id);
      long parentPbn = survey.pbnOf(parentId);
      others.add(PageId.slot(parentId, slot));
      if (parentPbn != PageTable.NONE && remove(parentPbn, slot, pbn)) {
        ledger.removed(
            parentPbn,
            PageId.slot(parentId, slot),
            BlockMapEntry.pack(pbn, 1),
            RemovedEntry.Reason.SECOND_PARENT);
        openings.add(
            id,
            new Openings.Opening(
                parentPbn,
                true,
                pbn,
                LostMappings.Certainty.LOST,
                "the slot named a page that belongs elsewhere"));
      }
      reportDoubt(parentPbn, id, evidence, "a page that two slots name may belong here");
    }
    reportDoubt(pbn, kept, evidence, "two slots name the page, and this may be the wrong one");
    ledger.contested(
        new ContestedPage(
            pbn,
            PageId.slot(PageId.parent(kept), PageId.slotInParent(kept)),
            others,
            evidence.getFirst().confidence(),
            evidence));
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
    var fitting = ids.stream().filter(id -> fits(survey, pbn, id)).toList();
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
  private boolean fits(Survey survey, long pbn, long id) {
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

  private boolean remove(long parentPbn, int slot, long pbn) {
    var bytes = ground.read(parentPbn);
    if (bytes.isEmpty() || BlockMapEntry.pbn(BlockMapPage.entry(bytes.get(), slot)) != pbn) {
      return false;
    }
    new BlockMapPage(MemorySegment.ofArray(bytes.get())).setEntry(slot, 0);
    ground.write(parentPbn, bytes.get());
    return true;
  }
}
