package io.vdotools.tool.pack;

import io.vdotools.VdoException;
import io.vdotools.cli.Console;
import io.vdotools.cli.ProgressDisplay;
import io.vdotools.device.BlockDevice;
import io.vdotools.engine.Volume;
import io.vdotools.pack.PackDevice;
import io.vdotools.pack.PackFile;
import io.vdotools.pack.PackInput;
import io.vdotools.pack.PackMethod;
import io.vdotools.testing.PackInMemory;
import io.vdotools.tool.pack.PackOptions.Scan;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.Optional;

/** Packs in memory. */
final class Packs {
  /** One thread, metadata only. */
  static final PackOptions USUAL =
      new PackOptions(
          Path.of("volume"),
          Optional.empty(),
          false,
          false,
          Scan.AUTO,
          Optional.empty(),
          PackMethod.DEFAULT,
          1,
          false,
          false);

  private Packs() {}

  static PackOptions withThreads(int threads) {
    return with(false, false, USUAL.method(), threads);
  }

  static PackOptions withData() {
    return with(false, true, USUAL.method(), 2);
  }

  static PackOptions with(boolean index, boolean data, PackMethod method, int threads) {
    return new PackOptions(
        USUAL.source(),
        Optional.empty(),
        index,
        data,
        Scan.AUTO,
        Optional.empty(),
        method,
        threads,
        false,
        false);
  }

  static byte[] pack(BlockDevice device) {
    return pack(device, USUAL);
  }

  static byte[] pack(BlockDevice device, PackOptions options) {
    return pack(device, options, null);
  }

  static byte[] pack(BlockDevice device, PackOptions options, PackDevice base) {
    var bytes = new ByteArrayOutputStream();
    var console =
        new Console(new PrintWriter(Writer.nullWriter()), new PrintWriter(Writer.nullWriter()));
    try (var progress = ProgressDisplay.of(console, null)) {
      var _ =
          new Packer(options, device, Volume.open(device), base, progress).run(bytes::writeBytes);
      return bytes.toByteArray();
    } catch (VdoException e) {
      throw new IllegalArgumentException(e);
    }
  }

  static PackDevice open(byte[] pack) throws VdoException {
    return new PackDevice(PackFile.open(input(pack)), null);
  }

  static PackInput input(byte[] pack) {
    return new PackInMemory(pack);
  }
}
