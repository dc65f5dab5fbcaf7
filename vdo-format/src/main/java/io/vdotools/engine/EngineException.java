package io.vdotools.engine;

import io.vdotools.VdoException;

/** A request to a volume, or the volume's own upkeep, could not be carried out. */
public final class EngineException extends VdoException {
  private static final long serialVersionUID = 1L;

  /** What stands in the way, for callers that treat some failures differently. */
  public enum Kind {
    /** The logical block does not exist. */
    OUT_OF_RANGE,
    /** Offset or length is not a multiple of a sector of 512 bytes. */
    UNALIGNED,
    /** No slab has a free block. */
    NO_SPACE,
    /** The volume is in read-only mode: a write to the device failed, or metadata are damaged. */
    READ_ONLY,
    /** The logical block's mapping is one that nobody writes. */
    BAD_MAPPING,
    /** The logical block's fragment of a compressed block cannot be inflated. */
    BAD_FRAGMENT,
    /** The device could not deliver a block. */
    READ_FAILED,
    /** Metadata contradict each other. */
    CORRUPT_METADATA,
    /** The volume's state does not let it be opened for writing. */
    WRONG_STATE,
    /** The new size is not larger, too large, or adds no whole slab. */
    BAD_SIZE,
    /** The volume is suspended or closed, or was made to crash. */
    NOT_RUNNING
  }

  private final Kind kind;

  /**
   * @param kind what stands in the way
   * @param message what happened, where, and what the user can do
   */
  public EngineException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /**
   * @param kind what stands in the way
   * @param message what happened, where, and what the user can do
   * @param cause what happened underneath
   */
  public EngineException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** {@return what stands in the way} */
  public Kind kind() {
    return kind;
  }
}
