package io.vdotools.engine.zones;

import io.vdotools.device.WritableBlockDevice;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A disk whose calls are done by threads of its own, or where there are none, as steps that own
 * nothing: on a device that never makes anybody wait, handing a call on costs more than the call.
 */
final class DiskPool implements Disk {
  // Lets a thread look whether it is to end.
  private static final DiskCall NOTHING =
      DiskCall.flush(new Section(0, Section.Kind.COMPUTE, 0), _ -> {});

  private final WritableBlockDevice device;
  private final FlushGate gate;
  private final Execution execution;
  private final Section compute;
  private final @Nullable BlockingQueue<DiskCall> calls;
  private volatile boolean isStopped;

  /**
   * Starts the threads.
   *
   * @param device the device
   * @param execution runs the completions
   * @param compute the section that owns nothing
   * @param threads takes the threads
   * @param count how many threads, 0 for none
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
      calls = null;
      return;
    }
    var queue = new LinkedBlockingQueue<DiskCall>();
    calls = queue;
    for (int i = 0; i < count; i++) {
      threads.start("vdo-disk-" + i, () -> serve(queue)).start();
    }
  }

  private void serve(BlockingQueue<DiskCall> queue) {
    try {
      for (var call = queue.take(); !isStopped; call = queue.take()) {
        perform(call);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    // The next one also has to look.
    queue.add(NOTHING);
  }

  private void perform(DiskCall call) {
    if (isStopped) {
      return;
    }
    var error = call.perform(device, gate);
    execution.enter(call.section(), () -> call.completion().done(error));
  }

  private void submit(DiskCall call) {
    if (calls == null) {
      execution.enter(compute, () -> perform(call));
    } else if (!isStopped) {
      calls.add(call);
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

  /** Lets no call begin any more, and the threads end. */
  void stop() {
    isStopped = true;
    if (calls != null) {
      calls.clear();
      calls.add(NOTHING);
    }
  }
}
