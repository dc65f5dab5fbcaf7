package io.vdotools.engine.salvage;

import io.vdotools.engine.SlabObserver;
import io.vdotools.engine.SlabReplay;
import io.vdotools.engine.SlabStates;
import io.vdotools.format.VolumeState;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.format.depot.SlabSummaryEntry;
import java.util.List;

/**
 * What the stored reference counts say of single blocks, with the slab journals applied. Hearsay:
 * they may be as damaged as anything else, or older than the block map.
 */
final class CountEvidence implements AutoCloseable {
  /** What a block is by its count. */
  enum Use {
    /** A page of the block map. */
    PAGE,
    /** Data. */
    DATA,
    /** Nothing, or there is no telling. */
    NONE
  }

  private final Ground ground;
  private final SlabReplay replay;
  private final List<SlabSummaryEntry> summary;
  private int loaded = -1;

  CountEvidence(Ground ground) {
    this.ground = ground;
    this.replay =
        new SlabReplay(ground.before(), ground.slabs(), ground.nonce(), SlabObserver.NONE);
    var volume = ground.volumeBefore();
    var start = ground.volume().summaryStart();
    boolean hasCounts = volume.superBlock().vdo().state() != VolumeState.NEW && start.isPresent();
    this.summary =
        hasCounts
            ? SlabStates.read(
                    ground.before(),
                    start.getAsLong(),
                    ground.slabs(),
                    volume.superBlock().slabDepot().zoneCount())
                .entries()
            : SlabStates.unused(ground.slabs());
  }

  /** {@return what a block is by its count; asking in ascending order costs the fewest reads} */
  Use of(long pbn) {
    if (!ground.slabs().isDataBlock(pbn)) {
      return Use.NONE;
    }
    int slab = ground.slabs().slabOf(pbn);
    if (slab != loaded) {
      replay.load(slab, summary.get(slab), null);
      loaded = slab;
    }
    int count = replay.counts()[ground.slabs().offsetInSlab(pbn)] & 0xff;
    if (count == ReferenceBlock.MAXIMUM) {
      return Use.PAGE;
    }
    return count == ReferenceBlock.EMPTY ? Use.NONE : Use.DATA;
  }

  @Override
  public void close() {
    replay.close();
  }
}
