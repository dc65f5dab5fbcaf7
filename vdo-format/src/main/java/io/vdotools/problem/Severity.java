package io.vdotools.problem;

/** How bad a problem is, from the least to the worst. */
public enum Severity {
  /** Worth knowing; nothing is wrong with the volume. */
  INFO("info"),
  /** Wrong, but the driver does not mind, and nothing is lost. */
  HARMLESS("harmless"),
  /** Blocks are taken that hold nothing. */
  LOSES_SPACE("loses space"),
  /** Data are lost, or will be once the volume is used. */
  LOSES_DATA("loses data"),
  /** The driver refuses the volume, turns it read-only or returns I/O errors when it meets this. */
  FATAL("fatal");

  private final String title;

  Severity(String title) {
    this.title = title;
  }

  /** {@return the name in words, as reports print it} */
  public String title() {
    return title;
  }

  /** {@return whether a volume with such a problem is not in order} */
  public boolean isDefect() {
    return this != INFO;
  }
}
