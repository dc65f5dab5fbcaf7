package io.vdotools.engine.live;

import static io.vdotools.engine.live.LiveVolumes.open;
import static io.vdotools.engine.live.LiveVolumes.stateOf;
import static io.vdotools.engine.live.LiveVolumes.tiny;
import static io.vdotools.engine.live.LiveVolumes.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vdotools.VdoException;
import io.vdotools.device.Fault;
import io.vdotools.device.FaultyDevice;
import io.vdotools.engine.EngineException;
import io.vdotools.engine.zones.Execution;
import io.vdotools.engine.zones.LockingExecution;
import io.vdotools.engine.zones.ZonedExecution;
import io.vdotools.format.BlockSize;
import io.vdotools.format.VolumeState;
import io.vdotools.testing.GatedDevice;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A volume that is closed at once, whatever is still under way. */
class StopTest {
  private static final int SEEDS = 100;

  private static long writesToOpen() throws VdoException {
    var device = FaultyDevice.over(tiny(2));
    try (var volume = open(device)) {
      assertThat(volume.isReadOnly()).isFalse();
      return device.writeCount();
    }
  }

  @Test
  void theReadOnlyModeIsRecordedHoweverSoonTheVolumeIsClosed() throws VdoException {
    long opening = writesToOpen();
    for (long seed = 0; seed < SEEDS; seed++) {
      var disk = tiny(2);
      var device = FaultyDevice.over(disk, new Fault.FailedWrite(opening + 1 + seed % 12));
      try (var volume = open(device, seed)) {
        for (int lbn = 0; lbn < 5; lbn++) {
          write(volume, lbn, BlockValues.random(lbn));
        }
      } catch (EngineException e) {
        assertThat(e.kind()).isEqualTo(EngineException.Kind.READ_ONLY);
      }
      assertThat(stateOf(disk)).as("seed %s", seed).isEqualTo(VolumeState.READ_ONLY_MODE);
    }
  }

  @Test
  void aFlushThatWasTakenIsAnsweredBeforeTheVolumeIsClosed() throws VdoException {
    for (long seed = 0; seed < SEEDS; seed++) {
      var volume = open(tiny(2), seed);
      var flush = volume.flush();
      volume.close();
      assertThat(flush).as("seed %s", seed).isCompleted();
    }
  }

  static Stream<Execution> executions() {
    return Stream.of(
        new ZonedExecution(LiveVolumes.SECTIONS, 2, 1, 1),
        new ZonedExecution(LiveVolumes.SECTIONS, 1, 0, 0),
        new LockingExecution(LiveVolumes.SECTIONS, 1));
  }

  @ParameterizedTest
  @MethodSource("executions")
  void aCrashWaitsForTheDeviceAndAnswersWhoeverWaits(Execution execution)
      throws VdoException, InterruptedException {
    var device = new GatedDevice(tiny(2));
    var volume = LiveVolume.open(device, LiveOptions.standard(), LiveVolumes.SECTIONS, execution);
    device.holdWrites();
    var requests = new ArrayList<CompletableFuture<Void>>();
    for (int lbn = 0; lbn < 50; lbn++) {
      var content = MemorySegment.ofArray(BlockValues.content(BlockValues.random(lbn)));
      requests.add(volume.writeDurably((long) lbn * BlockSize.BLOCK, content));
    }
    device.awaitWriteUnderWay();
    var crash = Thread.ofPlatform().start(volume::crash);
    assertThat(crash.join(Duration.ofMillis(50))).as("a write is under way").isFalse();
    device.letWritesGo();
    crash.join();

    assertThat(device.callsUnderWay()).isZero();
    for (var request : requests) {
      assertThat(request).isDone();
      assertNotRunning(volume, request);
    }
    assertNotRunning(volume, volume.statistics());
    assertNotRunning(volume, volume.flush());
    assertNotRunning(volume, volume.suspend());
    assertNotRunning(volume, volume.discard(0, BlockSize.BLOCK));
  }

  private static void assertNotRunning(LiveVolume volume, CompletableFuture<?> answer) {
    assertThatThrownBy(() -> volume.await(answer))
        .isInstanceOfSatisfying(
            EngineException.class,
            error -> assertThat(error.kind()).isEqualTo(EngineException.Kind.NOT_RUNNING));
  }

  @Test
  void whoeverAsksAClosedVolumeIsToldSo() throws VdoException {
    var volume = open(tiny(2));
    var answer = volume.statistics();
    volume.close();
    assertThat(answer).isDone();
    assertNotRunning(volume, volume.statistics());
    assertNotRunning(volume, volume.resume());
  }
}
