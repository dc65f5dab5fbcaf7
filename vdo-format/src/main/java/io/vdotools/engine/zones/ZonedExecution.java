package io.vdotools.engine.zones;

import io.vdotools.device.WritableBlockDevice;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.atomic.MpscUnboundedAtomicArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * Message passing: each section belongs to one thread, and a step is a message to it.
 *
 * <p>A thread may own several sections. Messages of one sender to one thread arrive in order, which
 * is more than {@link #deliver} asks for. What a thread sends to itself does not pass through the
 * shared queue.
 */
public final class ZonedExecution implements Execution {
  private static final int BATCH = 256;
  private static final int QUEUE_CHUNK = 1024;
  private static final int LOOKS_BEFORE_PARKING = 64;

  private final Sections sections;
  private final int diskThreads;
  private final Threads threads = new Threads(this::stop);
  private final List<Worker> owners = new ArrayList<>();
  private final List<Worker> computers = new ArrayList<>();
  private final AtomicInteger nextComputer = new AtomicInteger();
  private final List<DiskPool> disks = new ArrayList<>();
  private volatile boolean isStopped;

  /**
   * Starts the threads.
   *
   * @param sections the sections
   * @param zoneThreads threads that own sections, at least 1; more than there are sections are not
   *     of use
   * @param computeThreads threads for what owns nothing; 0 lets the other threads do it
   * @param diskThreads threads that call the device; 0 lets those that compute do it
   */
  public ZonedExecution(Sections sections, int zoneThreads, int computeThreads, int diskThreads) {
    this.sections = sections;
    this.diskThreads = diskThreads;
    var workers = new ArrayList<Worker>();
    for (int i = 0; i < zoneThreads; i++) {
      workers.add(new Worker("vdo-zone-" + i));
    }
    for (int i = 0; i < sections.count(); i++) {
      owners.add(workers.get(i % zoneThreads));
    }
    for (int i = 0; i < computeThreads; i++) {
      computers.add(new Worker("vdo-compute-" + i));
    }
    if (computers.isEmpty()) {
      computers.addAll(workers);
    } else {
      workers.addAll(computers);
    }
    workers.forEach(worker -> worker.thread.start());
  }

  @Override
  public void enter(Section section, Runnable step) {
    if (section.ownsNothing()) {
      computer().post(step);
    } else {
      owners.get(section.number()).post(step);
    }
  }

  @Override
  public void deliver(Section section, Runnable step) {
    enter(section, step);
  }

  private Worker computer() {
    int turn = nextComputer.getAndIncrement() & Integer.MAX_VALUE;
    return computers.get(turn % computers.size());
  }

  @Override
  public Disk disk(WritableBlockDevice device) {
    var disk = new DiskPool(device, this, sections.compute(), threads, diskThreads);
    disks.add(disk);
    return disk;
  }

  @Override
  public <T> void await(CompletableFuture<T> result) {
    threads.await(result);
  }

  @Override
  public void stop() {
    isStopped = true;
    disks.forEach(DiskPool::stop);
    threads.areStopped();
    owners.forEach(Worker::wake);
    computers.forEach(Worker::wake);
  }

  @Override
  public void close() {
    stop();
    threads.join();
  }

  /** A thread and the messages that it has to serve. */
  private final class Worker {
    private final MessagePassingQueue<Runnable> inbox =
        new MpscUnboundedAtomicArrayQueue<>(QUEUE_CHUNK);
    private final ArrayDeque<Runnable> own = new ArrayDeque<>();
    private final Thread thread;
    private volatile boolean isParked;

    Worker(String name) {
      thread = threads.start(name, this::serve);
    }

    void post(Runnable step) {
      if (Thread.currentThread().equals(thread)) {
        own.add(step);
      } else {
        inbox.offer(step);
        // Where the queue begins a chunk, its last store may still be on its way when the flag is
        // read, and until it arrives the queue calls itself empty.
        VarHandle.fullFence();
        wake();
      }
    }

    void wake() {
      if (isParked) {
        LockSupport.unpark(thread);
      }
    }

    private void serve() {
      int looks = 0;
      while (!isStopped) {
        int served = serveOwn() + inbox.drain(Runnable::run, BATCH);
        if (served > 0) {
          looks = 0;
        } else if (looks < LOOKS_BEFORE_PARKING) {
          looks++;
          Thread.onSpinWait();
        } else {
          park();
        }
      }
    }

    private int serveOwn() {
      int served = 0;
      @Nullable Runnable step;
      while (served < BATCH && !isStopped && (step = own.poll()) != null) {
        step.run();
        served++;
      }
      return served;
    }

    private void park() {
      isParked = true;
      // A message that came before the flag was seen woke nobody.
      if (inbox.isEmpty() && !isStopped) {
        LockSupport.park(this);
      }
      isParked = false;
    }
  }
}
