package io.vdotools.device.change;

import static java.util.Objects.requireNonNull;

import io.vdotools.VdoException;

/** A plan cannot be carried out: it is not the one that was asked for, or has become outdated. */
public final class PlanException extends VdoException {
  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public enum Kind {
    /** A block that the plan was made from has changed. */
    CHANGED_SINCE,
    /** The plan is not the one that was asked for. */
    OTHER_PLAN
  }

  private final Kind kind;

  /**
   * @param kind what is wrong
   * @param message which device, what is wrong, and what the user can do
   */
  public PlanException(Kind kind, String message) {
    super(message);
    this.kind = requireNonNull(kind);
  }

  /** {@return what is wrong} */
  public Kind kind() {
    return kind;
  }
}
