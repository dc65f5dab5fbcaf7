package io.vdotools.engine.live;

import io.vdotools.device.WritableBlockDevice;
import io.vdotools.engine.zones.Disk;
import io.vdotools.engine.zones.Execution;
import io.vdotools.engine.zones.Section;
import io.vdotools.engine.zones.SimulatedExecution;
import java.util.concurrent.CompletableFuture;

/** A simulation in which whoever waits loses patience after some steps. */
final class Patience implements Execution {
  private final SimulatedExecution simulation;
  private long stepsLeft = Long.MAX_VALUE;

  /** Somebody has waited for too long. */
  static final class Lost extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  Patience(SimulatedExecution simulation) {
    this.simulation = simulation;
  }

  SimulatedExecution simulation() {
    return simulation;
  }

  /** Sets how many steps may still be waited for. */
  void limit(long steps) {
    stepsLeft = steps;
  }

  @Override
  public <T> void await(CompletableFuture<T> result) {
    while (!result.isDone() && simulation.step()) {
      if (--stepsLeft < 0) {
        throw new Lost();
      }
    }
    simulation.await(result);
  }

  @Override
  public void enter(Section section, Runnable step) {
    simulation.enter(section, step);
  }

  @Override
  public void deliver(Section section, Runnable step) {
    simulation.deliver(section, step);
  }

  @Override
  public Disk disk(WritableBlockDevice device) {
    return simulation.disk(device);
  }

  @Override
  public void stop() {
    simulation.stop();
  }

  @Override
  public void close() {
    simulation.close();
  }
}
