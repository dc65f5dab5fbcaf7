package io.vdotools.engine.data;

import io.vdotools.engine.EngineException;
import org.jspecify.annotations.Nullable;

/** Takes the outcome of a request. */
@FunctionalInterface
public interface Outcome {
  /**
   * The request is answered.
   *
   * @param error why it failed, null if it did not
   */
  void of(@Nullable EngineException error);
}
