package io.vdotools.engine.data;

import io.vdotools.engine.EngineException;
import io.vdotools.engine.metadata.Countdown;
import org.jspecify.annotations.Nullable;

/**
 * Answers flushes: one is over when all writes that began before it are recorded durably, and the
 * device has flushed.
 *
 * <p>Belongs to the packer's section.
 */
final class Flusher {
  private final Pipeline pipeline;
  private long nextGeneration;

  Flusher(Pipeline pipeline) {
    this.pipeline = pipeline;
  }

  void flush(Outcome outcome) {
    pipeline.counters().flushes.increment();
    long generation = nextGeneration++;
    var zones = pipeline.logicalZones();
    var section = pipeline.packer().section();
    var left =
        new Countdown(zones.size(), () -> pipeline.enter(section, () -> flushDevice(outcome)));
    for (var zone : zones) {
      pipeline
          .environment()
          .execution()
          .deliver(zone.section(), () -> zone.closeGeneration(generation, left::countDown));
    }
    // Writes that wait for company would make the flush wait.
    pipeline.packer().flush(generation);
  }

  /** Lets writes wait in the packer again, but for those that a flush waits for. */
  void reopenPacker() {
    pipeline.packer().reopen(nextGeneration - 1);
  }

  private void flushDevice(Outcome outcome) {
    if (pipeline.isReadOnly()) {
      outcome.of(pipeline.readOnlyError());
      return;
    }
    pipeline
        .environment()
        .disk()
        .flush(
            pipeline.packer().section(),
            error -> {
              @Nullable EngineException failure = null;
              if (error != null) {
                pipeline.enterReadOnlyMode(error);
                failure = pipeline.readOnlyError();
              }
              outcome.of(failure);
            });
  }
}
