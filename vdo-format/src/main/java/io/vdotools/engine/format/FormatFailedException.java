package io.vdotools.engine.format;

import io.vdotools.VdoException;

/** A format was begun and could not be finished. */
public final class FormatFailedException extends VdoException {
  private static final long serialVersionUID = 1L;

  private final boolean isOldContentKept;

  FormatFailedException(String message, boolean isOldContentKept, Throwable cause) {
    super(message, cause);
    this.isOldContentKept = isOldContentKept;
  }

  FormatFailedException(String message) {
    super(message);
    this.isOldContentKept = false;
  }

  /** {@return whether the device holds again what it held before, as far as it could be read} */
  public boolean isOldContentKept() {
    return isOldContentKept;
  }
}
