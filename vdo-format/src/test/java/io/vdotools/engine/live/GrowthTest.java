package io.vdotools.engine.live;

import static io.vdotools.engine.live.LiveVolumes.assertHolds;
import static io.vdotools.engine.live.LiveVolumes.assertSound;
import static io.vdotools.engine.live.LiveVolumes.open;
import static io.vdotools.engine.live.LiveVolumes.tiny;
import static io.vdotools.engine.live.LiveVolumes.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vdotools.VdoException;
import io.vdotools.device.DeviceException;
import io.vdotools.device.Fault;
import io.vdotools.device.FaultyDevice;
import io.vdotools.device.MemoryDevice;
import io.vdotools.engine.EngineException;
import io.vdotools.engine.EngineException.Kind;
import io.vdotools.engine.zones.Execution;
import io.vdotools.engine.zones.LockingExecution;
import io.vdotools.engine.zones.ZonedExecution;
import io.vdotools.format.BlockSize;
import io.vdotools.format.VolumeState;
import io.vdotools.testing.GatedDevice;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GrowthTest {
  private static final int SLABS = 2;

  private static int fill(LiveVolume volume, int from) throws VdoException {
    int lbn = from;
    try {
      while (true) {
        write(volume, lbn, BlockValues.random(lbn));
        lbn++;
      }
    } catch (EngineException e) {
      assertThat(e.kind()).isEqualTo(Kind.NO_SPACE);
      return lbn;
    }
  }

  @Test
  void aVolumeWithMoreLogicalBlocksTakesWritesThere() throws VdoException {
    var device = tiny(SLABS);
    try (var volume = open(device)) {
      write(volume, 2999, BlockValues.random(1));
      volume.growLogical(1_000_000);
      assertThat(volume.sizeBytes()).isEqualTo(1_000_000L * BlockSize.BLOCK);
      write(volume, 999_999, BlockValues.random(2));
      assertHolds(volume, 2999, BlockValues.random(1));
    }
    assertSound(device);
    try (var volume = open(device)) {
      assertHolds(volume, 999_999, BlockValues.random(2));
    }
  }

  @Test
  void aFullVolumeTakesMoreOnceItHasMoreSlabs() throws VdoException {
    var small = tiny(SLABS);
    var device = LiveVolumes.enlarged(small, 3 * 256 + 96 + 50);
    int first;
    int last;
    try (var volume = open(device)) {
      first = fill(volume, 0);
      volume.growPhysical(device.blockCount());
      last = fill(volume, first);
      assertThat(last - first).isBetween(500, 3 * 256 + 100);
    }
    assertSound(device);
    try (var volume = open(device)) {
      for (int lbn = 0; lbn < last; lbn++) {
        assertHolds(volume, lbn, BlockValues.random(lbn));
      }
    }
  }

  static Stream<Execution> executions() {
    return Stream.of(
        new ZonedExecution(LiveVolumes.SECTIONS, 2, 0, 1),
        new ZonedExecution(LiveVolumes.SECTIONS, 1, 0, 0),
        new LockingExecution(LiveVolumes.SECTIONS, 2));
  }

  private interface Growth {
    void run(LiveVolume volume) throws VdoException;
  }

  /** Sends requests of every kind while a volume grows, and looks at what became of them. */
  private static void assertRequestsWait(
      GatedDevice device, Execution execution, Growth growth, int lbnsKept) throws VdoException {
    var options = LiveOptions.standard().withRequestLimit(3);
    try (var volume = LiveVolume.open(device, options, LiveVolumes.SECTIONS, execution)) {
      for (int lbn = 0; lbn < lbnsKept; lbn++) {
        write(volume, lbn, BlockValues.random(lbn));
      }
      // Nothing flushes any more, until the growth does.
      volume.await(volume.suspend());
      volume.await(volume.resume());
      device.holdFlushes();
      var growing =
          CompletableFuture.runAsync(() -> {
            try {
              growth.run(volume);
            } catch (VdoException e) {
              throw new CompletionException(e);
            }
          });
      device.awaitFlushUnderWay();
      var requests = new ArrayList<CompletableFuture<Void>>();
      for (int lbn = 100; lbn < 120; lbn++) {
        var content = MemorySegment.ofArray(BlockValues.content(BlockValues.random(lbn)));
        requests.add(volume.write((long) lbn * BlockSize.BLOCK, content));
      }
      requests.add(volume.discard(0, 2 * BlockSize.BLOCK));
      var found = MemorySegment.ofArray(new byte[BlockSize.BLOCK]);
      requests.add(volume.read(2 * BlockSize.BLOCK, found));
      requests.add(volume.flush());
      assertThat(requests).noneMatch(CompletableFuture::isDone);
      device.letFlushesGo();

      growing.join();
      for (var request : requests) {
        volume.await(request);
      }
      assertThat(found.toArray(ValueLayout.JAVA_BYTE))
          .isEqualTo(BlockValues.content(BlockValues.random(2)));
      assertHolds(volume, 0, BlockValues.HOLE);
      assertHolds(volume, 119, BlockValues.random(119));
    }
    assertSound(device);
  }

  @ParameterizedTest
  @MethodSource("executions")
  void requestsWaitWhileTheVolumeGetsMoreLogicalBlocks(Execution execution) throws VdoException {
    assertRequestsWait(
        new GatedDevice(tiny(SLABS)), execution, volume -> volume.growLogical(1_000_000), 10);
  }

  @ParameterizedTest
  @MethodSource("executions")
  void requestsWaitWhileTheVolumeGetsMoreSlabs(Execution execution) throws VdoException {
    var device = LiveVolumes.enlarged(tiny(SLABS), 3 * 256 + 96 + 50);
    assertRequestsWait(
        new GatedDevice(device), execution, volume -> volume.growPhysical(device.blockCount()), 10);
  }

  @Test
  void aGrowthThatTheDeviceDoesNotLetHappenLeavesTheVolumeAsItWas() throws VdoException {
    var disk = LiveVolumes.enlarged(tiny(SLABS), 3 * 256 + 96 + 50);
    long reads = readsBeforeGrowth(disk.copy());
    var device = FaultyDevice.over(disk, new Fault.FailedRead(reads + 1));
    try (var volume = open(device)) {
      write(volume, 1, BlockValues.random(1));
      assertThatThrownBy(() -> volume.growPhysical(device.blockCount()))
          .isInstanceOf(DeviceException.class);
      write(volume, 2, BlockValues.random(2));
      assertHolds(volume, 1, BlockValues.random(1));
      volume.growPhysical(device.blockCount());
      write(volume, 3, BlockValues.random(3));
    }
    assertSound(disk);
  }

  private static long readsBeforeGrowth(MemoryDevice disk) throws VdoException {
    var device = FaultyDevice.over(disk);
    try (var volume = open(device)) {
      write(volume, 1, BlockValues.random(1));
      volume.await(volume.suspend());
      return device.readCount();
    }
  }

  @Test
  void aGrowthThatCannotBeRecordedMakesTheVolumeReadOnlyAndAnswersWhoeverWaits()
      throws VdoException {
    // The super block is what the growth and the resumption write; the growth comes first.
    var disk = tiny(SLABS);
    long writes = writesUntilSaved(disk.copy());
    var device = FaultyDevice.over(disk, new Fault.FailedWrite(writes + 1));
    try (var volume = open(device)) {
      write(volume, 1, BlockValues.random(1));
      assertThatThrownBy(() -> volume.growLogical(1_000_000))
          .isInstanceOfSatisfying(
              EngineException.class, error -> assertThat(error.kind()).isEqualTo(Kind.READ_ONLY));
      assertThat(volume.sizeBytes()).isEqualTo(3000L * BlockSize.BLOCK);
      assertHolds(volume, 1, BlockValues.random(1));
      assertThatThrownBy(() -> write(volume, 2, BlockValues.random(2)))
          .isInstanceOfSatisfying(
              EngineException.class, error -> assertThat(error.kind()).isEqualTo(Kind.READ_ONLY));
    } catch (EngineException e) {
      assertThat(e.kind()).isEqualTo(Kind.READ_ONLY);
    }
    assertThat(LiveVolumes.stateOf(disk)).isEqualTo(VolumeState.READ_ONLY_MODE);
  }

  private static long writesUntilSaved(MemoryDevice disk) throws VdoException {
    var device = FaultyDevice.over(disk);
    try (var volume = open(device)) {
      write(volume, 1, BlockValues.random(1));
      volume.await(volume.suspend());
      return device.writeCount();
    }
  }

  @Test
  void sizesThatAreNotPossibleAreRefusedAndTheVolumeGoesOn() throws VdoException {
    var device = tiny(SLABS);
    try (var volume = open(device)) {
      assertRefused(() -> volume.growLogical(3000));
      assertRefused(() -> volume.growLogical((1L << 40) + 1));
      assertRefused(() -> volume.growPhysical(device.blockCount() + 10_000));
      assertRefused(() -> volume.growPhysical(device.blockCount()));
      write(volume, 1, BlockValues.random(1));
    }
    assertSound(device);
  }

  private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            EngineException.class, error -> assertThat(error.kind()).isEqualTo(Kind.BAD_SIZE));
  }
}
