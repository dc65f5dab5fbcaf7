package io.vdotools.tool.restore;

import io.vdotools.VdoException;
import io.vdotools.check.CheckOptions.Level;
import io.vdotools.check.CheckResult;
import io.vdotools.check.VolumeCheck;
import io.vdotools.cli.ByteSize;
import io.vdotools.cli.Console;
import io.vdotools.cli.FileTarget;
import io.vdotools.cli.Machine;
import io.vdotools.cli.ProgressDisplay;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.DeviceClaim;
import io.vdotools.device.DeviceException;
import io.vdotools.device.DeviceException.Kind;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.device.SpilledOverlay;
import io.vdotools.device.UnfinishedFile;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.device.change.Plan;
import io.vdotools.device.change.RecordingDevice;
import io.vdotools.device.change.UndoFiles;
import io.vdotools.engine.NotAVolumeException;
import io.vdotools.engine.Volume;
import io.vdotools.engine.build.BuildSite;
import io.vdotools.engine.build.BuiltVolume;
import io.vdotools.engine.build.MetadataBuilder;
import io.vdotools.engine.build.TargetLayout;
import io.vdotools.engine.format.OldContent;
import io.vdotools.xml.XmlReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Makes the volume that a dump describes.
 *
 * <p>A new image is made under another name, and gets its own when it is complete and in order.
 * Onto what is there already nothing is written before the volume is complete in an overlay and in
 * order; then its old content goes to an undo file, and the change through the one gate.
 */
final class Restorer {
  private final RestoreOptions options;
  private final Console console;
  private final ProgressDisplay display;

  Restorer(RestoreOptions options, Console console, ProgressDisplay display) {
    this.options = options;
    this.console = console;
    this.display = display;
  }

  /**
   * Does it.
   *
   * @throws VdoException if the dump is none, or the target is not to be had; then nothing is
   *     changed
   */
  RestoreResult run() throws VdoException {
    Path target = options.target();
    if (options.xml().isPresent() && FileDevice.isSame(options.xml().get(), target)) {
      throw new RefusedException(target + ": is the dump itself; name another target");
    }
    if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      return newImage();
    }
    options.change().checkUndoFile();
    if (!options.change().isApplied()) {
      try (var device = FileDevice.open(target, Access.READ)) {
        return onto(device, null);
      }
    }
    try (var claim = DeviceClaim.of(target);
        var device = claim.open()) {
      return onto(device, device);
    }
  }

  private RestoreResult newImage() throws VdoException {
    var target = FileTarget.of(options.target(), false, RestoreCommand.FORCE, "vdo_restore");
    try (var _ = console.leftovers().add(() -> UnfinishedFile.discard(target.temporary()));
        var image = new NewImage(target);
        var scratch = new TemporaryFiles(target.path())) {
      var built = build(image, scratch);
      var device = image.device();
      var check = check(device);
      boolean isWritten = RestoreResult.mayBeWritten(check) || options.isForced();
      if (isWritten) {
        display.begin("flush", 1);
        image.complete();
      }
      return new RestoreResult(options, built, check, null, device.blockCount(), isWritten);
    } catch (DeviceException e) {
      throw target.about(e);
    }
  }

  /**
   * Restores onto what is there.
   *
   * @param device the target
   * @param writable the same if it is to be written to, null if not
   */
  private RestoreResult onto(BlockDevice device, @Nullable WritableBlockDevice writable)
      throws VdoException {
    Path undoFile = options.change().undoFile();
    try (var scratch = new TemporaryFiles(undoFile)) {
      var reads = RecordingDevice.over(device);
      var site = new Existing(reads, scratch);
      var built = build(site, scratch);
      var overlay = site.overlay();
      var layout = built.layout();
      var plan = Plan.of(reads, overlay, layout.superBlockPbn() - layout.blockOffset());
      options.change().checkPlan(plan);
      var check = check(overlay);
      boolean isWritten =
          writable != null && (RestoreResult.mayBeWritten(check) || options.isForced());
      if (writable != null && isWritten) {
        display.begin("writing", plan.changes().size());
        UndoFiles.apply(
            plan,
            writable,
            options.target().toAbsolutePath().toString(),
            undoFile,
            display::advance);
      }
      return new RestoreResult(options, built, check, plan, device.blockCount(), isWritten);
    }
  }

  private BuiltVolume build(BuildSite site, TemporaryFiles scratch) throws VdoException {
    try (var builder = new MetadataBuilder(options.build(), site, scratch);
        var in = open()) {
      XmlReader.read(in, options.xmlName(), builder);
      return builder.built();
    } catch (IOException e) {
      throw new DeviceException(
          Kind.READ_FAILED, "cannot read " + options.xmlName() + ": " + e.getMessage(), e);
    }
  }

  private InputStream open() throws IOException, DeviceException {
    if (options.xml().isEmpty()) {
      display.begin("restore", 1);
      return System.in;
    }
    Path xml = options.xml().get();
    if (!Files.exists(xml)) {
      throw new DeviceException(
          Kind.MISSING, "cannot open " + xml + ": no such file; check the path");
    }
    if (Files.isDirectory(xml)) {
      throw new DeviceException(
          Kind.DIRECTORY, "cannot open " + xml + ": it is a directory; name a dump");
    }
    display.begin("restore", Files.size(xml));
    return new MeteredStream(Files.newInputStream(xml), display::advance);
  }

  private CheckResult check(BlockDevice device) throws VdoException {
    display.begin("check", 1);
    var checking = Machine.checkOptions();
    return VolumeCheck.run(
        device, options.isChecked() ? checking : checking.withLevel(Level.QUICK));
  }

  /** A file that is not there yet. */
  private static final class NewImage implements BuildSite, AutoCloseable {
    private final FileTarget target;
    private @Nullable UnfinishedFile file;

    NewImage(FileTarget target) {
      this.target = target;
    }

    @Override
    public WritableBlockDevice open(TargetLayout layout) throws DeviceException {
      file = target.create(layout.deviceBlocks());
      return file.device();
    }

    @Override
    public boolean isBlank() {
      return true;
    }

    WritableBlockDevice device() {
      return opened().device();
    }

    void complete() throws DeviceException {
      opened().complete(target.mayReplace());
    }

    private UnfinishedFile opened() {
      if (file == null) {
        throw new IllegalStateException(target.path() + " was not made");
      }
      return file;
    }

    @Override
    public void close() throws DeviceException {
      if (file != null) {
        file.close();
      }
    }
  }

  /** What is there already, left as it is, below an overlay. */
  private final class Existing implements BuildSite {
    private final BlockDevice device;
    private final TemporaryFiles scratch;
    private @Nullable SpilledOverlay overlay;

    Existing(BlockDevice device, TemporaryFiles scratch) {
      this.device = device;
      this.scratch = scratch;
    }

    @Override
    public WritableBlockDevice open(TargetLayout layout) throws VdoException {
      if (device.blockCount() < layout.deviceBlocks()) {
        throw new RefusedException(
            "%s: has %s, the volume takes %s; name a larger device"
                .formatted(
                    options.target(),
                    ByteSize.ofBlocks(device.blockCount()),
                    ByteSize.ofBlocks(layout.deviceBlocks())));
      }
      if (!options.isForced() && !isSameVolume(layout.nonce())) {
        refuseOldContent();
      }
      overlay = SpilledOverlay.over(device, scratch.create(layout.mostWrittenBlocks()));
      return overlay;
    }

    private boolean isSameVolume(long nonce) {
      try {
        var volume = Volume.open(device);
        return volume.geometry().hasMagic()
            ? volume.geometry().nonce() == nonce
            : volume.nonce() == nonce;
      } catch (NotAVolumeException _) {
        return false;
      }
    }

    private void refuseOldContent() throws RefusedException {
      var found = OldContent.find(device);
      if (found.isPresent()) {
        throw new RefusedException(
            "%s: holds %s, found at byte %d, and not the volume of the dump; use --force to overwrite it"
                .formatted(options.target(), found.get().description(), found.get().offsetBytes()));
      }
    }

    SpilledOverlay overlay() {
      if (overlay == null) {
        throw new IllegalStateException("nothing was built");
      }
      return overlay;
    }
  }
}
