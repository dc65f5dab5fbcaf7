package io.vdotools.device;

import static java.util.Objects.requireNonNull;

import io.vdotools.VdoException;

/** A device could not be opened, or failed where the caller cannot do without it. */
public final class DeviceException extends VdoException {
  private static final long serialVersionUID = 1L;

  /** What failed, for callers that treat some failures differently. */
  public enum Kind {
    /** There is no such file. */
    MISSING,
    /** A file that was to be created is there already. */
    EXISTS,
    /** The path is a directory. */
    DIRECTORY,
    /** A FIFO, a socket, a character device: nothing that has blocks. */
    NOT_A_BLOCK_STORE,
    /** The operating system does not let this user open it that way. */
    PERMISSION_DENIED,
    /** The device or its file system cannot do direct I/O on 4096-byte blocks. */
    DIRECT_UNSUPPORTED,
    /** Somebody else uses it: a mount, another device, another program. */
    IN_USE,
    /** Opening failed in another way. */
    OPEN_FAILED,
    /** A new file could not be made. */
    CREATE_FAILED,
    /** A block that the caller cannot do without could not be read. */
    READ_FAILED,
    /** A write failed; part of it may have happened. */
    WRITE_FAILED,
    /** What was written may not be on stable storage. */
    FLUSH_FAILED,
    /** Closing failed. */
    CLOSE_FAILED
  }

  private final Kind kind;

  /**
   * @param kind what failed
   * @param message which device, where on it, what happened, and what the user can do
   */
  public DeviceException(Kind kind, String message) {
    super(message);
    this.kind = requireNonNull(kind);
  }

  /**
   * @param kind what failed
   * @param message which device, where on it, what happened, and what the user can do
   * @param cause what the operating system said
   */
  public DeviceException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = requireNonNull(kind);
  }

  /** {@return what failed} */
  public Kind kind() {
    return kind;
  }
}
