package io.vdotools.engine;

import io.vdotools.VdoException;

/** Metadata are damaged, and whoever asked wants all of them or nothing. */
public final class VolumeDamagedException extends VdoException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what is damaged, and where
   */
  public VolumeDamagedException(String message) {
    super(message);
  }
}
