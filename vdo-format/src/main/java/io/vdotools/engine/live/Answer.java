package io.vdotools.engine.live;

import io.vdotools.engine.EngineException;
import io.vdotools.engine.data.Outcome;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The outcome of a request as a future. */
final class Answer implements Outcome {
  private final Answers answers;
  private final CompletableFuture<Void> future = new CompletableFuture<>();

  Answer(Answers answers) {
    this.answers = answers;
  }

  @Override
  public void of(@Nullable EngineException error) {
    answers.isGiven(this);
    if (error == null) {
      future.complete(null);
    } else {
      future.completeExceptionally(error);
    }
  }

  CompletableFuture<Void> future() {
    return future;
  }
}
