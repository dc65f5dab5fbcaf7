package io.vdotools.tool.image;

import io.vdotools.VdoException;
import io.vdotools.cli.Console;
import io.vdotools.cli.ExitStatus;
import java.nio.file.Path;

/** One thing to be done with a volume, with all its arguments. */
interface Step {
  /**
   * Finds what is wrong with the step before anything is changed, and tells what it makes of the
   * volume.
   *
   * @param prospect what the volume is like by then
   * @throws VdoException if the step cannot succeed
   */
  void check(Prospect prospect) throws VdoException;

  /**
   * Does it.
   *
   * @param volume the file or block device
   * @throws VdoException if it fails
   */
  ExitStatus run(Path volume, Console console) throws VdoException;
}
