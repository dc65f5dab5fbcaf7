package io.vdotools.tool.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.check.CheckOptions;
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
 * A device that fails at any one read, write or flush: either the repair is complete, or the device
 * is as before, or the undo file brings it back and on; and whatever fails while writing is told.
 */
class FailingDevicesTest {
  @TempDir private Path folder;
  private int runs;

  /** How one run ended. */
  private enum End {
    UNTOUCHED,
    /** As {@link #UNTOUCHED}, with a message. */
    REFUSED,
    REPAIRED,
    /** A read that failed once was taken for damage, which has another repair. */
    REPAIRED_OTHERWISE,
    IN_PART
  }

  private Outcome apply(FaultyDevice device, Path undoFile) throws VdoException {
    var nothing = new PrintWriter(new StringWriter());
    var console = new Console(nothing, nothing);
    var options =
        new Repairer.Options(
            RepairOptions.all(CheckOptions.standard()),
            new ChangeOptions(Path.of("the volume"), true, undoFile, null),
            false,
            null);
    try (var display = ProgressDisplay.of(console, null)) {
      return new Repairer(options, console, display).repair(device, device);
    }
  }

  private Path newUndoFile() {
    return folder.resolve("undo" + runs++);
  }

  /** Runs with a fault, and judges what is left. */
  private End endWith(ShortRepair repair, Fault fault) throws VdoException, IOException {
    String story = repair + ", " + fault;
    var disk = repair.damaged().copy();
    Path undoFile = newUndoFile();
    boolean isDone;
    boolean isTold = false;
    try {
      isDone = apply(FaultyDevice.over(disk, fault), undoFile).isApplied();
    } catch (VdoException e) {
      assertThat(e.getMessage()).as(story).hasLineCount(1);
      isDone = false;
      isTold = true;
      if (Files.exists(undoFile)) {
        assertThat(e.getMessage()).as(story).contains("vdo_undo --apply " + undoFile);
        assertLeadsBackAndOn(repair, disk, undoFile, story);
        return End.IN_PART;
      }
    }
    if (!isDone) {
      assertThat(disk.hasSameContentAs(repair.damaged())).as("%s: untouched", story).isTrue();
      assertThat(undoFile).as(story).doesNotExist();
      return isTold ? End.REFUSED : End.UNTOUCHED;
    }
    boolean isSame = disk.hasSameContentAs(repair.repaired());
    assertThat(ShortRepair.plan(disk).isNothingToDo()).as("%s: in order", story).isTrue();
    goBack(disk, undoFile);
    assertThat(disk.hasSameContentAs(repair.damaged())).as("%s: back", story).isTrue();
    return isSame ? End.REPAIRED : End.REPAIRED_OTHERWISE;
  }

  private static void goBack(MemoryDevice disk, Path undoFile) throws VdoException {
    try (var file = FileDevice.open(undoFile, Access.READ)) {
      WriteGate.of(disk, UndoLog.open(file), _ -> {}).goBack();
    }
  }

  private static void assertLeadsBackAndOn(
      ShortRepair repair, MemoryDevice disk, Path undoFile, String story) throws VdoException {
    goBack(disk, undoFile);
    assertThat(disk.hasSameContentAs(repair.damaged())).as("%s: back", story).isTrue();
    try (var file = FileDevice.open(undoFile, Access.READ)) {
      WriteGate.of(disk, UndoLog.open(file), _ -> {}).goOn();
    }
    assertThat(disk.hasSameContentAs(repair.repaired())).as("%s: on", story).isTrue();
  }

  private FaultyDevice counted(ShortRepair repair) throws VdoException {
    var counting = FaultyDevice.over(repair.damaged().copy());
    assertThat(apply(counting, newUndoFile()).isApplied()).as(repair.toString()).isTrue();
    return counting;
  }

  private static List<Fault> atWrite(int call) {
    return List.of(
        new Fault.FailedWrite(call),
        new Fault.TornWrite(call, 1 + call % 7),
        new Fault.UnreportedWrite(call));
  }

  /** {@return how many faults there were} */
  private int failAtWrites(ShortRepair repair, boolean inAllWays) throws VdoException, IOException {
    var counting = counted(repair);
    var faults = new ArrayList<Fault>();
    for (int call = 1; call <= counting.writeCount(); call++) {
      faults.addAll(inAllWays ? atWrite(call) : List.of(atWrite(call).get(call % 3)));
    }
    for (int call = 1; call <= counting.flushCount(); call++) {
      faults.add(new Fault.FailedFlush(call));
    }
    for (var fault : faults) {
      assertThat(endWith(repair, fault))
          .as("%s: %s is told", repair, fault)
          .isIn(End.IN_PART, End.REFUSED);
    }
    return faults.size();
  }

  /** {@return how many faults there were} */
  private int failAtReads(ShortRepair repair, int first, int every)
      throws VdoException, IOException {
    int faults = 0;
    long reads = counted(repair).readCount();
    for (int call = first; call <= reads; call += every) {
      for (var fault : List.of(new Fault.FailedRead(call), new Fault.ShortRead(call, 1))) {
        assertThat(endWith(repair, fault)).as("%s, %s", repair, fault).isNotEqualTo(End.IN_PART);
        faults++;
      }
    }
    return faults;
  }

  @Test
  void aFailedWriteOrFlushIsToldAndNothingStaysHalfDone() throws VdoException, IOException {
    int faults = 0;
    for (var repair : ShortRepair.oneForEachStructure().subList(0, 6)) {
      faults += failAtWrites(repair, false);
    }
    assertThat(faults).isGreaterThan(10);
  }

  @Test
  void aFailedReadLeavesTheVolumeAsItWasOrInOrder() throws VdoException, IOException {
    int first = 1;
    int faults = 0;
    for (var repair : ShortRepair.oneForEachStructure()) {
      faults += failAtReads(repair, first, 97);
      first += 13;
    }
    assertThat(faults).isGreaterThan(10);
  }

  @Test
  @Tag("long")
  void noReadOrWriteOfAnyShortRepairMayFailUnnoticed() throws VdoException, IOException {
    int writes = 0;
    int reads = 0;
    for (var repair : ShortRepair.all()) {
      writes += failAtWrites(repair, true);
    }
    for (var repair : ShortRepair.oneForEachStructure()) {
      reads += failAtReads(repair, 1, 1);
    }
    System.out.println(writes + " faults while writing, " + reads + " while reading");
    assertThat(writes).isGreaterThan(1000);
    assertThat(reads).isGreaterThan(1000);
  }
}
