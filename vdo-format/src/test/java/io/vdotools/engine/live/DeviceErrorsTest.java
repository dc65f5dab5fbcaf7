package io.vdotools.engine.live;

import static io.vdotools.engine.live.LiveVolumes.assertSound;
import static io.vdotools.engine.live.LiveVolumes.open;
import static io.vdotools.engine.live.LiveVolumes.tiny;
import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.device.Fault;
import io.vdotools.device.FaultyDevice;
import io.vdotools.device.MemoryDevice;
import io.vdotools.engine.EngineException;
import io.vdotools.engine.EngineException.Kind;
import io.vdotools.engine.LogicalSweep;
import io.vdotools.engine.Volume;
import io.vdotools.engine.zones.Execution;
import io.vdotools.engine.zones.LockingExecution;
import io.vdotools.engine.zones.SimulatedExecution;
import io.vdotools.engine.zones.ZonedExecution;
import io.vdotools.format.BlockSize;
import io.vdotools.format.VolumeState;
import io.vdotools.testing.BlockHash;
import io.vdotools.testing.Gathered;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A short run with one fault, at each place where there can be one. */
class DeviceErrorsTest {
  private static final int REQUESTS = 30;
  private static final int LBNS = 40;

  /** What a run wrote, and what of it was flushed. */
  private static final class Run {
    private final MemoryDevice disk = tiny(2);
    private final FaultyDevice faulty;
    // By LBN: the flushed value, and all that were written since.
    private final Map<Long, List<Long>> values = new HashMap<>();
    private byte[] superBlockInUse = new byte[0];
    private boolean wasOpened;
    private boolean hasFailed;
    private boolean isClosed;

    private final Execution execution;

    Run(Execution execution, Fault... faults) {
      this.execution = execution;
      faulty = FaultyDevice.over(disk, faults);
    }

    void go() {
      try {
        openAndWork();
        isClosed = true;
      } catch (EngineException e) {
        hasFailed = true;
        assertThat(e.kind()).isIn(Kind.READ_ONLY, Kind.READ_FAILED, Kind.NOT_RUNNING);
        assertThat(e).hasMessageContaining("planned");
      } catch (VdoException e) {
        hasFailed = true;
        assertThat(wasOpened).as("only opening meets the device itself").isFalse();
      }
    }

    private void openAndWork() throws VdoException {
      try (execution;
          var volume = LiveVolumes.open(faulty, execution)) {
        wasOpened = true;
        superBlockInUse = disk.block(Volume.open(disk).superBlockPbn());
        work(volume);
      }
    }

    private void work(LiveVolume volume) throws EngineException {
      var random = new SplittableRandom(17);
      for (int i = 0; i < REQUESTS; i++) {
        long lbn = random.nextInt(LBNS) * 75L;
        long value = random.nextInt(4) == 0 ? BlockValues.ZERO : BlockValues.random(i);
        values.computeIfAbsent(lbn, _ -> new ArrayList<>(List.of(BlockValues.HOLE))).add(value);
        var content = MemorySegment.ofArray(BlockValues.content(value));
        volume.await(volume.write(lbn * BlockSize.BLOCK, content));
        if (i % 10 == 9) {
          volume.await(volume.flush());
          values.replaceAll((_, history) -> new ArrayList<>(List.of(history.getLast())));
        }
      }
    }

    /** What was flushed can be exported. */
    private void assertReadable() throws VdoException {
      var exported = Gathered.all(disk.copy(), LogicalSweep.Order.ANY, 1);
      for (var entry : values.entrySet()) {
        assertThat(entry.getValue())
            .as("LBN %s, exported", entry.getKey())
            .anyMatch(value ->
                exported.hash(entry.getKey())
                    == BlockHash.of(MemorySegment.ofArray(BlockValues.content(value))));
      }
      assertThat(exported.losses()).isEmpty();
    }

    /** Lets the volume recover, as after a crash, and looks for what was flushed. */
    void assertRecovers() throws VdoException {
      assertReadable();
      if (LiveVolumes.stateOf(disk) == VolumeState.READ_ONLY_MODE) {
        // As if the crash had come just before: then the next start recovers.
        disk.put(Volume.open(disk).superBlockPbn(), superBlockInUse);
      }
      try (var volume = open(disk, 4)) {
        for (var entry : values.entrySet()) {
          var found = LiveVolumes.read(volume, entry.getKey());
          assertThat(entry.getValue())
              .as("LBN %s", entry.getKey())
              .anyMatch(value -> Arrays.equals(found, BlockValues.content(value)));
        }
        LiveVolumes.write(volume, 1, BlockValues.random(999));
      }
      assertSound(disk);
    }
  }

  private static Execution simulation() {
    return new SimulatedExecution(3);
  }

  /** Executions on real threads, each for one run. */
  static Stream<Supplier<Execution>> executionsOnThreads() {
    return Stream.of(
        named("zoned", () -> new ZonedExecution(LiveVolumes.SECTIONS, 2, 0, 1)),
        named("locking", () -> new LockingExecution(LiveVolumes.SECTIONS, 2)));
  }

  private static Supplier<Execution> named(String name, Supplier<Execution> supplier) {
    return new Supplier<>() {
      @Override
      public Execution get() {
        return supplier.get();
      }

      @Override
      public String toString() {
        return name;
      }
    };
  }

  private static void atEachPlace(
      Supplier<Execution> executions, ToLongFunction<FaultyDevice> count, LongFunction<Fault> fault)
      throws VdoException {
    long places = count.applyAsLong(withoutFaults(executions.get()).faulty);
    assertThat(places).isGreaterThan(5);
    for (long call = 1; call <= places; call++) {
      var run = new Run(executions.get(), fault.apply(call));
      try {
        run.go();
        assertThat(run.hasFailed || run.isClosed).isTrue();
        run.assertRecovers();
      } catch (AssertionError | EngineException | IllegalStateException e) {
        throw new AssertionError("with " + fault.apply(call) + ": " + e.getMessage(), e);
      }
    }
  }

  private static Run withoutFaults(Execution execution) {
    var run = new Run(execution);
    run.go();
    assertThat(run.isClosed).isTrue();
    return run;
  }

  @Test
  void aWriteThatFailsEndsInReadOnlyModeAndLosesNothingThatWasFlushed() throws VdoException {
    atEachPlace(DeviceErrorsTest::simulation, FaultyDevice::writeCount, Fault.FailedWrite::new);
  }

  @Test
  @Tag("long")
  void aWriteThatFailsInTheMiddleOrIsDoneAndReportedAsFailedLosesNothing() throws VdoException {
    atEachPlace(
        DeviceErrorsTest::simulation,
        FaultyDevice::writeCount,
        call -> new Fault.TornWrite(call, call % 8));
    atEachPlace(DeviceErrorsTest::simulation, FaultyDevice::writeCount, Fault.UnreportedWrite::new);
  }

  @Test
  void aFlushThatFailsEndsInReadOnlyModeAndLosesNothingThatWasFlushed() throws VdoException {
    atEachPlace(DeviceErrorsTest::simulation, FaultyDevice::flushCount, Fault.FailedFlush::new);
  }

  @ParameterizedTest
  @MethodSource("executionsOnThreads")
  @Tag("long")
  void onThreadsFailuresLoseNothingEither(Supplier<Execution> executions) throws VdoException {
    atEachPlace(executions, FaultyDevice::writeCount, Fault.FailedWrite::new);
    atEachPlace(executions, FaultyDevice::flushCount, Fault.FailedFlush::new);
  }

  @Test
  void aReadThatFailsIsToldAndLosesNothing() throws VdoException {
    atEachPlace(DeviceErrorsTest::simulation, FaultyDevice::readCount, Fault.FailedRead::new);
  }

  @Test
  void readsGoOnInReadOnlyMode() throws VdoException {
    var run = withoutFaults(simulation());
    var again = FaultyDevice.over(run.disk, new Fault.FailedWrite(20));
    try (var volume = open(again, 5)) {
      long lbn = run.values.keySet().iterator().next();
      int writes = 0;
      while (!volume.isReadOnly() && writes < 1000) {
        try {
          LiveVolumes.write(volume, 2000 + writes++, BlockValues.random(writes));
        } catch (EngineException e) {
          assertThat(e.kind()).isEqualTo(Kind.READ_ONLY);
        }
      }
      assertThat(volume.isReadOnly()).isTrue();
      LiveVolumes.assertHolds(volume, lbn, run.values.get(lbn).getLast());
    } catch (EngineException e) {
      assertThat(e.kind()).isEqualTo(Kind.READ_ONLY);
    }
    assertThat(LiveVolumes.stateOf(run.disk)).isEqualTo(VolumeState.READ_ONLY_MODE);
  }
}
