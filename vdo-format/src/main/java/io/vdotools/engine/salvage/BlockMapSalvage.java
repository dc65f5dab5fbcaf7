package io.vdotools.engine.salvage;

import io.vdotools.device.OverlayDevice;
import io.vdotools.engine.Parallel;
import io.vdotools.engine.Volume;

/**
 * Repairs a block map as far as there is evidence for what it was (format-spec/salvage.md).
 *
 * <p>The same volume always becomes the same bytes and the same report.
 */
public final class BlockMapSalvage {
  private BlockMapSalvage() {}

  /**
   * Repairs the block map of a volume.
   *
   * <p>The device below the overlay is evidence as well: pages that a replay has already written to
   * the overlay are compared with what was there before, and journals and counts are read as they
   * were.
   *
   * @param volume the volume, whose super block and layout are sound
   * @param overlay the volume over its raw backing device, with the usable part of the recovery
   *     journal applied to the block map; takes the changes
   * @param options how
   * @return what was done
   * @throws IllegalArgumentException if the layout of the volume makes no sense
   */
  public static SalvageReport run(Volume volume, OverlayDevice overlay, SalvageOptions options) {
    if (volume.forest().isEmpty() || volume.slabs().isEmpty()) {
      throw new IllegalArgumentException("the layout of " + overlay.name() + " makes no sense");
    }
    try (var parallel = new Parallel(options.cores(), options.readers(), options.nanoClock())) {
      return new Salvager(Ground.of(volume, overlay, options, parallel)).run();
    }
  }
}
