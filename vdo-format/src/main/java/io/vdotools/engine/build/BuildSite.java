package io.vdotools.engine.build;

import io.vdotools.VdoException;
import io.vdotools.device.WritableBlockDevice;

/** Gives the device to build on, once it is known what is to be built. */
@FunctionalInterface
public interface BuildSite {
  /**
   * {@return the device, at least as large as the layout says; whoever gave it closes it}
   *
   * <p>Nothing is written in an order that would keep what it held before: who wants that gives an
   * overlay.
   *
   * @param layout where everything will lie
   * @throws VdoException if there is no place for such a volume
   */
  WritableBlockDevice open(TargetLayout layout) throws VdoException;

  /** {@return whether the device holds nothing but zeros: there is nothing of old to clear} */
  default boolean isBlank() {
    return false;
  }
}
