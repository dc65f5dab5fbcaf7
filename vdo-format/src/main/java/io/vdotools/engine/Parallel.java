package io.vdotools.engine;

import io.vdotools.device.BlockBuffers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Work in chunks on several threads, more of them reading than computing.
 *
 * <p>There are as many threads as reads are to be in flight. A thread that has read a chunk borrows
 * one of a few states (a table of sums, say) to compute with: there are as many states as cores, so
 * memory for them does not grow with the reads in flight, and no two threads ever share one.
 */
public final class Parallel implements AutoCloseable {
  private static final int BUFFER_BLOCKS = 128;

  private final int cores;
  private final int readers;
  private final ExecutorService threads;
  private final Arena arena = Arena.ofShared();
  private final BlockingDeque<MemorySegment> buffers = new LinkedBlockingDeque<>();

  /**
   * Starts the threads.
   *
   * @param cores threads that compute at the same time, at least 1
   * @param readers reads in flight, at least {@code cores}
   */
  public Parallel(int cores, int readers) {
    if (cores < 1 || readers < cores) {
      throw new IllegalArgumentException("cores " + cores + ", readers " + readers);
    }
    this.cores = cores;
    this.readers = readers;
    this.threads =
        Executors.newFixedThreadPool(
            readers, Thread.ofPlatform().daemon().name("vdo-reader-", 0).factory());
    for (int i = 0; i < readers; i++) {
      buffers.add(BlockBuffers.allocate(arena, BUFFER_BLOCKS));
    }
  }

  /** One chunk of work. */
  public interface ChunkTask {
    /**
     * Does the work.
     *
     * @param chunk its number
     * @param buffer memory to read into, of this call alone
     */
    void run(long chunk, MemorySegment buffer);
  }

  /**
   * Does chunks 0 to {@code chunks - 1}, in any order, and returns when all are done.
   *
   * @param chunks how many there are
   * @param task what to do with each
   */
  public void forEach(long chunks, ChunkTask task) {
    var next = new AtomicLong();
    var jobs = new ArrayList<Callable<Void>>();
    for (int i = 0; i < Math.min(readers, chunks); i++) {
      jobs.add(() -> {
        var buffer = buffers.takeFirst();
        try {
          for (long chunk = next.getAndIncrement();
              chunk < chunks;
              chunk = next.getAndIncrement()) {
            task.run(chunk, buffer);
          }
        } finally {
          buffers.addFirst(buffer);
        }
        return null;
      });
    }
    runAll(jobs);
  }

  private void runAll(List<Callable<Void>> jobs) {
    try {
      for (var job : threads.invokeAll(jobs)) {
        job.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading", e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case Error error -> throw error;
        case RuntimeException exception -> throw exception;
        case null, default -> throw new IllegalStateException("a reader failed", e.getCause());
      }
    }
  }

  /** {@return how many threads compute at the same time} */
  public int cores() {
    return cores;
  }

  /** {@return states for the threads that compute} */
  public <S> States<S> states(Supplier<S> maker) {
    return states(cores, maker);
  }

  /**
   * {@return states for fewer threads than could compute, where a state is large}
   *
   * @param most how many states to make at most, at least 1
   * @param maker makes one
   */
  public <S> States<S> states(int most, Supplier<S> maker) {
    return new States<>(Math.min(cores, most), maker);
  }

  /** The states that threads borrow to compute with. */
  public static final class States<S> {
    private final List<S> all = new ArrayList<>();
    private final BlockingDeque<S> free = new LinkedBlockingDeque<>();

    private States(int count, Supplier<S> maker) {
      for (int i = 0; i < count; i++) {
        all.add(maker.get());
      }
      free.addAll(all);
    }

    /** {@return a state, once one is free; the one used last, whose memory is still in a cache} */
    public S borrow() {
      try {
        return free.takeFirst();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting", e);
      }
    }

    /** Gives a state back. */
    public void giveBack(S state) {
      free.addFirst(state);
    }

    /** {@return all states; only when no thread works} */
    public List<S> all() {
      return all;
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
    arena.close();
  }
}
