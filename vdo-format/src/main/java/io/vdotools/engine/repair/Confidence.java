package io.vdotools.engine.repair;

/** How sure it is that what a repair puts somewhere is what belongs there. */
public enum Confidence {
  /** It follows from what is on the volume, without an assumption. */
  CERTAIN("certain"),
  /** The evidence is for it, and nothing is against it. */
  LIKELY("likely"),
  /** Nothing on the volume tells; it is a value with which the volume works and loses nothing. */
  ASSUMED("assumed");

  private final String title;

  Confidence(String title) {
    this.title = title;
  }

  /** {@return the confidence in words} */
  public String title() {
    return title;
  }
}
