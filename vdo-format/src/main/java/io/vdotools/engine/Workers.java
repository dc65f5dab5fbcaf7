package io.vdotools.engine;

import java.util.function.LongSupplier;

/**
 * Threads and memory that several runs over a volume have one after the other, so that each need
 * not start and clear its own.
 *
 * @param parallel the threads, and what they read into
 * @param counterMemory where counters lie
 */
public record Workers(Parallel parallel, CounterMemory counterMemory) implements AutoCloseable {
  /**
   * {@return workers, to be closed by the thread that asks}
   *
   * @param cores threads that compute at the same time, at least 1
   * @param readers most reads in flight, at least {@code cores}
   * @param nanoClock a clock in nanoseconds, which tells how long reads take
   */
  public static Workers of(int cores, int readers, LongSupplier nanoClock) {
    return new Workers(new Parallel(cores, readers, nanoClock), new CounterMemory(readers));
  }

  @Override
  public void close() {
    parallel.close();
    counterMemory.close();
  }
}
