package io.vdotools.pack;

import static java.util.Objects.requireNonNull;

import io.vdotools.VdoException;

/** A file is no pack, or a damaged one. */
public final class PackException extends VdoException {
  private static final long serialVersionUID = 1L;

  /** What is wrong, for callers that treat some of it differently. */
  public enum Kind {
    /** The file is something else. */
    NOT_A_PACK,
    /** The file was made by a later version. */
    TOO_NEW,
    /** The file was made by an earlier version, before the format was settled. */
    TOO_OLD,
    /** The end of the file is missing. */
    TRUNCATED,
    /** Bytes are not what they were when the file was written. */
    DAMAGED,
    /** The pack is the difference to another, which is needed. */
    NEEDS_BASE,
    /** The pack holds metadata only, and data is wanted. */
    NO_DATA,
    /** The other pack is not the one that this is the difference to. */
    WRONG_BASE,
    /** The library that packs and unpacks cannot be loaded. */
    NO_LIBRARY
  }

  private final Kind kind;

  /**
   * @param kind what is wrong
   * @param message which file, which frame at which byte, what is wrong and what the user can do
   */
  public PackException(Kind kind, String message) {
    super(message);
    this.kind = requireNonNull(kind);
  }

  /** {@return what is wrong} */
  public Kind kind() {
    return kind;
  }

  /** {@return damage of a frame} */
  static PackException damaged(String pack, String where, String what) {
    return new PackException(
        Kind.DAMAGED,
        pack + ": " + where + ": " + what + "; vdo_unpack --salvage gets out what is left");
  }
}
