package io.vdotools.pack;

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
public final class OrderedWork implements AutoCloseable {
  private final ExecutorService threads;
  private final int most;
  private final Deque<Delivery> underway = new ArrayDeque<>();

  /** What is done with a result. */
  @FunctionalInterface
  public interface Taker<R> {
    /**
     * Takes a result, in the order of the submissions.
     *
     * @param result what the work returned
     * @throws VdoException if it cannot be taken
     */
    void take(R result) throws VdoException;
  }

  private interface Delivery {
    void await() throws VdoException;
  }

  /**
   * Starts the threads.
   *
   * @param count how many, at least 1
   * @param most how much work may be underway or done and not yet delivered, at least 1
   */
  public OrderedWork(int count, int most) {
    threads =
        Executors.newFixedThreadPool(
            count, Thread.ofPlatform().daemon().name("vdo-packer-", 0).factory());
    this.most = most;
  }

  /**
   * Has some work done; may deliver earlier results first.
   *
   * @param work what to do on one of the threads
   * @param taker takes what comes of it, on the thread of the caller
   * @throws VdoException if earlier work failed, or its result could not be taken
   */
  public <R> void submit(Callable<R> work, Taker<R> taker) throws VdoException {
    while (underway.size() >= most) {
      underway.removeFirst().await();
    }
    Future<R> future = threads.submit(work);
    underway.addLast(() -> taker.take(resultOf(future)));
  }

  /**
   * Delivers all results that are still to come.
   *
   * @throws VdoException if some of the work failed, or its result could not be taken
   */
  public void finish() throws VdoException {
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
