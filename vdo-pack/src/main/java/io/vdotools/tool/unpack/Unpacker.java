package io.vdotools.tool.unpack;

import io.vdotools.VdoException;
import io.vdotools.cli.Console;
import io.vdotools.cli.FileTarget;
import io.vdotools.cli.ProgressDisplay;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.DeviceException;
import io.vdotools.device.UnfinishedFile;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.pack.PackDevice;
import io.vdotools.pack.PackExtraction;
import io.vdotools.pack.PackHeader;
import io.vdotools.pack.PackSalvage;
import io.vdotools.pack.SourceDevice;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Makes an image of a pack. */
final class Unpacker {
  private final UnpackOptions options;
  private final Console console;
  private final ProgressDisplay progress;

  Unpacker(UnpackOptions options, Console console, ProgressDisplay progress) {
    this.options = options;
    this.console = console;
    this.progress = progress;
  }

  /**
   * Does it.
   *
   * @throws VdoException if the pack is damaged and nobody asked to salvage it, or the image cannot
   *     be written; then nothing of it is left
   */
  UnpackResult run() throws VdoException {
    try (var base = base()) {
      return options.isSalvage() ? salvage(base) : unpack(base);
    }
  }

  private @Nullable PackDevice base() throws VdoException {
    if (options.base().isEmpty()) {
      return null;
    }
    var file = SourceDevice.openPack(options.base().get());
    try {
      return new PackDevice(file, null);
    } catch (VdoException e) {
      file.close();
      throw e;
    }
  }

  /** What fills an image. */
  private interface Filling {
    UnpackResult into(@Nullable WritableBlockDevice image) throws VdoException;
  }

  private UnpackResult unpack(@Nullable PackDevice base) throws VdoException {
    try (var file = SourceDevice.openPack(options.pack())) {
      PackDevice.checkBase(file, base);
      progress.begin("unpack", file.sizeBytes());
      return toTarget(
          file.header(),
          image -> {
            try (var sink = new ImageSink(image, base)) {
              PackExtraction.run(file, sink, progress::advance, options.threads());
              return sink.result(options, file.header(), file.digestName());
            }
          });
    }
  }

  private UnpackResult salvage(@Nullable PackDevice base) throws VdoException {
    try (var input = SourceDevice.openInput(options.pack())) {
      var salvage = PackSalvage.open(input);
      if (salvage.header().isDelta()) {
        PackDevice.checkBase(salvage.name(), salvage.header(), base);
      }
      progress.begin("salvage", input.sizeBytes());
      return toTarget(
          salvage.header(),
          image -> {
            try (var sink = new ImageSink(image, base)) {
              salvage.run(sink, progress::advance);
              return sink.result(options, salvage.header(), "");
            }
          });
    }
  }

  private UnpackResult toTarget(PackHeader header, Filling filling) throws VdoException {
    if (options.output().isEmpty()) {
      return filling.into(null);
    }
    var target =
        FileTarget.of(
            options.output().get(), options.mayReplace(), UnpackCommand.FORCE, "vdo_unpack");
    try (var _ = console.leftovers().add(() -> UnfinishedFile.discard(target.temporary()));
        var file = target.create(header.sourceBytes() / BlockDevice.BLOCK_SIZE)) {
      if (header.sourceBytes() % BlockDevice.BLOCK_SIZE != 0) {
        file.device().writeBytes(header.sourceBytes() - 1, ByteBuffer.allocate(1));
      }
      var result = filling.into(file.device());
      progress.begin("flush", 1);
      file.complete(target.mayReplace());
      return result;
    } catch (DeviceException e) {
      throw target.about(e);
    }
  }
}
