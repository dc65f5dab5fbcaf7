package io.vdotools.bench;

import static java.util.Objects.requireNonNull;

import io.vdotools.VdoException;
import io.vdotools.engine.EngineException;
import io.vdotools.engine.live.LiveVolume;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long single writes take, with and without somebody who flushes once a second: metadata are
 * written beside requests, so the 99.9th percentile may grow to twice, not to seconds.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 5)
@Measurement(iterations = 3, time = 10)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xmx2g", "--sun-misc-unsafe-memory-access=allow"})
public class WriteLatencyBenchmark {
  private static final int RANGE = 1 << 19;

  /** How the engine runs. */
  @Param({"ZONED", "LOCKING"})
  public EngineMode mode = EngineMode.ZONED;

  /** Whether somebody flushes once a second. */
  @Param({"false", "true"})
  public boolean flushes;

  private final SplittableRandom random = new SplittableRandom(5);
  private final MemorySegment block = WriteLoad.UNIQUE.template();
  private @Nullable BenchVolume bench;
  private final ScheduledExecutorService flusher = Executors.newSingleThreadScheduledExecutor();
  private long next;

  /** Makes the volume. */
  @Setup(Level.Trial)
  public void open() throws IOException, VdoException {
    bench = BenchVolume.create(mode, 1, false);
    if (flushes) {
      Future<?> _ = flusher.scheduleAtFixedRate(this::flush, 1, 1, TimeUnit.SECONDS);
    }
  }

  private void flush() {
    try {
      volume().await(volume().flush());
    } catch (EngineException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Throws it away. */
  @TearDown(Level.Trial)
  public void close() throws IOException, VdoException {
    flusher.shutdownNow();
    flusher.close();
    requireNonNull(bench).close();
  }

  private LiveVolume volume() {
    return requireNonNull(bench).volume();
  }

  /** Writes a block somewhere and waits until it is answered. */
  @Benchmark
  public void write() throws EngineException {
    WriteLoad.UNIQUE.number(block, next++);
    long lbn = random.nextInt(RANGE);
    volume().await(volume().write(lbn * WriteLoad.BLOCK, block));
  }
}
