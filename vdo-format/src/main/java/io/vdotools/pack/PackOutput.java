package io.vdotools.pack;

import io.vdotools.VdoException;

/** Takes the bytes of a pack in order. */
@FunctionalInterface
public interface PackOutput {
  /**
   * Takes some more.
   *
   * @param bytes all of them
   * @throws VdoException if they cannot be kept
   */
  void write(byte[] bytes) throws VdoException;
}
