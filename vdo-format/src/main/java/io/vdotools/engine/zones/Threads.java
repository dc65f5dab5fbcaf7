package io.vdotools.engine.zones;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The threads of an execution. When one of them meets an error of the program, all stop, and
 * whoever waits for a result learns of it instead of waiting for ever.
 */
final class Threads {
  private static final long LOOK_AFTER_MILLISECONDS = 100;

  private final List<Thread> all = new ArrayList<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final Runnable stop;
  private volatile boolean isStopped;

  /**
   * @param stop lets all threads end
   */
  Threads(Runnable stop) {
    this.stop = stop;
  }

  /** Starts a thread. */
  Thread start(String name, Runnable body) {
    var thread = Thread.ofPlatform().daemon().name(name).unstarted(body);
    thread.setUncaughtExceptionHandler((_, thrown) -> {
      failure.compareAndSet(null, thrown);
      stop.run();
    });
    all.add(thread);
    return thread;
  }

  <T> void await(CompletableFuture<T> result) {
    while (true) {
      try {
        result.get(LOOK_AFTER_MILLISECONDS, TimeUnit.MILLISECONDS);
        return;
      } catch (ExecutionException _) {
        // It is there; that it tells of a failure is for the caller to see.
        return;
      } catch (TimeoutException _) {
        var thrown = failure.get();
        if (thrown != null) {
          throw new IllegalStateException("the engine stopped", thrown);
        }
        if (isStopped && !result.isDone()) {
          throw new IllegalStateException("the engine was stopped");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting", e);
      }
    }
  }

  /** Nothing is run any more: whoever waits for a result waits in vain. */
  void areStopped() {
    isStopped = true;
  }

  /** Waits until all threads have ended, which somebody must have told them to. */
  void join() {
    for (var thread : all) {
      boolean interrupted = false;
      while (thread.isAlive() && !thread.equals(Thread.currentThread())) {
        try {
          thread.join();
        } catch (InterruptedException _) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
