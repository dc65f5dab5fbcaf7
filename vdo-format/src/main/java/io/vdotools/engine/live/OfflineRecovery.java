package io.vdotools.engine.live;

import io.vdotools.VdoException;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.device.WritableShiftedDevice;
import io.vdotools.engine.EngineException;
import io.vdotools.engine.EngineException.Kind;
import io.vdotools.engine.NotAVolumeException;
import io.vdotools.engine.Volume;
import io.vdotools.engine.zones.Sections;
import io.vdotools.engine.zones.SimulatedExecution;

/**
 * What the driver's recovery and a clean stop after it make of a volume, without the driver
 * (format-spec, section 13).
 *
 * <p>The recovery journal goes into the block map and the slab journals, these into the reference
 * counts, and the volume is CLEAN at the end. Journals of the old format are replayed, too, which
 * drivers after 8.2 refuse. The index region is left as it is. The same volume always becomes the
 * same bytes.
 */
public final class OfflineRecovery {
  private OfflineRecovery() {}

  /** {@return whether a volume has something to be recovered or scrubbed} */
  public static boolean isNeeded(Volume volume) {
    return switch (volume.superBlock().vdo().state()) {
      case DIRTY, REPLAYING, RECOVERING -> true;
      case NEW, CLEAN, READ_ONLY_MODE, FORCE_REBUILD, REBUILD_FOR_UPGRADE, UNKNOWN -> false;
    };
  }

  /**
   * Recovers a volume.
   *
   * @param device the volume; an overlay, unless it may be left half done
   * @throws NotAVolumeException if the device holds no volume, or a damaged one
   * @throws EngineException if the volume is in a state from which recovery is no way out, or its
   *     journals are damaged
   * @throws io.vdotools.device.DeviceException if the device fails
   */
  public static void run(WritableBlockDevice device) throws VdoException {
    var volume = Volume.open(device).checkStrictly();
    switch (volume.superBlock().vdo().state()) {
      case DIRTY, REPLAYING ->
          Recovery.run(WritableShiftedDevice.of(device, volume.blockOffset()), volume, true);
      case RECOVERING, NEW, CLEAN -> {}
      case READ_ONLY_MODE, FORCE_REBUILD, REBUILD_FOR_UPGRADE, UNKNOWN ->
          throw new EngineException(
              Kind.WRONG_STATE,
              "%s: its state is %s: replaying its journals is no way out; see vdo_check"
                  .formatted(device.name(), volume.superBlock().vdo().state()));
    }
    // One thread that does one thing after the other: nothing here depends on chance.
    LiveVolume.openRecovered(
            device,
            LiveOptions.standard().withIndex(null),
            Sections.of(1, 1, 1),
            new SimulatedExecution(0))
        .close();
  }
}
