package io.vdotools.tool.restore;

import io.vdotools.VdoException;

/** What was named is not to be restored onto, and has not been touched. */
final class RefusedException extends VdoException {
  private static final long serialVersionUID = 1L;

  RefusedException(String message) {
    super(message);
  }
}
