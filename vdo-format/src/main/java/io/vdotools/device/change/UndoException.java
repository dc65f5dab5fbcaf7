package io.vdotools.device.change;

import static java.util.Objects.requireNonNull;

import io.vdotools.VdoException;

/** An undo file cannot be used, or a device is not as an undo file needs it to be. */
public final class UndoException extends VdoException {
  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public enum Kind {
    /** The file is no undo file. */
    NOT_AN_UNDO_FILE,
    /** An undo file of a format that this program does not know. */
    UNKNOWN_VERSION,
    /**
     * The file holds nothing where an undo file begins and ends. If it is one it was hardly begun,
     * and the device never written to; but it may be anybody's, and is not to be removed.
     */
    BLANK,
    /** The file was never finished, so that the device was never written to. */
    UNFINISHED,
    /** The file is damaged. */
    DAMAGED,
    /** The device is not the one that the file was made for. */
    OTHER_DEVICE,
    /** The device holds something that neither was there before nor was to be written. */
    CHANGED_SINCE
  }

  private final Kind kind;

  /**
   * @param kind what is wrong
   * @param message which file or device, where in it, what is wrong, and what the user can do
   */
  public UndoException(Kind kind, String message) {
    super(message);
    this.kind = requireNonNull(kind);
  }

  /** {@return what is wrong} */
  public Kind kind() {
    return kind;
  }
}
