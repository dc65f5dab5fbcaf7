package io.vdotools.engine.build;

import io.vdotools.device.DeviceException;
import io.vdotools.device.WritableBlockDevice;

/** Gives room for what is too large for memory. */
@FunctionalInterface
public interface Scratch {
  /**
   * {@return room that takes no space until it is written to, and belongs to whoever gave it}
   *
   * @param blocks how much
   * @throws DeviceException if there is none
   */
  WritableBlockDevice create(long blocks) throws DeviceException;
}
