package io.vdotools.engine.live;

import io.vdotools.engine.EngineException;
import io.vdotools.engine.data.Outcome;
import io.vdotools.engine.metadata.Countdown;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Several requests that are answered as one: with the first error, if there is any. */
final class Batch implements Outcome {
  private final AtomicReference<@Nullable EngineException> firstError = new AtomicReference<>();
  private final Countdown left;

  /**
   * @param parts how many requests there are, at least 1
   * @param whole takes the outcome of all
   */
  Batch(int parts, Outcome whole) {
    left = new Countdown(parts, () -> whole.of(firstError.get()));
  }

  /** Takes the outcome of one of the requests. */
  @Override
  public void of(@Nullable EngineException error) {
    if (error != null) {
      firstError.compareAndSet(null, error);
    }
    left.countDown();
  }
}
