package io.vdotools.engine.metadata;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A hold on a data block, against its being allocated or counted beyond the limit by others.
 *
 * <p>The one who allocated a block holds it alone, until its content is on the device; from then
 * on, and on blocks that were found as duplicates, several share the hold. Whoever wants to add a
 * reference claims it first: so many threads may add references at the same time and the count
 * still cannot pass the limit.
 */
public final class PbnLock {
  private final long pbn;
  private final AtomicInteger claims = new AtomicInteger();
  private volatile boolean isExclusive;
  private volatile int claimLimit;
  // Changed in the block's physical zone, and before the lock stops being exclusive.
  private int holders = 1;

  private PbnLock(long pbn, boolean isExclusive, int claimLimit) {
    this.pbn = pbn;
    this.isExclusive = isExclusive;
    this.claimLimit = claimLimit;
  }

  /** {@return the hold of the one who allocated a block} */
  static PbnLock exclusive(long pbn) {
    return new PbnLock(pbn, true, 0);
  }

  /** {@return a first shared hold on a block to which so many references may be added} */
  static PbnLock shared(long pbn, int claimLimit) {
    return new PbnLock(pbn, false, claimLimit);
  }

  /** {@return the block} */
  public long pbn() {
    return pbn;
  }

  /** {@return whether its content may still change} */
  boolean isExclusive() {
    return isExclusive;
  }

  /**
   * Lets others share the block, whose content is on the device now.
   *
   * @param newHolders how many hold it, at least 1
   * @param newClaimLimit how many references may be claimed
   */
  public void share(int newHolders, int newClaimLimit) {
    holders = newHolders;
    claimLimit = newClaimLimit;
    isExclusive = false;
  }

  /**
   * As {@link #share}, and each holder has claimed a reference.
   *
   * @param newHolders how many hold it, at least 1
   * @param newClaimLimit how many references may be claimed, those of the holders included
   */
  public void shareClaimed(int newHolders, int newClaimLimit) {
    claims.set(newHolders);
    share(newHolders, newClaimLimit);
  }

  /** Claims the right to add one reference; {@return whether there was one left}. */
  public boolean claim() {
    return claims.getAndIncrement() < claimLimit;
  }

  void addHolder() {
    holders++;
  }

  /** {@return whether the last holder has gone} */
  boolean removeHolder() {
    return --holders == 0;
  }
}
