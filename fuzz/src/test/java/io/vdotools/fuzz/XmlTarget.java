package io.vdotools.fuzz;

import io.vdotools.VdoException;
import io.vdotools.check.CheckOptions;
import io.vdotools.check.VolumeCheck;
import io.vdotools.device.DeviceException;
import io.vdotools.device.MemoryDevice;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.engine.build.BuildOptions;
import io.vdotools.engine.build.BuildSite;
import io.vdotools.engine.build.MetadataBuilder;
import io.vdotools.engine.build.TargetLayout;
import io.vdotools.format.VolumeState;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.testing.VolumeBuilder;
import io.vdotools.testing.VolumeImage;
import io.vdotools.xml.XmlReader;
import java.io.ByteArrayInputStream;
import java.util.List;

/**
 * Reads a dump and builds the volume that it describes, as {@code vdo_restore} does. Whatever is
 * built can be checked; a dump that nobody touched becomes a sound volume.
 */
public final class XmlTarget {
  /** Larger volumes are only built for long. */
  private static final long MOST_BLOCKS = 1 << 14;

  private static final BuildOptions OPTIONS = BuildOptions.DEFAULT.acceptingLosses();
  private static final List<byte[]> DUMPS = dumps();

  private XmlTarget() {}

  private static List<byte[]> dumps() {
    var clean = Scene.image("clean.img", sound().build().device());
    var crashed =
        Scene.image(
            "crashed.img",
            sound()
                .crashAfterHere(JournalFormat.CURRENT)
                .plainRange(100, 8)
                .discard(3)
                .build()
                .device());
    var fresh = Scene.image("fresh.img", fresh().device());
    return List.of(
        Scene.written("vdo_dump", "clean.xml", clean),
        Scene.written("vdo_dump", "crashed.xml", "--journals", crashed),
        Scene.written("vdo_dump", "fresh.xml", fresh));
  }

  private static VolumeImage fresh() {
    return VolumeBuilder.ofSlabs(2, 256, 16, 3000).state(VolumeState.NEW).build();
  }

  private static VolumeBuilder sound() {
    return VolumeBuilder.ofSlabs(2, 256, 16, 3000)
        .plainRange(0, 10)
        .shared(0, 10, 11)
        .zero(20, 21)
        .compressed(30, 31, 32)
        .plain(2999);
  }

  /** Runs on one input. */
  public static void fuzzerTestOneInput(byte[] input) {
    byte[] dump = XmlEdits.of(DUMPS, input);
    var site = new Memory();
    try (var builder = new MetadataBuilder(OPTIONS, site, MemoryDevice::ofBlocks)) {
      XmlReader.read(new ByteArrayInputStream(dump), "dump", builder);
      var built = builder.built();
      var check = VolumeCheck.run(site.device, CheckOptions.standard());
      if (isUntouched(input) && !check.isSound()) {
        throw new IllegalStateException("built " + built + ": " + check.findings().all());
      }
    } catch (VdoException e) {
      if (isUntouched(input)) {
        throw new IllegalStateException("a dump that nobody touched is refused", e);
      }
    }
  }

  private static boolean isUntouched(byte[] input) {
    return input.length == 1 && input[0] >= 0;
  }

  private static final class Memory implements BuildSite {
    private MemoryDevice device = MemoryDevice.ofBlocks(1);

    @Override
    public WritableBlockDevice open(TargetLayout layout) throws DeviceException {
      if (layout.deviceBlocks() > MOST_BLOCKS) {
        throw new DeviceException(DeviceException.Kind.CREATE_FAILED, "larger than is built here");
      }
      device = MemoryDevice.ofBlocks(layout.deviceBlocks());
      return device;
    }

    @Override
    public boolean isBlank() {
      return true;
    }
  }
}
