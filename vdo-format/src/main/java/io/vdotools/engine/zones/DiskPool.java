package io.vdotools.engine.zones;

import io.vdotools.device.DeviceException;
import io.vdotools.device.WritableBlockDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * A disk whose calls are done by threads of its own, or where there are none, as steps that own
 * nothing: on a device that never makes anybody wait, handing a call on costs more than the call.
 *
 * <p>A flush takes as long as the device needs for all that was written before it. So one thread
 * does nothing but flush, for all calls together that have come to it meanwhile, and reads and
 * other writes go on beside it. What has waited for a flush goes before what has not: a recovery
 * journal block is what most requests wait for.
 */
final class DiskPool implements Disk {
  private final WritableBlockDevice device;
  private final FlushGate gate;
  private final Execution execution;
  private final Section compute;
  private final @Nullable Queues queues;
  // Held for reading while a call of the device is under way.
  private final ReadWriteLock calls = new ReentrantReadWriteLock();
  private volatile boolean isStopped;

  /** What waits: steps for the threads of the pool, and calls for the thread that flushes. */
  private record Queues(BlockingDeque<Runnable> steps, BlockingDeque<DiskCall> flushes) {}

  /**
   * Starts the threads.
   *
   * @param device the device
   * @param execution runs the completions
   * @param compute the section that owns nothing
   * @param threads takes the threads
   * @param count how many threads read and write, beside the one that flushes; 0 for none at all
   */
  DiskPool(
      WritableBlockDevice device,
      Execution execution,
      Section compute,
      Threads threads,
      int count) {
    this.device = device;
    this.gate = new FlushGate(device);
    this.execution = execution;
    this.compute = compute;
    if (count == 0) {
      queues = null;
      return;
    }
    var waiting = new Queues(new LinkedBlockingDeque<>(), new LinkedBlockingDeque<>());
    queues = waiting;
    for (int i = 0; i < count; i++) {
      threads.start("vdo-disk-" + i, () -> serve(waiting)).start();
    }
    threads.start("vdo-flush", () -> serveFlushes(waiting)).start();
  }

  private void serve(Queues waiting) {
    try {
      while (!isStopped) {
        waiting.steps.take().run();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    // The next one also has to look.
    waiting.steps.add(() -> {});
  }

  private void serveFlushes(Queues waiting) {
    var batch = new ArrayList<DiskCall>();
    try {
      while (!isStopped) {
        batch.add(waiting.flushes.take());
        waiting.flushes.drainTo(batch);
        flushFor(batch, waiting);
        batch.clear();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void flushFor(List<DiskCall> batch, Queues waiting) {
    var error = performPart(batch.getFirst());
    for (var call : batch.reversed()) {
      // By another thread: the next flush does not wait for what follows from this one.
      waiting.steps.addFirst(() -> proceed(call, error));
    }
  }

  /** Does a part of a call, unless everything is stopped. */
  private @Nullable DeviceException performPart(DiskCall call) {
    calls.readLock().lock();
    try {
      return isStopped ? null : call.performPart(device, gate);
    } finally {
      calls.readLock().unlock();
    }
  }

  /** A part of a call is done. */
  private void proceed(DiskCall call, @Nullable DeviceException error) {
    if (isStopped) {
      return;
    }
    var rest = error == null ? call.rest() : null;
    if (rest == null) {
      execution.enter(call.section(), () -> call.completion().done(error));
    } else if (queues != null && rest.beginsWithFlush()) {
      queues.flushes.add(rest);
    } else {
      perform(rest);
    }
  }

  private void perform(DiskCall call) {
    proceed(call, performPart(call));
  }

  private void submit(DiskCall call) {
    if (queues == null) {
      execution.enter(compute, () -> perform(call));
    } else if (isStopped) {
      return;
    } else if (call.beginsWithFlush()) {
      queues.flushes.add(call);
    } else {
      queues.steps.add(() -> perform(call));
    }
  }

  @Override
  public void read(long pbn, byte[] into, Section section, Completion completion) {
    submit(DiskCall.read(pbn, into, section, completion));
  }

  @Override
  public void write(long pbn, byte[] from, Order order, Section section, Completion completion) {
    submit(DiskCall.write(pbn, from, order, section, completion));
  }

  @Override
  public void flush(Section section, Completion completion) {
    submit(DiskCall.flush(section, completion));
  }

  /**
   * Lets no call of the device begin any more, waits for those under way, and lets the threads end.
   * What was under way is told to nobody.
   */
  void stop() {
    isStopped = true;
    calls.writeLock().lock();
    try {
      if (queues != null) {
        queues.steps.clear();
        queues.steps.add(() -> {});
        queues.flushes.clear();
        queues.flushes.add(DiskCall.flush(compute, _ -> {}));
      }
    } finally {
      calls.writeLock().unlock();
    }
  }
}
