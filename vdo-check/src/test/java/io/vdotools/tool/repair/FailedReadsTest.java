package io.vdotools.tool.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vdotools.VdoException;
import io.vdotools.check.CheckOptions;
import io.vdotools.check.CheckProgress;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.DeviceException;
import io.vdotools.device.Fault;
import io.vdotools.device.FaultyDevice;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.device.MemoryDevice;
import io.vdotools.device.change.UndoFiles;
import io.vdotools.device.change.UndoLog;
import io.vdotools.device.change.UndoWriter;
import io.vdotools.device.change.WriteGate;
import io.vdotools.engine.damage.Damage;
import io.vdotools.engine.repair.RepairStep;
import io.vdotools.format.blockmap.LbnSet;
import io.vdotools.testing.VolumeImage;
import io.vdotools.testing.VolumeImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A device from which one read fails while it is repaired, and never again: the volume is as it
 * was, or the repair is complete and whatever it has lost is named. {@link FailingDevicesTest}
 * looks at writes.
 */
class FailedReadsTest {
  /** Of the reads of a repair the default run fails one in so many. */
  private static final int STRIDE = 31;

  private static final VolumeImage SOUND = VolumeImages.clean();

  /** A page above the leaves is gone, and some counts with it. */
  private static final MemoryDevice DAMAGED =
      SOUND
          .with(
              Damage.edit(
                      areas -> areas.page(VolumeImages.FULL_LEAF, 1), block -> block.fill((byte) 0))
                  .and(
                      Damage.edit(
                          areas -> areas.slabs().referenceStart(0), block -> block.fill((byte) 0))))
          .device();

  @TempDir private Path scratch;
  private int runs;

  private static RepairPlan plan(BlockDevice device) throws VdoException {
    return VolumeRepair.plan(
        device, RepairOptions.all(CheckOptions.standard()), CheckProgress.NONE);
  }

  private Path undoFile() {
    return scratch.resolve("undo" + runs++);
  }

  private static void apply(RepairPlan plan, FaultyDevice device, Path undoFile)
      throws VdoException {
    plan.checkUnchanged();
    UndoFiles.apply(plan.plan(), device, "volume", undoFile, _ -> {});
  }

  private static void goBack(MemoryDevice disk, Path undoFile) throws VdoException {
    try (var file = FileDevice.open(undoFile, Access.READ)) {
      WriteGate.of(disk, UndoLog.open(file), _ -> {}).goBack();
    }
  }

  /** The medium of the undo file fails: the volume is not touched at all. */
  @Test
  void anUndoFileThatFailsIsReportedBeforeAnythingIsWritten() throws VdoException {
    var changes = plan(DAMAGED).changes();
    long blocks = UndoWriter.fileBlocks(changes);
    var counted = FaultyDevice.over(MemoryDevice.ofBlocks(blocks));
    UndoWriter.write(changes, "volume", counted);
    assertThat(counted.writeCount()).isGreaterThan(2);
    for (int call = 1; call <= counted.writeCount(); call++) {
      var file = FaultyDevice.over(MemoryDevice.ofBlocks(blocks), new Fault.FailedWrite(call));

      assertThatThrownBy(() -> UndoWriter.write(changes, "volume", file))
          .isInstanceOf(DeviceException.class);

      assertThatThrownBy(() -> UndoLog.open(file)).isInstanceOf(VdoException.class);
    }
  }

  @Test
  void aReadThatFailsOnceNeverMakesTheVolumeWorse() throws Exception {
    failReads(STRIDE);
  }

  @Tag("long")
  @Test
  void anyReadThatFailsOnceNeverMakesTheVolumeWorse() throws Exception {
    failReads(1);
  }

  private void failReads(int stride) throws VdoException, IOException {
    var all = FaultyDevice.over(DAMAGED.copy());
    apply(plan(all), all, undoFile());
    var tally = new int[2];
    for (long call = 1; call <= all.readCount(); call += stride) {
      for (Fault fault : List.of(new Fault.FailedRead(call), new Fault.ShortRead(call, 1))) {
        tally[failRead(fault) ? 1 : 0]++;
      }
    }
    System.out.printf(
        "%d reads: of those that failed once %d kept a repair from writing, %d did not%n",
        all.readCount(), tally[0], tally[1]);
    // Else it is not known what becomes of either.
    assertThat(tally[0]).isPositive();
    assertThat(tally[1]).isPositive();
  }

  /** {@return whether the repair was made nevertheless} */
  private boolean failRead(Fault fault) throws VdoException, IOException {
    var disk = DAMAGED.copy();
    var device = FaultyDevice.over(disk, fault);
    Path undoFile = undoFile();
    RepairPlan plan;
    try {
      plan = plan(device);
      if (!Outcome.mayApply(plan, false)) {
        assertThat(plan.left()).as(fault::toString).isNotEmpty();
        return false;
      }
      apply(plan, device, undoFile);
    } catch (VdoException e) {
      assertThat(e.getMessage()).as(fault::toString).isNotBlank().doesNotContain("\n");
      if (Files.exists(undoFile)) {
        goBack(disk, undoFile);
      }
      assertThat(disk.hasSameContentAs(DAMAGED)).as(fault::toString).isTrue();
      return false;
    }
    List<LbnSet> lost = plan.steps().stream().map(RepairStep::lost).flatMap(List::stream).toList();
    var changed = Content.of(SOUND.device()).changedIn(Content.of(disk), lost);
    assertThat(changed).as(() -> fault + ": " + plan.steps()).isEmpty();
    var second = plan(disk);
    assertThat(second.isNothingToDo())
        .as(() -> fault + ": " + plan.steps() + ", and then " + second.steps())
        .isTrue();
    if (Files.exists(undoFile)) {
      goBack(disk, undoFile);
      assertThat(disk.hasSameContentAs(DAMAGED)).as(fault::toString).isTrue();
    }
    return true;
  }
}
