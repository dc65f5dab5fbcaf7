package io.vdotools.device.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vdotools.VdoException;
import io.vdotools.device.DeviceException;
import io.vdotools.device.Fault;
import io.vdotools.device.FaultyDevice;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.device.MemoryDevice;
import io.vdotools.device.OverlayDevice;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.testing.Segments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing is written without an undo file, and no undo file stays where nothing was written. */
class UndoFilesTest {
  private static final long COMMIT = 17;
  private static final int CHANGES = 20;

  @TempDir private Path folder;

  private static MemoryDevice disk() {
    var disk = MemoryDevice.ofBlocks(100);
    for (int i = 0; i < 100; i++) {
      disk.write(i, Segments.randomBlock(i));
    }
    return disk;
  }

  private static Plan plan(WritableBlockDevice device) throws DeviceException {
    var reads = RecordingDevice.over(device);
    var overlay = OverlayDevice.over(reads);
    for (int i = 0; i < CHANGES; i++) {
      overlay.write(2 * i + 1, Segments.randomBlock(1000 + i));
    }
    return Plan.of(reads, overlay, COMMIT);
  }

  private static void apply(Plan plan, WritableBlockDevice device, Path undoFile)
      throws VdoException {
    UndoFiles.apply(plan, device, "the disk", undoFile, _ -> {});
  }

  /** Old contents that could not be saved, but are there, must not be written over. */
  @Test
  void aReadThatFailsOnceCostsNoOldContent() throws VdoException {
    var counted = FaultyDevice.over(disk());
    apply(plan(counted), counted, folder.resolve("counted"));
    int refused = 0;
    for (long call = 1; call <= counted.readCount(); call++) {
      var disk = disk();
      var device = FaultyDevice.over(disk, new Fault.FailedRead(call));
      Path undoFile = folder.resolve("undo" + call);
      try {
        apply(plan(device), device, undoFile);
        try (var file = FileDevice.open(undoFile, Access.READ)) {
          WriteGate.of(disk, UndoLog.open(file), _ -> {}).goBack();
        }
      } catch (DeviceException | PlanException e) {
        refused++;
        assertThat(undoFile).doesNotExist();
      }
      assertThat(disk.hasSameContentAs(disk())).as("read " + call).isTrue();
    }
    assertThat(refused).isBetween(CHANGES, (int) counted.readCount());
  }

  @Test
  void aPlanThatIsOutdatedLeavesNothingBehind() throws VdoException {
    var disk = disk();
    var plan = plan(disk);
    disk.write(5, Segments.randomBlock(5555));
    var asFound = disk.copy();
    Path undoFile = folder.resolve("undo");

    assertThatThrownBy(() -> apply(plan, disk, undoFile)).isInstanceOf(PlanException.class);

    assertThat(disk.hasSameContentAs(asFound)).isTrue();
    assertThat(undoFile).doesNotExist();
  }

  @Test
  void afterAnyFailedWriteTheMessageSaysWhatBringsTheVolumeBackOrOn() throws VdoException {
    for (int call = 1; call <= CHANGES; call++) {
      var disk = disk();
      var faulty = FaultyDevice.over(disk, new Fault.TornWrite(call, call % 8));
      Path undoFile = folder.resolve("undo" + call);

      assertThatThrownBy(() -> apply(plan(faulty), faulty, undoFile))
          .isInstanceOf(DeviceException.class)
          .hasMessageContaining("vdo_undo --apply " + undoFile)
          .hasMessageContaining("--finish");

      var after = disk();
      apply(plan(after), after, folder.resolve("other" + call));
      try (var file = FileDevice.open(undoFile, Access.READ)) {
        var log = UndoLog.open(file);
        WriteGate.of(disk, log, _ -> {}).goBack();
        assertThat(disk.hasSameContentAs(disk())).isTrue();
        WriteGate.of(disk, log, _ -> {}).goOn();
        assertThat(disk.hasSameContentAs(after)).isTrue();
      }
    }
  }

  @Test
  void noFileThatIsThereIsTaken() throws VdoException, IOException {
    var disk = disk();
    Path volume = Files.write(folder.resolve("volume"), new byte[4096]);
    Path text = Files.writeString(folder.resolve("text"), "precious");
    Path empty = Files.createFile(folder.resolve("empty"));
    Path zeros = Files.write(folder.resolve("zeros"), new byte[3 * 4096]);
    Path dangling = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));
    Path linked = Files.createSymbolicLink(folder.resolve("volume-too"), volume);
    Path complete = folder.resolve("complete");
    apply(plan(disk), disk, complete);
    Path unfinished = folder.resolve("unfinished");
    byte[] bytes = Files.readAllBytes(complete);
    Arrays.fill(bytes, bytes.length - 4096, bytes.length, (byte) 0);
    Files.write(unfinished, bytes);

    assertRefused(volume, volume, "which is the volume itself");
    assertRefused(volume, linked, "which is the volume itself");
    assertRefused(volume, text, "it is there already");
    assertRefused(volume, empty, "it is there already");
    assertRefused(volume, zeros, "it is there already");
    assertRefused(volume, dangling, "it is there already");
    assertRefused(volume, complete, "it is the undo file of a change of the disk; 'vdo_undo ");
    assertRefused(volume, unfinished, "a change that never began; remove it");
    UndoFiles.checkFree(volume, folder.resolve("new"));

    var asFound = disk.copy();
    for (Path path : new Path[] {volume, text, empty, zeros, dangling, complete, unfinished}) {
      assertThatThrownBy(() -> apply(plan(disk), disk, path)).isInstanceOf(DeviceException.class);
    }
    assertThat(disk.hasSameContentAs(asFound)).isTrue();
    assertThat(Files.readString(text)).isEqualTo("precious");
    assertThat(folder.resolve("nowhere")).doesNotExist();
  }

  private static void assertRefused(Path volume, Path undoFile, String why) {
    assertThatThrownBy(() -> UndoFiles.checkFree(volume, undoFile))
        .isInstanceOfSatisfying(
            DeviceException.class, e -> assertThat(e.kind()).isEqualTo(DeviceException.Kind.EXISTS))
        .hasMessageContaining(why)
        .hasMessageContaining(undoFile.toString());
  }
}
