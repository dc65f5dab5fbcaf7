package io.vdotools;

/**
 * Something that the world around a volume did to us: an unreadable device, a full disk, a file
 * that is no volume at all.
 *
 * <p>A command meets it once, prints its message as one line and ends with the operational exit
 * status. Damage inside a volume is never reported this way: that is a problem, a value among
 * others. Each kind of trouble has a subclass of its own, whose message names the place (path,
 * block, line) and the cause.
 */
public abstract class VdoException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Trouble that has no deeper cause.
   *
   * @param message one line for the user, lower case, without a full stop
   */
  protected VdoException(String message) {
    super(message);
  }

  /**
   * Trouble that another exception brought up.
   *
   * @param message one line for the user, lower case, without a full stop
   * @param cause what happened underneath; kept for debugging, not printed
   */
  protected VdoException(String message, Throwable cause) {
    super(message, cause);
  }
}
