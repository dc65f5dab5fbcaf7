package io.vdotools.tool.image;

import io.vdotools.VdoException;
import io.vdotools.device.DeviceClaim;
import io.vdotools.tool.image.Session.EngineChoice;
import java.nio.file.Path;

/** A volume that a step changes: nobody else has it meanwhile. */
final class Target {
  private Target() {}

  /** What is done with a volume that is open. */
  @FunctionalInterface
  interface Work {
    void with(Session session) throws VdoException;
  }

  /** Opens a volume, does something with it, and stops it in good order. */
  static void change(Path path, EngineChoice choice, long seed, Work work) throws VdoException {
    try (var claim = DeviceClaim.of(path);
        var device = claim.open();
        var session = Session.open(device, choice, seed)) {
      work.with(session);
      session.settle();
    }
  }
}
