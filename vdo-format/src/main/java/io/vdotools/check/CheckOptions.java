package io.vdotools.check;

import io.vdotools.engine.ForestWalk;
import io.vdotools.engine.Workers;
import io.vdotools.problem.Findings;
import java.util.function.LongSupplier;

/**
 * How thoroughly to check, and with how much.
 *
 * @param level how much of the volume to look at
 * @param exact whether to count every reference with counters instead of fingerprints
 * @param memoryBytes what counters may take at most, in bytes; more passes are made if that is too
 *     little for all of them
 * @param cores threads that compute at the same time
 * @param readers most reads in flight, where they have to wait for a device
 * @param windowPages leaf pages that are sorted at once
 * @param keptPerCode problems of each code that are kept one by one
 * @param nanoClock a clock in nanoseconds, which tells whether reads wait for a device
 */
public record CheckOptions(
    Level level,
    boolean exact,
    long memoryBytes,
    int cores,
    int readers,
    int windowPages,
    int keptPerCode,
    LongSupplier nanoClock) {
  /** How much of a volume is looked at. */
  public enum Level {
    /** Geometry, super block, layout and slab summary. */
    QUICK,
    /** All metadata. */
    STANDARD,
    /** All metadata, every reference counted, and every compressed block. */
    THOROUGH
  }

  /** The least memory that counters can do with, in bytes: a place in each of a few tables. */
  public static final long LEAST_MEMORY = 64;

  /** Checks the arguments. */
  public CheckOptions {
    if (memoryBytes < LEAST_MEMORY) {
      throw new IllegalArgumentException("memory " + memoryBytes);
    }
  }

  /** {@return a check of all metadata on one core, in little memory; for tests and small images} */
  public static CheckOptions standard() {
    return new CheckOptions(
        Level.STANDARD,
        false,
        64L << 20,
        1,
        1,
        ForestWalk.DEFAULT_WINDOW_PAGES,
        Findings.DEFAULT_KEPT_PER_CODE,
        () -> 0);
  }

  /** {@return these options at another level} */
  public CheckOptions withLevel(Level newLevel) {
    return new CheckOptions(
        newLevel, exact, memoryBytes, cores, readers, windowPages, keptPerCode, nanoClock);
  }

  /** {@return these options with or without counting every reference} */
  public CheckOptions withExact(boolean isExact) {
    return new CheckOptions(
        level, isExact, memoryBytes, cores, readers, windowPages, keptPerCode, nanoClock);
  }

  /** {@return these options with other threads} */
  public CheckOptions withThreads(int newCores, int newReaders) {
    return new CheckOptions(
        level, exact, memoryBytes, newCores, newReaders, windowPages, keptPerCode, nanoClock);
  }

  /** {@return these options with a clock} */
  public CheckOptions withClock(LongSupplier newNanoClock) {
    return new CheckOptions(
        level, exact, memoryBytes, cores, readers, windowPages, keptPerCode, newNanoClock);
  }

  /** {@return these options with another bound on memory and windows} */
  public CheckOptions withMemory(long newMemoryBytes, int newWindowPages) {
    return new CheckOptions(
        level, exact, newMemoryBytes, cores, readers, newWindowPages, keptPerCode, nanoClock);
  }

  /** {@return threads and memory for checks with these options, one after the other} */
  public Workers workers() {
    return Workers.of(cores, readers, nanoClock);
  }

  /** {@return whether every reference is counted with counters} */
  boolean countsExactly() {
    return exact || level == Level.THOROUGH;
  }
}
