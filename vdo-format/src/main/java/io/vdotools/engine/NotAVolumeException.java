package io.vdotools.engine;

import io.vdotools.VdoException;

/** What was to be opened is not a VDO volume, or too little of one to be opened. */
public final class NotAVolumeException extends VdoException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what it is instead, and what the user can do
   */
  public NotAVolumeException(String message) {
    super(message);
  }
}
