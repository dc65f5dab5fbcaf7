package io.vdotools.engine.salvage;

import io.vdotools.engine.Usage;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.TreePlace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Takes down what a salvage does, for the report. */
final class Ledger {
  private static final Comparator<TreePlace> BY_PLACE =
      Comparator.<TreePlace, Long>comparing(PageId::of, PageId.TOP_DOWN)
          .thenComparingInt(TreePlace::slot);

  private final Ground ground;
  private @Nullable PageShift shift;
  private final List<Placement> placements = new ArrayList<>();
  private final List<RestoredPage> restored = new ArrayList<>();
  private final List<ContestedPage> contested = new ArrayList<>();
  private final List<RemovedEntry> removed = new ArrayList<>();
  private long removedCount;
  private final List<LostMappings> lost = new ArrayList<>();
  private final List<UnplacedPage> unplaced = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();
  private long emptyPages;
  private long scannedBlocks;

  Ledger(Ground ground) {
    this.ground = ground;
  }

  void shift(PageShift found) {
    shift = found;
  }

  void placed(Placement placement) {
    placements.add(placement);
  }

  void restored(RestoredPage page) {
    restored.add(page);
  }

  void contested(ContestedPage page) {
    contested.add(page);
  }

  void removed(long pagePbn, TreePlace place, long packed, RemovedEntry.Reason reason) {
    removedCount++;
    if (removed.size() < ground.options().kept()) {
      removed.add(
          new RemovedEntry(
              pagePbn,
              place,
              BlockMapEntry.unpack(packed),
              ground.forest().lbnsBelow(place),
              reason));
    }
  }

  void lost(LostMappings mappings) {
    if (!mappings.lbns().isEmpty()) {
      lost.add(mappings);
    }
  }

  /** Another page was found for a place: what was said of the block that was named is void. */
  void withdraw(long id) {
    var place = PageId.place(id);
    lost.removeIf(mappings -> mappings.place().equals(place));
    restored.removeIf(page -> page.place().equals(place));
  }

  boolean hasLosses() {
    return !lost.isEmpty();
  }

  void unplaced(UnplacedPage page) {
    unplaced.add(page);
  }

  void empty() {
    emptyPages++;
  }

  void scanned(long blocks) {
    scannedBlocks = blocks;
  }

  void remark(String sentence) {
    remarks.add(sentence);
  }

  /** What was thought lost is none, since nothing is missing. */
  void nothingIsMissing() {
    lost.removeIf(mappings -> mappings.certainty() != LostMappings.Certainty.DOUBTFUL);
  }

  SalvageReport report(Usage found) {
    placements.sort(Comparator.comparing(Placement::slot, BY_PLACE));
    restored.sort(Comparator.comparing(RestoredPage::place, BY_PLACE));
    contested.sort(Comparator.comparingLong(ContestedPage::pbn));
    removed.sort(Comparator.comparing(RemovedEntry::place, BY_PLACE));
    lost.sort(
        Comparator.comparingLong((LostMappings l) -> l.lbns().getFirst().first())
            .thenComparing(LostMappings::place, BY_PLACE));
    unplaced.sort(Comparator.comparingLong(UnplacedPage::pbn));
    return new SalvageReport(
        Optional.ofNullable(shift),
        placements,
        restored,
        contested,
        removed,
        removedCount,
        lost,
        unplaced,
        found,
        emptyPages,
        scannedBlocks,
        remarks);
  }
}
