package io.vdotools.xml;

import io.vdotools.VdoException;

/** A file is no dump of a volume, or not one that can be read. The message names the place. */
public final class XmlException extends VdoException {
  private static final long serialVersionUID = 1L;

  private final int line;
  private final int column;

  /**
   * @param name what a person knows the file by
   * @param line the line of the fault, from 1
   * @param column its column in the line, from 1
   * @param what what is wrong there, in one sentence
   */
  XmlException(String name, int line, int column, String what) {
    super(message(name, line, column, what));
    this.line = line;
    this.column = column;
  }

  XmlException(String name, int line, int column, String what, Throwable cause) {
    super(message(name, line, column, what), cause);
    this.line = line;
    this.column = column;
  }

  private static String message(String name, int line, int column, String what) {
    return "%s: line %d, column %d: %s".formatted(name, line, column, what);
  }

  /** {@return the line of the fault, from 1} */
  public int line() {
    return line;
  }

  /** {@return its column in the line, from 1} */
  public int column() {
    return column;
  }
}
