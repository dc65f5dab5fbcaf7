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
import io.vdotools.engine.Volume;
import io.vdotools.format.BlockSize;
import io.vdotools.format.VolumeState;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

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

    Run(Fault... faults) {
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
      try (var volume = open(faulty, 3)) {
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

    /** Lets the volume recover, as after a crash, and looks for what was flushed. */
    void assertRecovers() throws VdoException {
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

  private static void atEachPlace(long places, LongFunction<Fault> fault) throws VdoException {
    assertThat(places).isGreaterThan(5);
    for (long call = 1; call <= places; call++) {
      var run = new Run(fault.apply(call));
      try {
        run.go();
        assertThat(run.hasFailed || run.isClosed).isTrue();
        run.assertRecovers();
      } catch (AssertionError | EngineException | IllegalStateException e) {
        throw new AssertionError("with " + fault.apply(call) + ": " + e.getMessage(), e);
      }
    }
  }

  private static Run withoutFaults() {
    var run = new Run();
    run.go();
    assertThat(run.isClosed).isTrue();
    return run;
  }

  @Test
  void aWriteThatFailsEndsInReadOnlyModeAndLosesNothingThatWasFlushed() throws VdoException {
    atEachPlace(withoutFaults().faulty.writeCount(), Fault.FailedWrite::new);
  }

  @Test
  void aFlushThatFailsEndsInReadOnlyModeAndLosesNothingThatWasFlushed() throws VdoException {
    atEachPlace(withoutFaults().faulty.flushCount(), Fault.FailedFlush::new);
  }

  @Test
  void aReadThatFailsIsToldAndLosesNothing() throws VdoException {
    atEachPlace(withoutFaults().faulty.readCount(), Fault.FailedRead::new);
  }

  @Test
  void readsGoOnInReadOnlyMode() throws VdoException {
    var run = withoutFaults();
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
