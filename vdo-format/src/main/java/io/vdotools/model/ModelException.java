package io.vdotools.model;

import io.vdotools.VdoException;

/** What was told of a volume breaks the rules of {@link VolumeVisitor}. */
public final class ModelException extends VdoException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what was told, and what the rule is
   */
  public ModelException(String message) {
    super(message);
  }
}
