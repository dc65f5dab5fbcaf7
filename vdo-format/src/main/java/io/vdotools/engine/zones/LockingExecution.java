package io.vdotools.engine.zones;

import io.vdotools.device.WritableBlockDevice;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.atomic.MpscUnboundedAtomicArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * Structure locking: no section belongs to anybody; the thread that brings a request takes the lock
 * of each section that the request needs and goes on.
 *
 * <p>A thread holds one lock at a time: what a step hands on runs after the step's own lock is
 * given back, so no order of locks is needed. What must keep its order goes through the section's
 * inbox, which is filled under the sender's lock and emptied, in order, by whoever gets the
 * section's lock next.
 */
public final class LockingExecution implements Execution {
  private static final int INBOX_CHUNK = 64;

  private final Sections sections;
  private final int diskThreads;
  private final List<Guard> guards = new ArrayList<>();
  private final List<DiskPool> disks = new ArrayList<>();
  private final Threads threads = new Threads(this::stop);
  private final ThreadLocal<Errands> errands = ThreadLocal.withInitial(Errands::new);
  private volatile boolean isStopped;

  /**
   * Makes the locks.
   *
   * @param sections the sections
   * @param diskThreads threads that call the device and then go on with the request; 0 lets the
   *     thread that brought the request do it
   */
  public LockingExecution(Sections sections, int diskThreads) {
    this.sections = sections;
    this.diskThreads = diskThreads;
    for (int i = 0; i < sections.count(); i++) {
      guards.add(new Guard());
    }
  }

  @Override
  public void enter(Section section, Runnable step) {
    errands.get().add(new Errand(section, step));
  }

  @Override
  public void deliver(Section section, Runnable step) {
    guards.get(section.number()).inbox.offer(step);
    errands.get().add(new Errand(section, null));
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
  }

  @Override
  public void close() {
    stop();
    threads.join();
  }

  /** A section's lock, and what was delivered to the section. */
  private static final class Guard {
    private final Lock lock = new ReentrantLock();
    private final MessagePassingQueue<Runnable> inbox =
        new MpscUnboundedAtomicArrayQueue<>(INBOX_CHUNK);

    void run(@Nullable Runnable step) {
      lock.lock();
      try {
        inbox.drain(Runnable::run);
        if (step != null) {
          step.run();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** A step that a thread still has to run; without one, it only looks at the inbox. */
  private record Errand(Section section, @Nullable Runnable step) {}

  /** What one thread still has to run. */
  private final class Errands {
    private final ArrayDeque<Errand> waiting = new ArrayDeque<>();
    private boolean isRunning;

    void add(Errand errand) {
      waiting.add(errand);
      if (isRunning) {
        return;
      }
      isRunning = true;
      try {
        @Nullable Errand next;
        while ((next = waiting.poll()) != null && !isStopped) {
          run(next);
        }
      } finally {
        isRunning = false;
        waiting.clear();
      }
    }

    private void run(Errand errand) {
      if (!errand.section.ownsNothing()) {
        guards.get(errand.section.number()).run(errand.step);
      } else if (errand.step != null) {
        errand.step.run();
      }
    }
  }
}
