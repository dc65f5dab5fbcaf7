package io.vdotools.engine;

import io.vdotools.VdoException;
import java.util.ArrayDeque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;

/** One run of {@link OrderedWork}. The thread that calls {@link #run} begins and ends units. */
abstract class OrderedRun<U> {
  private final OrderedWork<U> work;
  private final int depth;
  private final int quickDepth;
  private final ReadPace pace;
  private final BlockingQueue<FutureTask<Void>> ready = new LinkedBlockingQueue<>();
  private final ArrayDeque<Begun<U>> begun = new ArrayDeque<>();
  private volatile boolean isOver;

  private record Begun<U>(U unit, FutureTask<Void> task) {}

  /**
   * Prepares.
   *
   * @param work what to do
   * @param depth most units that have begun and not ended
   * @param quickDepth as many while reads wait for nothing: what units hold stays in the cache of a
   *     core then
   * @param pace knows whether it pays to have more reads in flight than threads that compute
   */
  OrderedRun(OrderedWork<U> work, int depth, int quickDepth, ReadPace pace) {
    this.work = work;
    this.depth = depth;
    this.quickDepth = Math.min(depth, quickDepth);
    this.pace = pace;
  }

  /** Begins and ends all units. */
  void run() throws VdoException {
    while (true) {
      fill();
      var first = begun.poll();
      if (first == null) {
        return;
      }
      await(first.task());
      work.end(first.unit());
    }
  }

  /** Reads wait for a device now: some more threads are wanted. Is told so again and again. */
  abstract void readsAreSlow();

  private void fill() throws VdoException {
    boolean isSlow = pace.isSlow();
    if (isSlow) {
      readsAreSlow();
    }
    while (begun.size() < (isSlow ? depth : quickDepth)) {
      U unit = work.begin();
      if (unit == null) {
        return;
      }
      var task =
          new FutureTask<Void>(() -> {
            work.work(unit);
            return null;
          });
      begun.add(new Begun<>(unit, task));
      ready.add(task);
    }
  }

  private static void await(FutureTask<Void> task) {
    try {
      task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading", e);
    } catch (ExecutionException e) {
      throw Parallel.failure(e);
    }
  }

  /**
   * Does units until the run is over.
   *
   * @param isExtra whether this thread only helps while reads wait for a device
   */
  void serve(boolean isExtra) throws InterruptedException {
    while (!isOver && (!isExtra || pace.awaitSlow(() -> isOver))) {
      ready.take().run();
    }
  }

  /**
   * Sends the workers home. What has begun and was not waited for is not done any more.
   *
   * @param workers how many there are
   */
  void stop(int workers) {
    isOver = true;
    ready.clear();
    pace.wakeAll();
    for (int i = 0; i < workers; i++) {
      // Whoever waits for a unit gets this.
      ready.add(new FutureTask<>(() -> null));
    }
  }
}
