package io.vdotools.model;

import io.vdotools.VdoException;

/** What is told of a volume could not be written to where it should go. */
public final class EmitterException extends VdoException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message where it should go, and why it does not
   * @param cause what happened underneath
   */
  public EmitterException(String message, Throwable cause) {
    super(message, cause);
  }
}
