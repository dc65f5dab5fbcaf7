package io.vdotools.engine.format;

import static java.util.Objects.requireNonNull;

import io.vdotools.VdoException;

/** A volume cannot have the sizes that were asked for. Nothing has been touched. */
public final class LayoutException extends VdoException {
  private static final long serialVersionUID = 1L;

  /** What does not fit. */
  public enum Kind {
    /** The device cannot hold the metadata and one slab. */
    TOO_SMALL,
    /** More than 8192 slabs. */
    TOO_MANY_SLABS,
    /** More than 256 TiB. */
    PHYSICAL_TOO_LARGE,
    /** Negative, or more than 4 PiB. */
    LOGICAL_OUT_OF_RANGE,
    /** Not 13 to 23. */
    SLAB_BITS_OUT_OF_RANGE
  }

  private final Kind kind;

  /**
   * @param kind what does not fit
   * @param message the numbers, and what the user can do
   */
  LayoutException(Kind kind, String message) {
    super(message);
    this.kind = requireNonNull(kind);
  }

  /** {@return what does not fit} */
  public Kind kind() {
    return kind;
  }

  /** {@return the same with the name of the device in front of the message} */
  public LayoutException on(String device) {
    return new LayoutException(kind, device + ": " + getMessage());
  }
}
