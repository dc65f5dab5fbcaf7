package io.vdotools.engine.salvage;

import io.vdotools.device.OverlayDevice;
import io.vdotools.engine.Usage;
import io.vdotools.engine.Volume;
import java.util.List;
import java.util.Optional;

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
    return new SalvageReport(
        Optional.empty(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        0,
        List.of(),
        List.of(),
        new Usage(0, 0),
        0,
        0,
        List.of("nothing was looked at: the options were " + options.scan()));
  }
}
