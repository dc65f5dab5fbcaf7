package io.vdotools.engine;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * How long reads take of late: whether they come from memory or wait for a device.
 *
 * <p>May be used by all threads at once. What they tell is averaged without a lock; if a sample is
 * lost the next one makes up for it.
 */
public final class ReadPace {
  // A block from the page cache takes one or two microseconds, one from a fast disk fifty.
  private static final long SLOW_NANOS_PER_BLOCK = 15_000;
  private static final int WEIGHT_SHIFT = 2;
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long PAUSE_NANOS = 10 * NANOS_PER_MILLI;

  private final LongSupplier nanoClock;
  private volatile long averageNanos;

  ReadPace(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** {@return the time at which a read begins, for {@link #ended}} */
  public long begin() {
    return nanoClock.getAsLong();
  }

  /**
   * Tells of reads that have ended.
   *
   * @param begin when they began
   * @param blocks how many blocks were wanted, at least 1
   */
  public void ended(long begin, int blocks) {
    long nanos = nanoClock.getAsLong() - begin;
    boolean wasSlow = isSlow();
    long average = averageNanos;
    averageNanos = average + ((nanos / blocks - average) >> WEIGHT_SHIFT);
    if (!wasSlow && isSlow()) {
      wakeAll();
    }
  }

  /** {@return whether reads wait for a device} */
  boolean isSlow() {
    return averageNanos > SLOW_NANOS_PER_BLOCK;
  }

  /**
   * Waits until reads wait for a device, so that it pays to have more of them in flight.
   *
   * @param isOver tells that there is nothing left to read; who makes it true calls {@link
   *     #wakeAll}
   * @return whether reads are slow; false if it is over
   */
  synchronized boolean awaitSlow(BooleanSupplier isOver) throws InterruptedException {
    while (!isSlow()) {
      if (isOver.getAsBoolean()) {
        return false;
      }
      wait();
    }
    return true;
  }

  /**
   * Lets some reads show how long they take now.
   *
   * @param isOver tells that there is nothing left to read, as for {@link #awaitSlow}
   */
  synchronized void pause(BooleanSupplier isOver) throws InterruptedException {
    long end = nanoClock.getAsLong() + PAUSE_NANOS;
    long left = PAUSE_NANOS;
    while (left > 0 && !isOver.getAsBoolean()) {
      wait(left / NANOS_PER_MILLI + 1);
      left = end - nanoClock.getAsLong();
    }
  }

  /** Makes those who wait look again. */
  synchronized void wakeAll() {
    notifyAll();
  }
}
