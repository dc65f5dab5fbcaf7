package io.vdotools.device.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vdotools.VdoException;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.DeviceException;
import io.vdotools.device.Fault;
import io.vdotools.device.FaultyDevice;
import io.vdotools.device.MemoryDevice;
import io.vdotools.device.OverlayDevice;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.testing.Segments;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Whatever interrupts a change, the device can be brought back or on, to the byte. */
class WriteGateTest {
  private static final int BLOCKS = 900;
  private static final int COMMIT = 17;

  /** A device, what is to become of it, and the undo file. */
  private record Scene(MemoryDevice before, MemoryDevice after, MemoryDevice undoFile) {
    static Scene of(long seed, int changes) throws DeviceException {
      var random = new SplittableRandom(seed);
      var before = MemoryDevice.ofBlocks(BLOCKS);
      for (int block = 0; block < BLOCKS; block++) {
        // Some blocks are zeros, some equal others.
        before.write(block, Segments.randomBlock(random.nextInt(BLOCKS / 2)));
      }
      var overlay = OverlayDevice.over(before);
      var after = before.copy();
      var changed = new TreeMap<Long, MemorySegment>();
      changed.put((long) COMMIT, Segments.randomBlock(random.nextLong()));
      while (changed.size() < changes) {
        changed.put((long) random.nextInt(BLOCKS), Segments.randomBlock(random.nextLong()));
      }
      for (var change : changed.entrySet()) {
        overlay.write(change.getKey(), change.getValue());
        after.write(change.getKey(), change.getValue());
      }
      // Written with what it holds anyway: no change.
      overlay.write(3, changed.getOrDefault(3L, MemorySegment.ofArray(before.block(3))));
      var set = ChangeSet.of(overlay, COMMIT);
      assertThat(set.size()).isEqualTo(changes);
      var undoFile = MemoryDevice.ofBlocks(UndoWriter.fileBlocks(set));
      UndoWriter.write(set, "the disk", undoFile);
      return new Scene(before, after, undoFile);
    }

    UndoLog log() throws VdoException {
      return UndoLog.open(undoFile);
    }
  }

  private static WriteGate gate(WritableBlockDevice device, Scene scene) throws VdoException {
    return WriteGate.of(device, scene.log(), _ -> {});
  }

  private static void assertSame(BlockDevice device, MemoryDevice expected) {
    for (int i = 0; i < BLOCKS; i++) {
      assertThat(content(device, i)).as("block %d", i).isEqualTo(expected.block(i));
    }
  }

  private static byte[] content(BlockDevice device, long block) {
    var bytes = Segments.zeroBlock();
    assertThat(device.read(block, bytes).isEmpty()).isTrue();
    return Segments.array(bytes);
  }

  @Property(tries = 20)
  void aChangeIsMadeAndTakenBackToTheByte(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 600) int changes) throws VdoException {
    var scene = Scene.of(seed, changes);
    var device = scene.before().copy();

    assertThat(WriteGate.standing(device, scene.log()).isUntouched()).isTrue();
    gate(device, scene).goOn();
    assertSame(device, scene.after());
    assertThat(WriteGate.standing(device, scene.log()).isApplied()).isTrue();
    gate(device, scene).goBack();
    assertSame(device, scene.before());
    assertThat(WriteGate.standing(device, scene.log()).isUntouched()).isTrue();
  }

  @Property(tries = 400)
  void afterPowerCutsTheChangeCanBeCompletedOrTakenBack(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 40) int changes,
      @ForAll @IntRange(min = 1, max = 3) int cuts,
      @ForAll boolean isBackAtLast)
      throws VdoException {
    var random = new SplittableRandom(seed);
    var scene = Scene.of(seed, changes);
    WritableBlockDevice disk = scene.before().copy();
    for (int cut = 0; cut < cuts; cut++) {
      var fault =
          random.nextInt(8) == 0
              ? new Fault.PowerCutAtFlush(1 + random.nextInt(2))
              : new Fault.PowerCutAtWrite(1 + random.nextInt(changes));
      var device = FaultyDevice.withVolatileCache(disk, fault);
      boolean isBack = cut > 0 && random.nextBoolean();
      assertThatThrownBy(
              () -> {
                if (isBack) {
                  gate(device, scene).goBack();
                } else {
                  gate(device, scene).goOn();
                }
              })
          .isInstanceOf(DeviceException.class);
      disk = device.crash(random.nextLong());
      assertTheCommitBlockVouchesForNothingMixed(disk, scene);
    }
    if (isBackAtLast) {
      gate(disk, scene).goBack();
      assertSame(disk, scene.before());
    } else {
      gate(disk, scene).goOn();
      assertSame(disk, scene.after());
    }
  }

  /** Where the new commit block has come, even in part, all other blocks are the new ones. */
  private static void assertTheCommitBlockVouchesForNothingMixed(BlockDevice disk, Scene scene) {
    if (Arrays.equals(content(disk, COMMIT), scene.before().block(COMMIT))) {
      return;
    }
    for (int i = 0; i < BLOCKS; i++) {
      if (i != COMMIT) {
        assertThat(content(disk, i)).as("block %d", i).isEqualTo(scene.after().block(i));
      }
    }
  }

  @Test
  void aDeviceThatWasChangedSinceIsNotTouched() throws VdoException {
    var scene = Scene.of(1, 10);
    var device = scene.before().copy();
    device.write(COMMIT, Segments.randomBlock(99));
    var asFound = device.copy();

    for (boolean isBack : new boolean[] {false, true}) {
      assertThatThrownBy(
              () -> {
                if (isBack) {
                  gate(device, scene).goBack();
                } else {
                  gate(device, scene).goOn();
                }
              })
          .isInstanceOfSatisfying(
              UndoException.class,
              e -> assertThat(e.kind()).isEqualTo(UndoException.Kind.CHANGED_SINCE))
          .hasMessageContaining("block " + COMMIT);
    }
    assertThat(device.hasSameContentAs(asFound)).isTrue();
  }

  /** Where only a page was mended, the super block tells whether the volume was used since. */
  @Test
  void aDeviceThatWasUsedSinceIsNotTouchedEvenIfAllChangedBlocksAreAsLeft() throws VdoException {
    var disk = MemoryDevice.ofBlocks(BLOCKS);
    disk.write(COMMIT, Segments.randomBlock(1));
    var overlay = OverlayDevice.over(disk);
    overlay.write(5, Segments.randomBlock(2));
    var set = ChangeSet.of(overlay, COMMIT);
    var undoFile = MemoryDevice.ofBlocks(UndoWriter.fileBlocks(set));
    UndoWriter.write(set, "the disk", undoFile);
    var log = UndoLog.open(undoFile);
    assertThat(WriteGate.standing(disk, log).isUntouched()).isTrue();
    WriteGate.of(disk, log, _ -> {}).goOn();
    assertThat(WriteGate.standing(disk, log).isApplied()).isTrue();
    disk.write(COMMIT, Segments.randomBlock(3));
    var asFound = disk.copy();

    assertThat(WriteGate.standing(disk, log).firstForeign()).isEqualTo(COMMIT);
    assertThatThrownBy(() -> WriteGate.of(disk, log, _ -> {}).goBack())
        .isInstanceOf(UndoException.class);
    assertThat(disk.hasSameContentAs(asFound)).isTrue();
  }

  @Test
  void aDeviceOfAnotherSizeIsRefused() throws VdoException {
    var scene = Scene.of(2, 10);
    for (long blocks : new long[] {BLOCKS - 1, BLOCKS + 1}) {
      assertThatThrownBy(() -> WriteGate.standing(MemoryDevice.ofBlocks(blocks), scene.log()))
          .isInstanceOf(UndoException.class)
          .hasMessageContaining("the undo file was made for the disk with 900");
    }
    assertThatThrownBy(() -> gate(MemoryDevice.ofBlocks(BLOCKS + 1), scene))
        .isInstanceOfSatisfying(
            UndoException.class,
            e -> assertThat(e.kind()).isEqualTo(UndoException.Kind.OTHER_DEVICE));
  }

  @Test
  void whatCouldNotBeReadBeforeIsWrittenAndStaysWhenTheChangeIsTakenBack() throws VdoException {
    var disk = MemoryDevice.ofBlocks(BLOCKS);
    var damaged = FaultyDevice.over(disk, new Fault.UnreadableBlock(5));
    var overlay = OverlayDevice.over(damaged);
    overlay.write(5, Segments.randomBlock(1));
    overlay.write(6, Segments.randomBlock(2));
    var set = ChangeSet.of(overlay, COMMIT);
    var undoFile = MemoryDevice.ofBlocks(UndoWriter.fileBlocks(set));
    UndoWriter.write(set, "the disk", undoFile);

    WriteGate.of(damaged, UndoLog.open(undoFile), _ -> {}).goOn();
    assertThat(disk.block(5)).isEqualTo(Segments.array(Segments.randomBlock(1)));
    WriteGate.of(damaged, UndoLog.open(undoFile), _ -> {}).goBack();
    assertThat(disk.block(5)).isEqualTo(Segments.array(Segments.randomBlock(1)));
    assertThat(disk.block(6)).isEqualTo(new byte[BlockDevice.BLOCK_SIZE]);
  }
}
