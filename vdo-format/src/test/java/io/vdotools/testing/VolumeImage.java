package io.vdotools.testing;

import io.vdotools.device.DeviceException;
import io.vdotools.device.MemoryDevice;
import io.vdotools.engine.NotAVolumeException;
import io.vdotools.engine.damage.Damage;
import io.vdotools.engine.damage.VolumeAreas;

/**
 * A volume in memory that was sound when it was made.
 *
 * @param device its blocks
 * @param areas where its structures lie
 */
public record VolumeImage(MemoryDevice device, VolumeAreas areas) {
  /** {@return the image of a sound volume} */
  public static VolumeImage of(MemoryDevice device) {
    try {
      return new VolumeImage(device, VolumeAreas.of(device));
    } catch (NotAVolumeException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** {@return a copy with a damage; this image stays as it is} */
  public VolumeImage with(Damage damage) {
    var copy = device.copy();
    try {
      damage.inflict(copy, areas);
    } catch (DeviceException e) {
      throw new IllegalStateException("memory refused a write", e);
    }
    return new VolumeImage(copy, areas);
  }

  /** {@return a copy that ends after the given number of blocks} */
  public MemoryDevice truncated(long blocks) {
    var copy = MemoryDevice.ofBlocks(blocks);
    for (long pbn = 0; pbn < blocks; pbn++) {
      copy.put(pbn, device.block(pbn));
    }
    return copy;
  }
}
