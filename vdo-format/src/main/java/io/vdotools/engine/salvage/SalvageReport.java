package io.vdotools.engine.salvage;

import io.vdotools.engine.Usage;
import java.util.List;
import java.util.Optional;

/**
 * What a salvage did, what it could not do, and what it would not do unasked. All lists are in
 * ascending order of LBN or PBN.
 *
 * @param shift a displacement of pages, if there is one
 * @param placements pages that are named again
 * @param restored pages that were damaged in their place and are usable again
 * @param contested pages that several slots named
 * @param removed entries that were set to "unmapped", as many as were asked for
 * @param removedCount how many entries were
 * @param lost what mappings are gone, may be gone, or are doubtful
 * @param unplaced pages without a place
 * @param found what the block map holds now
 * @param emptyPages pages in their place that were allocated and never written; they are in order
 * @param scannedBlocks how many blocks were searched for pages; 0 if that was not needed
 * @param remarks what else is to be said, a sentence each
 */
public record SalvageReport(
    Optional<PageShift> shift,
    List<Placement> placements,
    List<RestoredPage> restored,
    List<ContestedPage> contested,
    List<RemovedEntry> removed,
    long removedCount,
    List<LostMappings> lost,
    List<UnplacedPage> unplaced,
    Usage found,
    long emptyPages,
    long scannedBlocks,
    List<String> remarks) {
  /** Copies the lists. */
  public SalvageReport {
    placements = List.copyOf(placements);
    restored = List.copyOf(restored);
    contested = List.copyOf(contested);
    removed = List.copyOf(removed);
    lost = List.copyOf(lost);
    unplaced = List.copyOf(unplaced);
    remarks = List.copyOf(remarks);
  }

  /** {@return whether the block map was in order: nothing was changed, and nothing is missing} */
  public boolean isSound() {
    return shift.isEmpty()
        && placements.isEmpty()
        && restored.isEmpty()
        && contested.isEmpty()
        && removedCount == 0
        && lost.isEmpty()
        && unplaced.stream().allMatch(page -> page.disposition() == UnplacedPage.Disposition.DATA);
  }
}
