package io.vdotools.engine.damage;

import io.vdotools.VdoException;

/** A damage cannot be done to this volume. */
public final class DamageException extends VdoException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what the volume lacks, and what the user can do
   */
  public DamageException(String message) {
    super(message);
  }
}
