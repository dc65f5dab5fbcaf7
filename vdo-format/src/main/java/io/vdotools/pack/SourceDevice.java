package io.vdotools.pack;

import io.vdotools.VdoException;
import io.vdotools.device.BlockBuffers;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.DeviceException;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.device.FileDevice.Caching;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/** Opens what a reading command is given as SOURCE: a regular file, a block device, or a pack. */
public final class SourceDevice {
  // Who walks the block map by LBN comes back to each frame of leaf pages again and again; a frame
  // that was dropped is taken apart anew for every page.
  private static final long MOST_CACHE_BYTES = 512L << 20;
  private static final int HEAP_PER_CACHE = 5;

  private SourceDevice() {}

  /**
   * Opens a volume, or a pack in its place, through the page cache.
   *
   * @param source a regular file, a block device, or a pack
   * @return its blocks
   * @throws DeviceException if it cannot be opened
   * @throws PackException if it is a pack, and damaged, or the difference to another
   */
  public static BlockDevice open(Path source) throws VdoException {
    return open(source, Caching.PAGE_CACHE);
  }

  /**
   * Opens a volume, or a pack in its place.
   *
   * @param source a regular file, a block device, or a pack
   * @param caching how to read a volume; packs are read through the page cache
   * @return its blocks
   * @throws DeviceException if it cannot be opened that way
   * @throws PackException if it is a pack, and damaged, or the difference to another
   */
  public static BlockDevice open(Path source, Caching caching) throws VdoException {
    var device = FileDevice.open(source, Access.READ, caching);
    if (!isPack(device)) {
      return device;
    }
    device.close();
    return new PackDevice(openPack(source), null, cacheBytes());
  }

  /**
   * {@return a pack as a file}
   *
   * @param path where it is
   * @throws PackException if it is no pack, or damaged
   * @throws DeviceException if it cannot be opened
   */
  public static PackFile openPack(Path path) throws VdoException {
    return PackFile.open(openInput(path));
  }

  /**
   * {@return the bytes of a pack, not looked at yet}
   *
   * @param path where it is
   * @throws DeviceException if it cannot be opened
   */
  public static PackInput openInput(Path path) throws DeviceException {
    try {
      return PackInput.of(FileDevice.open(path, Access.READ));
    } catch (DeviceException e) {
      // Who opens a device is told to name one.
      throw switch (e.kind()) {
        case DIRECTORY -> noPack(e, path, "it is a directory");
        case NOT_A_BLOCK_STORE -> noPack(e, path, "not a regular file");
        default -> e;
      };
    }
  }

  private static DeviceException noPack(DeviceException cause, Path path, String what) {
    return new DeviceException(
        cause.kind(),
        "cannot open %s: %s; name a pack, which vdo_pack wrote".formatted(path, what),
        cause);
  }

  /** {@return how much of a pack to keep: as much as leaves room for all else} */
  private static long cacheBytes() {
    long share = Runtime.getRuntime().maxMemory() / HEAP_PER_CACHE;
    return Math.clamp(share, PackDevice.LEAST_CACHE_BYTES, MOST_CACHE_BYTES);
  }

  /** {@return whether a file begins as packs do; what cannot be read does not} */
  private static boolean isPack(FileDevice device) {
    try (Arena arena = Arena.ofConfined()) {
      var block = BlockBuffers.allocate(arena, 1);
      int length = device.readBytes(0, block.asByteBuffer());
      return PackHeader.isPack(
          block.asSlice(0, Math.max(0, length)).toArray(ValueLayout.JAVA_BYTE), length);
    } catch (DeviceException _) {
      // A volume whose first block is bad is a volume; commands find out in their own way.
      return false;
    }
  }
}
