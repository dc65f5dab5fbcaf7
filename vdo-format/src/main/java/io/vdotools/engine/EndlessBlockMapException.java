package io.vdotools.engine;

import io.vdotools.VdoException;

/** The block map names more pages than the volume has blocks: some of them again and again. */
public final class EndlessBlockMapException extends VdoException {
  private static final long serialVersionUID = 1L;

  /**
   * @param name what the volume is called
   */
  EndlessBlockMapException(String name) {
    super(
        name
            + ": the block map names more pages than the volume has blocks, so the same ones again"
            + " and again; see vdo_check");
  }
}
