package io.vdotools.tool.format;

import io.vdotools.VdoException;
import io.vdotools.cli.ByteSize;
import io.vdotools.cli.Leftovers;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.DeviceClaim;
import io.vdotools.device.DeviceException;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Caching;
import io.vdotools.engine.format.FormatOptions;
import io.vdotools.engine.format.FormatProgress;
import io.vdotools.engine.format.LayoutException;
import io.vdotools.engine.format.OldContent;
import io.vdotools.engine.format.VolumeFormatter;
import io.vdotools.engine.format.VolumeLayout;
import io.vdotools.format.BlockSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.function.LongFunction;

/**
 * The device or file to format: claims it, looks at what it holds, gives it its size, and leaves it
 * as it was if anything fails.
 *
 * @param path what the user named
 * @param physicalBlocks the size that the user asked for, or {@link #AS_IT_IS}
 * @param isForced whether recognised content may be overwritten
 * @param progress learns how far the format has come
 * @param leftovers what has to go if the process is ended before the volume is complete
 */
record FormatTarget(
    Path path,
    long physicalBlocks,
    boolean isForced,
    FormatProgress progress,
    Leftovers leftovers) {
  /** No size was asked for: the volume fills what is there. */
  static final long AS_IT_IS = -1;

  /**
   * Makes the volume.
   *
   * @param options what it is to be like, for a physical size in blocks
   * @return where everything lies on it
   */
  VolumeLayout format(LongFunction<FormatOptions> options) throws VdoException {
    // A link that leads nowhere is there, too.
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return formatExisting(options);
    }
    if (physicalBlocks == AS_IT_IS) {
      throw new RefusedException(
          path + ": no such file; check the path, or create it with --physical-size");
    }
    var layout = VolumeArguments.layout(options.apply(physicalBlocks), path.toString());
    FileDevice.create(path, physicalBlocks, Caching.PAGE_CACHE).close();
    boolean isDone = false;
    try (var leftover = leftovers.add(this::discard);
        var claim = DeviceClaim.of(path)) {
      assert leftover != null;
      write(claim, layout);
      isDone = true;
      return layout;
    } finally {
      if (!isDone) {
        remove();
      }
    }
  }

  private void discard() {
    try {
      Files.deleteIfExists(path);
    } catch (IOException _) {
      // The process is about to end; the file has no geometry block yet, and is no volume.
    }
  }

  private VolumeLayout formatExisting(LongFunction<FormatOptions> options) throws VdoException {
    try (var claim = DeviceClaim.of(path)) {
      long oldBytes;
      VolumeLayout layout;
      try (var device = claim.open()) {
        oldBytes = device.sizeBytes();
        layout = layout(claim, device, options);
        if (!isForced) {
          refuseOldContent(device);
        }
      }
      long newBytes = layout.options().physicalBlocks() * BlockSize.BLOCK;
      boolean isExtended = newBytes > oldBytes;
      if (isExtended) {
        claim.resize(newBytes);
      }
      boolean isDone = false;
      try {
        write(claim, layout);
        isDone = true;
        return layout;
      } finally {
        if (isExtended && !isDone) {
          claim.resize(oldBytes);
        }
      }
    }
  }

  private VolumeLayout layout(
      DeviceClaim claim, BlockDevice device, LongFunction<FormatOptions> options)
      throws VdoException {
    if (physicalBlocks == AS_IT_IS) {
      try {
        return VolumeArguments.layout(options.apply(device.blockCount()), path.toString());
      } catch (LayoutException e) {
        throw e.kind() == LayoutException.Kind.TOO_SMALL && !claim.isBlockDevice()
            ? new RefusedException(e.getMessage() + "; --physical-size makes a file longer")
            : e;
      }
    }
    if (claim.isBlockDevice()) {
      throw new RefusedException(
          path + ": is a block device, whose size is given; leave out --physical-size");
    }
    if (physicalBlocks < device.blockCount()) {
      throw new RefusedException(
          "%s: has %s, more than --physical-size; leave the option out, or make the file shorter"
              .formatted(path, ByteSize.ofBlocks(device.blockCount())));
    }
    return VolumeArguments.layout(options.apply(physicalBlocks), path.toString());
  }

  private void refuseOldContent(BlockDevice device) throws RefusedException {
    var found = OldContent.find(device);
    if (found.isPresent()) {
      throw new RefusedException(
          "%s: holds %s, found at byte %d; use --force to overwrite it"
              .formatted(path, found.get().description(), found.get().offsetBytes()));
    }
  }

  private void write(DeviceClaim claim, VolumeLayout layout) throws VdoException {
    try (var device = claim.open()) {
      VolumeFormatter.format(device, layout, progress);
    }
  }

  private void remove() throws DeviceException {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new DeviceException(
          DeviceException.Kind.CREATE_FAILED,
          "cannot remove %s, which is of no use; remove it by hand".formatted(path),
          e);
    }
  }
}
