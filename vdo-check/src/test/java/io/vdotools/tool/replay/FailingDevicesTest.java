package io.vdotools.tool.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.vdotools.VdoException;
import io.vdotools.cli.ChangeOptions;
import io.vdotools.cli.Console;
import io.vdotools.cli.ProgressDisplay;
import io.vdotools.device.Fault;
import io.vdotools.device.FaultyDevice;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.device.MemoryDevice;
import io.vdotools.device.change.UndoLog;
import io.vdotools.device.change.WriteGate;
import io.vdotools.engine.Volume;
import io.vdotools.engine.live.CrashImages;
import io.vdotools.engine.live.OfflineRecovery;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A device that fails at any one read, write or flush: either the replay is complete, or the device
 * is as before, or the undo file brings it back; and whatever fails while writing is told.
 */
class FailingDevicesTest {
  @TempDir private Path folder;
  private int runs;

  /** A crashed volume, and what its replay makes of it. */
  private record Volumes(MemoryDevice crashed, MemoryDevice replayed) {
    static Volumes ofSeed(long first) throws VdoException {
      for (long seed = first; ; seed++) {
        var crashed = CrashImages.ofSeed(seed);
        if (OfflineRecovery.isNeeded(Volume.open(crashed))) {
          var replayed = crashed.copy();
          OfflineRecovery.run(replayed);
          return new Volumes(crashed, replayed);
        }
      }
    }
  }

  private Outcome apply(FaultyDevice device, Path undoFile) throws VdoException {
    var nothing = new PrintWriter(new StringWriter());
    var options = new ChangeOptions(Path.of("the volume"), true, undoFile, null);
    try (var display = ProgressDisplay.of(new Console(nothing, nothing), null)) {
      return new Replay(options, display).apply(device);
    }
  }

  /** Runs with a fault, and judges what is left; {@return whether the replay was complete}. */
  private boolean survives(Volumes volumes, Fault fault) throws VdoException, IOException {
    var disk = volumes.crashed().copy();
    var device = FaultyDevice.over(disk, fault);
    Path undoFile = folder.resolve("undo" + runs++);
    boolean isDone;
    try {
      isDone = apply(device, undoFile).isApplied();
    } catch (VdoException e) {
      assertThat(e.getMessage()).as("%s", fault).hasLineCount(1);
      isDone = false;
      if (Files.exists(undoFile)) {
        assertThat(e.getMessage()).as("%s", fault).contains("vdo_undo --apply " + undoFile);
        assertLeadsBackAndOn(volumes, disk, undoFile, fault);
        return false;
      }
    }
    if (isDone) {
      assertThat(disk.hasSameContentAs(volumes.replayed())).as("%s: done", fault).isTrue();
    } else {
      assertThat(disk.hasSameContentAs(volumes.crashed())).as("%s: untouched", fault).isTrue();
      assertThat(undoFile).as("%s", fault).doesNotExist();
    }
    return isDone;
  }

  private static void assertLeadsBackAndOn(
      Volumes volumes, MemoryDevice disk, Path undoFile, Fault fault) throws VdoException {
    try (var file = FileDevice.open(undoFile, Access.READ)) {
      var log = UndoLog.open(file);
      WriteGate.of(disk, log, _ -> {}).goBack();
      assertThat(disk.hasSameContentAs(volumes.crashed())).as("%s: back", fault).isTrue();
      WriteGate.of(disk, log, _ -> {}).goOn();
      assertThat(disk.hasSameContentAs(volumes.replayed())).as("%s: on", fault).isTrue();
    }
  }

  private static List<Fault> atWrite(int call) {
    return List.of(
        new Fault.FailedWrite(call),
        new Fault.TornWrite(call, 1 + call % 7),
        new Fault.UnreportedWrite(call));
  }

  private void failAtEveryWrite(long seed, boolean inAllWays) throws VdoException, IOException {
    var volumes = Volumes.ofSeed(seed);
    var counting = FaultyDevice.over(volumes.crashed().copy());
    assertThat(apply(counting, folder.resolve("counted" + runs++)).isApplied()).isTrue();
    var faults = new ArrayList<Fault>();
    for (int call = 1; call <= counting.writeCount(); call++) {
      faults.addAll(inAllWays ? atWrite(call) : List.of(atWrite(call).get(call % 3)));
    }
    for (int call = 1; call <= counting.flushCount(); call++) {
      faults.add(new Fault.FailedFlush(call));
    }
    assertThat(faults).hasSizeGreaterThan(15);
    for (var fault : faults) {
      if (survives(volumes, fault)) {
        fail(fault + " was not told");
      }
    }
  }

  /** {@return how many faults there were} */
  private int failAtReads(long seed, int every) throws VdoException, IOException {
    var volumes = Volumes.ofSeed(seed);
    var counting = FaultyDevice.over(volumes.crashed().copy());
    assertThat(apply(counting, folder.resolve("counted" + runs++)).isApplied()).isTrue();
    int faults = 0;
    for (int call = 1 + (int) (seed % every); call <= counting.readCount(); call += every) {
      for (var fault : List.of(new Fault.FailedRead(call), new Fault.ShortRead(call, 1))) {
        survives(volumes, fault);
        faults++;
      }
    }
    return faults;
  }

  @Test
  void aFailedWriteOrFlushIsToldAndNothingStaysHalfDone() throws VdoException, IOException {
    failAtEveryWrite(3, false);
  }

  @Test
  void aFailedReadChangesNothingOfWhatIsWritten() throws VdoException, IOException {
    assertThat(failAtReads(5, 31)).isGreaterThan(10);
  }

  @Test
  @Tag("long")
  void noReadOrWriteOfSeveralVolumesMayFailUnnoticed() throws VdoException, IOException {
    int reads = 0;
    for (long seed = 10; seed < 100; seed += 10) {
      failAtEveryWrite(seed, true);
      reads += failAtReads(seed, 1);
    }
    assertThat(reads).isGreaterThan(1000);
  }

  @Test
  void aBlockThatStaysUnreadableIsNoReasonToWriteAnythingElse() throws VdoException, IOException {
    var volumes = Volumes.ofSeed(7);
    for (long block = 0; block < volumes.crashed().blockCount(); block += 211) {
      survives(volumes, new Fault.UnreadableBlock(block));
    }
  }
}
