package io.vdotools.tool.map;

import io.vdotools.VdoException;

/** A list of bad sectors is none, or asks for more than can be answered. */
final class BadListException extends VdoException {
  private static final long serialVersionUID = 1L;

  BadListException(String name, int line, String what) {
    super("%s: line %d: %s".formatted(name, line, what));
  }

  BadListException(String message) {
    super(message);
  }

  BadListException(String message, Throwable cause) {
    super(message, cause);
  }
}
