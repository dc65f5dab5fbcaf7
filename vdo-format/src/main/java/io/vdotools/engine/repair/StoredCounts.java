package io.vdotools.engine.repair;

import io.vdotools.engine.SlabObserver;
import io.vdotools.engine.SlabReplay;
import io.vdotools.engine.SlabStates;

/**
 * Stored reference counts of single blocks, with the slab journals replayed: best asked for by
 * ascending PBN.
 */
final class StoredCounts implements AutoCloseable {
  private final MendContext context;
  private final SlabStates states;
  private final SlabReplay replay;
  private int loaded = -1;

  StoredCounts(MendContext context) {
    this.context = context;
    this.states = context.states();
    this.replay =
        new SlabReplay(
            context.blocks().device(), context.slabs(), context.nonce(), SlabObserver.NONE);
  }

  /** {@return the count of a data block} */
  int of(long pbn) {
    int slab = context.slabs().slabOf(pbn);
    if (slab != loaded) {
      replay.load(slab, states.entries().get(slab), null);
      loaded = slab;
    }
    return replay.counts()[context.slabs().offsetInSlab(pbn)] & 0xff;
  }

  @Override
  public void close() {
    replay.close();
  }
}
