package io.vdotools.testing;

import io.vdotools.VdoException;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Caching;
import io.vdotools.device.MemoryDevice;
import io.vdotools.engine.NotAVolumeException;
import io.vdotools.engine.damage.Area;
import io.vdotools.engine.damage.Damage;
import io.vdotools.engine.damage.DamageException;
import io.vdotools.engine.damage.Place;
import io.vdotools.engine.damage.VolumeAreas;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

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

  /** {@return the PBN of the page on the way to an LBN, of height 0 for its leaf to 4} */
  public long page(long lbn, int height) {
    return at(found -> found.page(lbn, height));
  }

  /** {@return the PBN of one instance of a structure} */
  public long block(Area area, Place place) {
    return at(found -> found.block(area, place));
  }

  /** {@return the PBN that a spot stands for} */
  public long at(Damage.Spot spot) {
    try {
      return spot.in(areas);
    } catch (DamageException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** {@return a copy with a damage; this image stays as it is} */
  public VolumeImage with(Damage damage) {
    var copy = device.copy();
    try {
      damage.inflict(copy, areas);
    } catch (VdoException e) {
      throw new IllegalArgumentException(e);
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

  /** Writes the volume to a new file; {@return that file} */
  public Path saveTo(Path file) throws VdoException {
    try (var target = FileDevice.create(file, device.blockCount(), Caching.PAGE_CACHE)) {
      for (long block = 0; block < device.blockCount(); block++) {
        target.write(block, MemorySegment.ofArray(device.block(block)));
      }
    }
    return file;
  }
}
