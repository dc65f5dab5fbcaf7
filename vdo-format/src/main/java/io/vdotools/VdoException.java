package io.vdotools;

/**
 * Something of the world went wrong: a device that cannot be read, a full disk, an exchange file that is not what it claims to be.
 */
public abstract class VdoException extends Exception {
  private static final long serialVersionUID = 1L;

  protected VdoException(String message) {
    super(message);
  }

  protected VdoException(String message, Throwable cause) {
    super(message, cause);
  }
}
