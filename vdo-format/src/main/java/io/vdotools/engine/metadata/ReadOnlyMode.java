package io.vdotools.engine.metadata;

import io.vdotools.VdoException;
import io.vdotools.engine.EngineException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Whether the volume may still be changed. Once an error has made it read-only it stays so.
 *
 * <p>May be asked and entered from any section.
 */
public final class ReadOnlyMode {
  private final AtomicReference<@Nullable VdoException> cause = new AtomicReference<>();
  private final Runnable onEntry;

  /**
   * @param onEntry is run once, on the thread that enters the mode
   */
  public ReadOnlyMode(Runnable onEntry) {
    this.onEntry = onEntry;
  }

  /** Forbids all further changes, because of an error. */
  public void enter(VdoException error) {
    if (cause.compareAndSet(null, error)) {
      onEntry.run();
    }
  }

  /** {@return whether changes are forbidden} */
  public boolean isEntered() {
    return cause.get() != null;
  }

  /** {@return the error that requests end with} */
  public EngineException error() {
    var why = cause.get();
    String reason = why == null ? "no reason is known" : why.getMessage();
    return new EngineException(
        EngineException.Kind.READ_ONLY,
        "the volume is in read-only mode: " + reason,
        why == null ? new IllegalStateException() : why);
  }

  /** {@return the error that made the volume read-only, null if it is not} */
  public @Nullable VdoException cause() {
    return cause.get();
  }
}
