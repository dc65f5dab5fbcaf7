package io.vdotools.engine.repair;

import io.vdotools.device.OverlayDevice;
import io.vdotools.engine.Volume;
import java.util.Optional;

final class LostSuperBlock {
  LostSuperBlock(OverlayDevice overlay, Volume volume, long nonce, RepairLog log) {}

  void rebuild() {}

  static Optional<Volume> openByRoots(OverlayDevice overlay, RepairLog log) {
    return Optional.empty();
  }
}
