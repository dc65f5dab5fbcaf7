package io.vdotools.tool.format;

import io.vdotools.VdoException;

/** What was named is not to be formatted, and has not been touched. */
final class RefusedException extends VdoException {
  private static final long serialVersionUID = 1L;

  RefusedException(String message) {
    super(message);
  }
}
