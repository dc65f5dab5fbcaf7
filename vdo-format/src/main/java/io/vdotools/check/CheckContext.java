package io.vdotools.check;

import io.vdotools.device.BlockDevice;
import io.vdotools.engine.CounterMemory;
import io.vdotools.engine.JournalReplay;
import io.vdotools.engine.PageKinds;
import io.vdotools.engine.Parallel;
import io.vdotools.engine.SlabStates;
import io.vdotools.engine.Volume;
import io.vdotools.format.VolumeState;
import io.vdotools.format.blockmap.Forest;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.format.depot.SlabSummaryEntry;
import io.vdotools.problem.Findings;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * What the passes behind the layout share: a volume whose parts can be found.
 *
 * @param volume the volume
 * @param options how to check
 * @param findings where problems go
 * @param progress learns how far the check has come
 * @param parallel the threads
 * @param counterMemory where counters lie
 * @param judgement as what the volume is judged
 * @param slabs where the slabs lie
 * @param forest the shape of the block map
 * @param states the slab summary
 * @param entries what the summary says of each slab, or that none was used on a new volume
 */
record CheckContext(
    Volume volume,
    CheckOptions options,
    Findings findings,
    CheckProgress progress,
    Parallel parallel,
    CounterMemory counterMemory,
    Judgement judgement,
    SlabGeometry slabs,
    Forest forest,
    SlabStates states,
    List<SlabSummaryEntry> entries) {
  VolumeState state() {
    return volume.superBlock().vdo().state();
  }

  long nonce() {
    return volume.nonce();
  }

  long rootOrigin() {
    return volume.superBlock().blockMap().rootOrigin();
  }

  int zones() {
    return volume.superBlock().slabDepot().zoneCount();
  }

  /**
   * What the journal pass found out for the passes behind it.
   *
   * @param device the volume with the journal replayed into the block map
   * @param filled tells which blocks that were read are pages only because of that
   * @param replay what the journal changes
   * @param recoveryPointLimit slab journals hold no recovery point of this block or a later one
   * @param currentFormatFrom blocks from this one on are known to be of the current format
   * @param usageIsKnown whether the totals of super block or journal can be relied on
   * @param kinds the pages that entries name
   * @param totalEntries the entries that a recovery replays
   * @param ignoredBlocks the blocks behind a gap
   */
  record Journal(
      BlockDevice device,
      LongPredicate filled,
      JournalReplay replay,
      long recoveryPointLimit,
      long currentFormatFrom,
      boolean usageIsKnown,
      PageKinds kinds,
      long totalEntries,
      long ignoredBlocks) {
    /**
     * {@return whether a page that was read held nothing before the replay, and may have: neither
     * it nor all that was stored in it is known from the journal alone}
     */
    boolean mayHaveLost(long pbn) {
      return filled.test(pbn) && !replay.isNewPage(pbn);
    }
  }
}
