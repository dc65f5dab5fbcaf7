package io.vdotools.engine.salvage;

import io.vdotools.engine.salvage.LostMappings.Certainty;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.MappingState;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Sets entries that cannot be to "unmapped", each of them by name (format-spec, section 14.2). */
final class EntryCleaner {
  private final Ground ground;
  private final Openings openings;
  private final Ledger ledger;

  EntryCleaner(Ground ground, Openings openings, Ledger ledger) {
    this.ground = ground;
    this.openings = openings;
    this.ledger = ledger;
  }

  /** Removes entries above the leaves that name no possible page. */
  void cleanInterior(Survey survey) {
    survey
        .withRefused()
        .forEach((id, pbn) -> {
          var bytes = ground.read(pbn);
          bytes.ifPresent(found -> {
            var page = new BlockMapPage(MemorySegment.ofArray(found));
            for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
              var reason = page.entry(slot) == 0 ? null : reason(page.entry(slot), id, slot);
              if (reason != null) {
                remove(page, pbn, id, slot, reason);
              }
            }
            ground.write(pbn, found);
          });
        });
  }

  private void remove(BlockMapPage page, long pbn, long id, int slot, RemovedEntry.Reason reason) {
    long packed = page.entry(slot);
    page.setEntry(slot, 0);
    ledger.removed(pbn, PageId.slot(id, slot), packed, reason);
    if (reason != RemovedEntry.Reason.BEYOND_END) {
      openings.add(
          PageId.child(id, slot),
          new Openings.Opening(
              pbn,
              true,
              BlockMapEntry.pbn(packed),
              Certainty.LOST,
              "the entry for the page was impossible"));
    }
  }

  /** Why an entry above the leaves cannot stay, null if it can. */
  private RemovedEntry.@Nullable Reason reason(long packed, long id, int slot) {
    if (!BlockMapEntry.isValid(packed)) {
      return RemovedEntry.Reason.INVALID;
    }
    if (BlockMapEntry.state(packed) != MappingState.UNCOMPRESSED
        || BlockMapEntry.pbn(packed) == 0) {
      return RemovedEntry.Reason.WRONG_STATE;
    }
    if (!ground.slabs().isDataBlock(BlockMapEntry.pbn(packed))) {
      return RemovedEntry.Reason.NOT_A_DATA_BLOCK;
    }
    return slot < PageId.slots(id, ground.forest()) ? null : RemovedEntry.Reason.BEYOND_END;
  }

  private boolean clear(long pbn, int slot) {
    var bytes = ground.read(pbn);
    if (bytes.isEmpty() || BlockMapPage.entry(bytes.get(), slot) == 0) {
      return false;
    }
    new BlockMapPage(MemorySegment.ofArray(bytes.get())).setEntry(slot, 0);
    ground.write(pbn, bytes.get());
    return true;
  }

  /**
   * Removes an entry above the leaves that names no page.
   *
   * @param id the page that it should name
   */
  void removeName(Survey survey, long pbn, long id) {
    long parentId = PageId.parent(id);
    long parentPbn = survey.pbnOf(parentId);
    int slot = PageId.slotInParent(id);
    if (parentPbn == PageTable.NONE || !clear(parentPbn, slot)) {
      return;
    }
    ledger.removed(
        parentPbn,
        PageId.slot(parentId, slot),
        BlockMapEntry.pack(pbn, 1),
        RemovedEntry.Reason.NAMES_NO_PAGE);
    openings.add(
        id,
        new Openings.Opening(
            parentPbn, true, pbn, Certainty.LOST, "the entry for the page named a block of data"));
  }

  /** Removes mappings that cannot be. */
  void cleanLeaves(Survey survey) {
    survey
        .leavesWithBadEntries()
        .forEach((id, pbn) -> {
          var bytes = ground.read(pbn);
          if (bytes.isEmpty()) {
            return;
          }
          var page = new BlockMapPage(MemorySegment.ofArray(bytes.get()));
          int slots = PageId.slots(id, ground.forest());
          for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
            long packed = page.entry(slot);
            var fault = packed == 0 ? null : survey.fault(packed, slot, slots);
            if (fault != null) {
              page.setEntry(slot, 0);
              ledger.removed(pbn, PageId.slot(id, slot), packed, fault);
            }
          }
          ground.write(pbn, bytes.get());
        });
  }
}
