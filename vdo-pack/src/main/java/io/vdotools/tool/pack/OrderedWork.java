package io.vdotools.tool.pack;

import io.vdotools.VdoException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Work on several threads, whose results are delivered by the one that submits, in the order of the
 * submissions: so it does not show how many threads there are.
 */
final class OrderedWork implements AutoCloseable {
  private final ExecutorService threads;
  private final int most;
  private final Deque<Delivery> underway = new ArrayDeque<>();

  /** What is done with a result. */
  @FunctionalInterface
  interface Taker<R> {
    void take(R result) throws VdoException;
  }

  private interface Delivery {
    void await() throws VdoException;
  }

  /**
   * @param count how many threads
   */
  OrderedWork(int count) {
    threads =
        Executors.newFixedThreadPool(
            count, Thread.ofPlatform().daemon().name("vdo-packer-", 0).factory());
    // One more for each thread, so that none waits for the others to be delivered.
    most = 2 * count;
  }

  /** Has some work done; may deliver earlier results first. */
  <R> void submit(Callable<R> work, Taker<R> taker) throws VdoException {
    while (underway.size() >= most) {
      underway.removeFirst().await();
    }
    Future<R> future = threads.submit(work);
    underway.addLast(() -> taker.take(resultOf(future)));
  }

  /** Delivers all results that are still to come. */
  void finish() throws VdoException {
    while (!underway.isEmpty()) {
      underway.removeFirst().await();
    }
  }

  private static <R> R resultOf(Future<R> future) throws VdoException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while packing", e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case VdoException exception -> throw exception;
        case RuntimeException exception -> throw exception;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException("packing failed", e.getCause());
      }
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
  }
}
