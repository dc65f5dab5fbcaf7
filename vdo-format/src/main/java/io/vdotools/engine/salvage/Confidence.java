package io.vdotools.engine.salvage;

import java.util.Locale;

/** How far the evidence for something goes (format-spec/salvage.md). Ascending. */
public enum Confidence {
  /** It fits, and nothing speaks against it; so might something else. Not acted upon unasked. */
  WEAK,
  /** Several independent facts agree, and it would take a rare accident to bring that about. */
  STRONG,
  /** The format itself says so, and the volume has no way to contradict it later. */
  CERTAIN;

  /** {@return the name in a report, such as {@code strong}} */
  public String title() {
    return name().toLowerCase(Locale.ROOT);
  }
}
