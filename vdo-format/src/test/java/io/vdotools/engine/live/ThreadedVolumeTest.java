package io.vdotools.engine.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.check.CheckOptions;
import io.vdotools.check.VolumeCheck;
import io.vdotools.device.MemoryDevice;
import io.vdotools.engine.EngineException;
import io.vdotools.engine.zones.Execution;
import io.vdotools.engine.zones.LockingExecution;
import io.vdotools.engine.zones.Sections;
import io.vdotools.engine.zones.ZonedExecution;
import io.vdotools.format.BlockSize;
import io.vdotools.format.VolumeState;
import io.vdotools.testing.VolumeBuilder;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Several callers at once, on real threads, each with LBNs of its own. */
class ThreadedVolumeTest {
  private static final int CALLERS = 3;
  private static final int LBNS_OF_ONE = 2_000;
  private static final int REQUESTS_OF_ONE = 3_000;
  private static final int WINDOW = 64;
  private static final Sections SECTIONS = Sections.of(3, 2, 2);

  static Stream<Execution> executions() {
    return Stream.of(
        new ZonedExecution(SECTIONS, 1, 0, 0),
        new ZonedExecution(SECTIONS, 3, 1, 2),
        new LockingExecution(SECTIONS, 0),
        new LockingExecution(SECTIONS, 2));
  }

  /** One who writes and reads, and remembers. */
  private static final class Caller implements Runnable {
    private final LiveVolume volume;
    private final long firstLbn;
    private final SplittableRandom random;
    private final long[] values = new long[LBNS_OF_ONE];
    private Throwable failure;

    Caller(LiveVolume volume, int number) {
      this.volume = volume;
      this.firstLbn = (long) number * LBNS_OF_ONE;
      this.random = new SplittableRandom(number);
    }

    @Override
    public void run() {
      try {
        work();
      } catch (EngineException | AssertionError e) {
        failure = e;
      }
    }

    private void work() throws EngineException {
      var window = new ArrayDeque<CompletableFuture<Void>>();
      // Every LBN at most once in a window, so that its last write is the one sent last.
      int start = random.nextInt(LBNS_OF_ONE);
      for (int i = 0; i < REQUESTS_OF_ONE; i++) {
        int at = (start + i * 7) % LBNS_OF_ONE;
        window.add(request(i, at));
        if (window.size() == WINDOW) {
          volume.await(window.remove());
        }
        if (i % 500 == 499) {
          volume.await(volume.flush());
          check(random.nextInt(LBNS_OF_ONE), window);
        }
      }
      while (!window.isEmpty()) {
        volume.await(window.remove());
      }
    }

    private CompletableFuture<Void> request(int i, int at) {
      long offset = (firstLbn + at) * BlockSize.BLOCK;
      int kind = random.nextInt(10);
      if (kind == 0) {
        values[at] = BlockValues.HOLE;
        return volume.discard(offset, BlockSize.BLOCK);
      }
      values[at] =
          switch (kind) {
            case 1 -> BlockValues.ZERO;
            case 2, 3, 4 -> BlockValues.random(random.nextInt(50));
            case 5, 6 -> BlockValues.compressible(firstLbn * 10 + i);
            default -> BlockValues.random(firstLbn * 10 + i);
          };
      var content = MemorySegment.ofArray(BlockValues.content(values[at]));
      return kind == 9 && i % 50 == 0
          ? volume.writeDurably(offset, content)
          : volume.write(offset, content);
    }

    private void check(int at, ArrayDeque<CompletableFuture<Void>> window) throws EngineException {
      while (!window.isEmpty()) {
        volume.await(window.remove());
      }
      check(at);
    }

    private void check(int at) throws EngineException {
      var found = new byte[BlockSize.BLOCK];
      volume.await(volume.read((firstLbn + at) * BlockSize.BLOCK, MemorySegment.ofArray(found)));
      assertThat(found).as("LBN %s", firstLbn + at).isEqualTo(BlockValues.content(values[at]));
    }

    void checkAll() throws EngineException {
      for (int at = 0; at < LBNS_OF_ONE; at++) {
        check(at);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("executions")
  void severalCallersDoNotDisturbEachOther(Execution execution)
      throws VdoException, InterruptedException {
    MemoryDevice device =
        VolumeBuilder.ofSlabs(4, 8192, 32, 50_000)
            .journalBlocks(128)
            .state(VolumeState.NEW)
            .build()
            .device();
    var options = LiveOptions.standard().withCompression(true).withCache(4, 20);
    try (var volume = LiveVolume.open(device, options, SECTIONS, execution)) {
      var callers = new ArrayList<Caller>();
      var threads = new ArrayList<Thread>();
      for (int i = 0; i < CALLERS; i++) {
        var caller = new Caller(volume, i);
        callers.add(caller);
        threads.add(Thread.ofPlatform().start(caller));
      }
      for (var thread : threads) {
        thread.join();
      }
      for (var caller : callers) {
        assertThat(caller.failure).isNull();
        caller.checkAll();
      }
    }

    var result = VolumeCheck.run(device, CheckOptions.standard().withExact(true));
    assertThat(result.findings().all()).isEmpty();
  }
}
