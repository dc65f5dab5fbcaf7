package io.vdotools.bench;

import static java.util.Objects.requireNonNull;

import io.vdotools.VdoException;
import io.vdotools.device.FileDevice;
import io.vdotools.engine.EngineException;
import io.vdotools.engine.live.LiveVolume;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Blocks of 4 KiB a second, written one after the other and flushed at the end: by threads that own
 * zones and by threads that take locks, and as {@code dd} would write them to a plain file.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xmx2g", "--sun-misc-unsafe-memory-access=allow"})
public class LiveVolumeBenchmark {
  private static final int BLOCKS = 8192;
  // LBNs that are written in turn.
  private static final int RANGE = 1 << 16;
  private static final int WINDOW = 128;

  /** How the engine runs. */
  @Param({"ZONED", "LOCKING"})
  public EngineMode mode = EngineMode.ZONED;

  /** Callers; threads of a zoned engine; zones of each kind. */
  @Param({"1", "2"})
  public int threads = 1;

  /** What is written. */
  @Param({"UNIQUE", "DUPLICATE", "ZERO", "COMPRESSIBLE"})
  public WriteLoad load = WriteLoad.UNIQUE;

  private @Nullable BenchVolume bench;
  private @Nullable Path rawFile;
  private @Nullable FileDevice raw;
  private ExecutorService callers = Executors.newSingleThreadExecutor();
  private long next;

  /** Makes the volume, and writes all that is read. */
  @Setup(Level.Trial)
  public void open() throws IOException, VdoException, InterruptedException, ExecutionException {
    bench = BenchVolume.create(mode, threads, load == WriteLoad.COMPRESSIBLE);
    rawFile = BenchVolume.emptyFile();
    raw = FileDevice.create(rawFile, RANGE, FileDevice.Caching.PAGE_CACHE);
    callers.close();
    callers = Executors.newFixedThreadPool(threads);
    while (next < RANGE) {
      write();
    }
  }

  /** Throws it away. */
  @TearDown(Level.Trial)
  public void close() throws IOException, VdoException {
    callers.shutdownNow();
    callers.close();
    requireNonNull(bench).close();
    requireNonNull(raw).close();
    Files.delete(requireNonNull(rawFile));
  }

  private LiveVolume volume() {
    return requireNonNull(bench).volume();
  }

  /** Writes to the volume. */
  @Benchmark
  @OperationsPerInvocation(BLOCKS)
  public void write() throws InterruptedException, ExecutionException, EngineException {
    var parts = new ArrayList<Callable<Void>>();
    int share = BLOCKS / threads;
    for (int i = 0; i < threads; i++) {
      long first = next + (long) i * share;
      parts.add(() -> write(first, share));
    }
    next += BLOCKS;
    for (var part : callers.invokeAll(parts)) {
      part.get();
    }
    volume().await(volume().flush());
  }

  private Void write(long first, int count) throws EngineException {
    var block = load.template();
    var window = new ArrayDeque<CompletableFuture<Void>>();
    for (long number = first; number < first + count; number++) {
      load.number(block, number);
      window.add(volume().write(number % RANGE * WriteLoad.BLOCK, block));
      if (window.size() == WINDOW) {
        volume().await(window.remove());
      }
    }
    while (!window.isEmpty()) {
      volume().await(window.remove());
    }
    return null;
  }

  /** Reads what was written. */
  @Benchmark
  @OperationsPerInvocation(BLOCKS)
  public void read() throws EngineException {
    var window = new ArrayDeque<CompletableFuture<Void>>();
    for (long number = next; number < next + BLOCKS; number++) {
      var block = MemorySegment.ofArray(new byte[WriteLoad.BLOCK]);
      window.add(volume().read(number % RANGE * WriteLoad.BLOCK, block));
      if (window.size() == WINDOW) {
        volume().await(window.remove());
      }
    }
    while (!window.isEmpty()) {
      volume().await(window.remove());
    }
    next += BLOCKS;
  }

  /** Writes to a plain file: the yardstick. */
  @Benchmark
  @OperationsPerInvocation(BLOCKS)
  public void plainFile() throws VdoException {
    var block = load.template();
    for (long number = next; number < next + BLOCKS; number++) {
      load.number(block, number);
      requireNonNull(raw).write(number % RANGE, block);
    }
    next += BLOCKS;
    requireNonNull(raw).flush();
  }
}
