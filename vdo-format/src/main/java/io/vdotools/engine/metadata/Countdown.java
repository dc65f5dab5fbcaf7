package io.vdotools.engine.metadata;

import java.util.concurrent.atomic.AtomicInteger;

/** Runs something when the last of several parts is done. Parts may be done in any sections. */
public final class Countdown {
  private final AtomicInteger left;
  private final Runnable then;

  /**
   * @param parts how many parts there are, at least 1
   * @param then runs where the last part is done
   */
  public Countdown(int parts, Runnable then) {
    this.left = new AtomicInteger(parts);
    this.then = then;
  }

  /** A part is done. */
  public void countDown() {
    if (left.decrementAndGet() == 0) {
      then.run();
    }
  }
}
