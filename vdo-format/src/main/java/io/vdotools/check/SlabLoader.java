package io.vdotools.check;

import io.vdotools.engine.SlabObserver;
import io.vdotools.engine.SlabReplay;

/** Computes counts of slabs for one thread, and checks the slabs on the way. */
final class SlabLoader implements AutoCloseable {
  private final CheckContext context;
  private final CheckContext.Journal journal;
  private final SlabChecks checks;
  private final SlabReplay replay;

  SlabLoader(CheckContext context, CheckContext.Journal journal) {
    this.context = context;
    this.journal = journal;
    this.checks = new SlabChecks(context, journal);
    this.replay =
        new SlabReplay(
            context.volume().device(),
            context.slabs(),
            context.nonce(),
            checks,
            context.parallel().newArena());
  }

  /** {@return a computation of counts for the caller's thread, which tells the observer given} */
  static SlabReplay newReplay(CheckContext context, SlabObserver observer) {
    return new SlabReplay(context.volume().device(), context.slabs(), context.nonce(), observer);
  }

  SlabReplay load(int slab) {
    replay.load(slab, context.entries().get(slab), journal.replay().appends(slab));
    return replay;
  }

  SlabChecks checks() {
    return checks;
  }

  @Override
  public void close() {
    replay.close();
  }
}
