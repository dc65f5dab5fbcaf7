package io.vdotools.engine;

import io.vdotools.VdoException;
import io.vdotools.device.BlockBuffers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Work in chunks on several threads, more of them reading than computing.
 *
 * <p>There are as many threads as reads may be in flight, but more than cores only work while reads
 * have to wait for a device: where the page cache answers at once, they would take the cores from
 * one another. A thread that has read a chunk borrows one of a few states (a table of sums, say) to
 * compute with: there are as many states as cores, so memory for them does not grow with the reads
 * in flight, and no two threads ever share one.
 */
public final class Parallel implements AutoCloseable {
  /** How much a chunk can read at once, in blocks. */
  public static final int BUFFER_BLOCKS = 80;

  // While one is being worked on, others wait to be begun and to be ended.
  private static final int QUICK_UNITS_PER_CORE = 3;

  private final int cores;
  private final int readers;
  private final ExecutorService threads;
  private final Arena arena;
  private final Deque<MemorySegment> buffers = new ConcurrentLinkedDeque<>();
  private final ReadPace pace;

  /**
   * Prepares; threads are started when there is work for more than one.
   *
   * @param cores threads that compute at the same time, at least 1
   * @param readers most reads in flight, at least {@code cores}
   * @param nanoClock a clock in nanoseconds, which tells how long reads take
   */
  public Parallel(int cores, int readers, LongSupplier nanoClock) {
    if (cores < 1 || readers < cores) {
      throw new IllegalArgumentException("cores " + cores + ", readers " + readers);
    }
    this.cores = cores;
    this.readers = readers;
    this.arena = newArena();
    this.pace = new ReadPace(nanoClock);
    this.threads = Executors.newFixedThreadPool(readers, Parallel::newThread);
  }

  /**
   * Java's own builder of threads numbers them, and takes ten milliseconds to find out how to put a
   * number behind a name.
   */
  private static Thread newThread(Runnable work) {
    var thread = new Thread(work, "vdo-reader");
    thread.setDaemon(true);
    return thread;
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
   * Does chunks 0 to {@code chunks - 1}, in any order, and returns when all are done. What a single
   * thread would do the caller does itself: on a small volume, handing work over would take longer
   * than the work.
   *
   * @param chunks how many there are
   * @param task what to do with each; tells {@link #pace} how long its reads take
   */
  public void forEach(long chunks, ChunkTask task) {
    int workers = (int) Math.min(readers, chunks);
    if (workers <= 1) {
      doAlone(chunks, task);
      return;
    }
    var next = new AtomicLong();
    var jobs = new ArrayList<Future<?>>();
    try {
      int started = Math.min(workers, cores);
      start(started, jobs, () -> work(next, chunks, task, false));
      // Few at a time: the first reads are slow everywhere, until their code is compiled, and to
      // start a hundred threads takes longer than to read a small volume from the page cache.
      BooleanSupplier isOver = () -> next.get() >= chunks;
      while (started < workers && pace.awaitSlow(isOver)) {
        int more = Math.min(started, workers - started);
        start(more, jobs, () -> work(next, chunks, task, true));
        started += more;
        pace.pause(isOver);
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    } finally {
      awaitAll(jobs);
    }
  }

  /** What a thread does. */
  private interface Job {
    void run() throws InterruptedException;
  }

  private void start(int count, List<Future<?>> into, Job job) {
    for (int i = 0; i < count; i++) {
      into.add(
          threads.submit(() -> {
            job.run();
            return null;
          }));
    }
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted while reading", e);
  }

  private void doAlone(long chunks, ChunkTask task) {
    if (chunks > 0) {
      var buffer = takeBuffer();
      for (long chunk = 0; chunk < chunks; chunk++) {
        task.run(chunk, buffer);
      }
      buffers.addFirst(buffer);
    }
  }

  private MemorySegment takeBuffer() {
    var buffer = buffers.pollFirst();
    return buffer == null ? BlockBuffers.allocate(arena, BUFFER_BLOCKS) : buffer;
  }

  private void work(AtomicLong next, long chunks, ChunkTask task, boolean isExtra)
      throws InterruptedException {
    MemorySegment buffer = null;
    try {
      while (!isExtra || pace.awaitSlow(() -> next.get() >= chunks)) {
        long chunk = next.getAndIncrement();
        if (chunk >= chunks) {
          break;
        }
        if (buffer == null) {
          buffer = takeBuffer();
        }
        task.run(chunk, buffer);
      }
      if (buffer != null) {
        buffers.addFirst(buffer);
      }
    } finally {
      // Nothing is left, or a task failed and what is left is of no use: nobody needs to wait.
      next.set(chunks);
      pace.wakeAll();
    }
  }

  /**
   * {@return what a thread failed with}
   *
   * @throws Error if it was an error
   */
  static RuntimeException failure(ExecutionException failed) {
    return switch (failed.getCause()) {
      case Error error -> throw error;
      case RuntimeException exception -> exception;
      case null, default -> new IllegalStateException("a reader failed", failed.getCause());
    };
  }

  /**
   * Does units of work that begin and end in order, and returns when all have ended. With one
   * reader the caller does everything.
   *
   * @param work what to do
   * @param depth most units that have begun and not ended, at least 1
   * @throws VdoException what {@code work} throws
   */
  <U> void inOrder(OrderedWork<U> work, int depth) throws VdoException {
    if (readers == 1) {
      for (U unit = work.begin(); unit != null; unit = work.begin()) {
        work.work(unit);
        work.end(unit);
      }
      return;
    }
    int most = Math.min(readers, depth);
    var workers = new ArrayList<Future<?>>();
    var run =
        new OrderedRun<>(work, depth, QUICK_UNITS_PER_CORE * cores, pace) {
          @Override
          void readsAreSlow() {
            start(Math.min(cores, most - workers.size()), workers, () -> serve(true));
          }
        };
    try {
      start(Math.min(most, cores), workers, () -> run.serve(false));
      run.run();
    } finally {
      run.stop(workers.size());
      awaitAll(workers);
    }
  }

  /**
   * Does two things at the same time where there are cores for it, otherwise one after the other.
   *
   * @param here what the caller does, with all threads if it likes
   * @param beside what another thread does
   */
  void both(Runnable here, Runnable beside) {
    if (cores == 1) {
      here.run();
      beside.run();
      return;
    }
    var job = threads.submit(beside);
    try {
      here.run();
    } finally {
      awaitAll(List.of(job));
    }
  }

  /** Waits for all of them, even if one fails: they use memory that is given up afterwards. */
  private static void awaitAll(List<? extends Future<?>> jobs) {
    ExecutionException failed = null;
    for (var job : jobs) {
      try {
        job.get();
      } catch (InterruptedException e) {
        throw interrupted(e);
      } catch (ExecutionException e) {
        failed = failed == null ? e : failed;
      }
    }
    if (failed != null) {
      throw failure(failed);
    }
  }

  /** {@return where tasks tell how long their reads took, so that more join if that was long} */
  public ReadPace pace() {
    return pace;
  }

  /** {@return how many threads compute at the same time} */
  public int cores() {
    return cores;
  }

  /**
   * {@return an arena for memory that the threads share, which who asks for it closes}
   *
   * <p>For one reader it belongs to the caller's thread, which does everything: closing memory that
   * threads share stops all of them for a moment.
   */
  public Arena newArena() {
    return readers == 1 ? Arena.ofConfined() : Arena.ofShared();
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

  /**
   * The states that threads borrow to compute with.
   *
   * <p>A thread gets the state that it had before, if nobody has it at the moment: its memory is
   * still in the cache of that thread's core, from where another core would have to fetch it.
   */
  public static final class States<S> {
    private final List<S> all = new ArrayList<>();
    private final IdentityHashMap<S, Integer> places = new IdentityHashMap<>();
    private final @Nullable Thread[] lastUsers;
    private final boolean[] isTaken;

    private States(int count, Supplier<S> maker) {
      for (int i = 0; i < count; i++) {
        S state = maker.get();
        all.add(state);
        places.put(state, i);
      }
      lastUsers = new Thread[count];
      isTaken = new boolean[count];
    }

    /** {@return a state, once one is free} */
    public synchronized S borrow() {
      int chosen = choose();
      while (chosen < 0) {
        try {
          wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException("interrupted while waiting", e);
        }
        chosen = choose();
      }
      isTaken[chosen] = true;
      lastUsers[chosen] = Thread.currentThread();
      return all.get(chosen);
    }

    /** The free state that the thread had last, else one that nobody had yet, else any. */
    private int choose() {
      int chosen = -1;
      for (int i = 0; i < isTaken.length; i++) {
        if (isTaken[i]) {
          continue;
        }
        if (Thread.currentThread().equals(lastUsers[i])) {
          return i;
        }
        if (chosen < 0 || lastUsers[i] == null) {
          chosen = i;
        }
      }
      return chosen;
    }

    /** Gives a state back. */
    public synchronized void giveBack(S state) {
      isTaken[Objects.requireNonNull(places.get(state), "not one of these")] = false;
      notify();
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
