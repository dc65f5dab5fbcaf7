package io.vdotools.engine.zones;

import io.vdotools.device.WritableBlockDevice;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/**
 * One thread and a seed: of all that could happen next, the seed chooses.
 *
 * <p>It chooses among all steps that wait, whatever their section, and among all calls of the disk
 * that were submitted, as real threads and a real disk may do. Only the order of deliveries from
 * one section to another is kept. The same seed, with the same calls from outside, gives the same
 * run.
 */
public final class SimulatedExecution implements Execution {
  private static final int OUTSIDE = -1;

  private final SplittableRandom random;
  // Some runs have a fast disk, some a slow one.
  private final double chanceOfDisk;
  private final List<Runnable> ready = new ArrayList<>();
  private final Map<Long, ArrayDeque<Runnable>> lanes = new HashMap<>();
  private final List<Submitted> submitted = new ArrayList<>();
  private int current = OUTSIDE;
  private long steps;
  private boolean isStopped;

  /** A call and the device that it goes to. */
  private record Submitted(WritableBlockDevice device, FlushGate gate, DiskCall call) {}

  /**
   * @param seed decides everything
   */
  public SimulatedExecution(long seed) {
    random = new SplittableRandom(seed);
    chanceOfDisk = random.nextDouble(0.02, 0.98);
  }

  @Override
  public void enter(Section section, Runnable step) {
    ready.add(() -> runIn(section, step));
  }

  @Override
  public void deliver(Section section, Runnable step) {
    long key = ((long) current << Integer.SIZE) | section.number();
    var lane = lanes.computeIfAbsent(key, _ -> new ArrayDeque<>());
    lane.add(step);
    if (lane.size() == 1) {
      ready.add(() -> runNext(section, lane));
    }
  }

  private void runNext(Section section, ArrayDeque<Runnable> lane) {
    // Stays in the lane while it runs, so that what it delivers there itself does not overtake.
    runIn(section, lane.getFirst());
    lane.removeFirst();
    if (!lane.isEmpty()) {
      ready.add(() -> runNext(section, lane));
    }
  }

  private void runIn(Section section, Runnable step) {
    current = section.number();
    step.run();
    current = OUTSIDE;
  }

  @Override
  public Disk disk(WritableBlockDevice device) {
    var gate = new FlushGate(device);
    return new Disk() {
      @Override
      public void read(long pbn, byte[] into, Section section, Completion completion) {
        submit(DiskCall.read(pbn, into, section, completion));
      }

      @Override
      public void write(
          long pbn, byte[] from, Order order, Section section, Completion completion) {
        submit(DiskCall.write(pbn, from, order, section, completion));
      }

      @Override
      public void flush(Section section, Completion completion) {
        submit(DiskCall.flush(section, completion));
      }

      private void submit(DiskCall call) {
        submitted.add(new Submitted(device, gate, call));
      }
    };
  }

  /** {@return how many steps and calls were run so far} */
  public long steps() {
    return steps;
  }

  /** Runs one step or call; {@return whether there was one}. */
  public boolean step() {
    if (isStopped || (ready.isEmpty() && submitted.isEmpty())) {
      return false;
    }
    steps++;
    boolean isDisk =
        ready.isEmpty() || (!submitted.isEmpty() && random.nextDouble() < chanceOfDisk);
    if (isDisk) {
      performPart(take(submitted));
    } else {
      take(ready).run();
    }
    return true;
  }

  /** Does one part of a call; between its parts, others may be done. */
  private void performPart(Submitted next) {
    var error = next.call.performPart(next.device, next.gate);
    var rest = error == null ? next.call.rest() : null;
    if (rest == null) {
      enter(next.call.section(), () -> next.call.completion().done(error));
    } else {
      submitted.add(new Submitted(next.device, next.gate, rest));
    }
  }

  /** Runs up to so many steps and calls; {@return whether there are more}. */
  public boolean run(long count) {
    for (long i = 0; i < count; i++) {
      if (!step()) {
        return false;
      }
    }
    return true;
  }

  /** Runs steps and calls until a result is there, or until there are no more. */
  public void runUntil(CompletableFuture<?> result) {
    while (!result.isDone() && step()) {}
  }

  /** Takes one out of a list, and fills the gap with the last. */
  private <T> T take(List<T> list) {
    int at = random.nextInt(list.size());
    T last = list.removeLast();
    return at == list.size() ? last : list.set(at, last);
  }

  @Override
  public <T> void await(CompletableFuture<T> result) {
    runUntil(result);
    if (!result.isDone()) {
      throw new IllegalStateException("nothing is left to run after " + steps + " steps");
    }
  }

  /**
   * Stops as a crash does: of the calls under way, some have reached the device, or parts of them,
   * some not.
   *
   * <p>What reached it without a flush is then for the device to lose.
   */
  public void crash() {
    stop();
    while (!submitted.isEmpty()) {
      var lost = take(submitted);
      if (random.nextBoolean()) {
        performPart(lost);
        ready.clear();
      }
    }
  }

  @Override
  public void stop() {
    isStopped = true;
    ready.clear();
    lanes.clear();
  }

  @Override
  public void close() {
    stop();
    submitted.clear();
  }
}
