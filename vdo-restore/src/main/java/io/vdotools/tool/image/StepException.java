package io.vdotools.tool.image;

import io.vdotools.VdoException;

/** A step cannot be done, or a line of a script is wrong. */
final class StepException extends VdoException {
  private static final long serialVersionUID = 1L;

  private final boolean isMistake;

  private StepException(String message, boolean isMistake) {
    super(message);
    this.isMistake = isMistake;
  }

  /**
   * @param message what is in the way, and what the user can do
   */
  StepException(String message) {
    this(message, false);
  }

  /** {@return a mistake of the user, for which nothing was done} */
  static StepException mistake(String message) {
    return new StepException(message, true);
  }

  /** {@return whether it is a mistake of the user, for which nothing was done} */
  boolean isMistake() {
    return isMistake;
  }
}
