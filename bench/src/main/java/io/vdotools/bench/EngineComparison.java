package io.vdotools.bench;

import io.vdotools.VdoException;
import io.vdotools.engine.live.LiveVolume;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/**
 * The engine against {@code dd} of the same bytes, in turns within one run, so that whatever else
 * the machine does hits both.
 *
 * <p>Arguments: mode (ZONED or LOCKING), threads, load (see {@link WriteLoad}), rounds. Prints one
 * line of the table of {@code bench/engine.py} for each kind of access: the median of the rounds in
 * MiB/s, the same for {@code dd} with blocks of 4 KiB and of 1 MiB, the ratios, and what a block
 * costs of the processors in microseconds, with the engine and with {@code dd bs=4K}.
 */
public final class EngineComparison {
  private static final int BLOCKS = 1 << 14;
  private static final int WARM_UP_ROUNDS = 4;
  private static final int RANGE = 1 << 17;
  private static final int WINDOW = 256;
  private static final double MIB = 1 << 20;
  private static final double TICKS_IN_A_SECOND = 100;

  private final LiveVolume volume;
  private final int threads;
  private final WriteLoad load;
  private final Path raw;
  private final Path copy;
  private final Map<String, List<Double>> seconds = new LinkedHashMap<>();
  private final Map<String, List<Double>> cpu = new LinkedHashMap<>();
  private long next;

  private EngineComparison(LiveVolume volume, int threads, WriteLoad load, Path raw) {
    this.volume = volume;
    this.threads = threads;
    this.load = load;
    this.raw = raw;
    this.copy = raw.resolveSibling(raw.getFileName() + ".copy");
  }

  /** Starts it. */
  public static void main(String[] arguments) throws Exception {
    var mode = EngineMode.valueOf(arguments[0]);
    int threads = Integer.parseInt(arguments[1]);
    var load = WriteLoad.valueOf(arguments[2]);
    int rounds = Integer.parseInt(arguments[3]);
    var raw = BenchVolume.emptyFile();
    try (var bench = BenchVolume.create(mode, threads, load == WriteLoad.COMPRESSIBLE)) {
      var comparison = new EngineComparison(bench.volume(), threads, load, raw);
      comparison.writeRaw();
      for (int round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
        if (round == WARM_UP_ROUNDS) {
          comparison.seconds.clear();
          comparison.cpu.clear();
        }
        comparison.round();
      }
      comparison.print(mode);
    } finally {
      Files.deleteIfExists(raw);
      Files.deleteIfExists(raw.resolveSibling(raw.getFileName() + ".copy"));
    }
  }

  private void writeRaw() throws IOException {
    var block = load.template();
    try (var out = new BufferedOutputStream(Files.newOutputStream(raw), 1 << 20)) {
      for (long number = 0; number < BLOCKS; number++) {
        load.number(block, number);
        out.write(block.toArray(ValueLayout.JAVA_BYTE));
      }
    }
  }

  private void round() throws Exception {
    long first = next;
    next += BLOCKS;
    measure("sequential writes", () -> inParts((from, count) -> write(first + from, count, false)));
    measure("reads", () -> inParts((from, count) -> read(first + from, count)));
    long again = next;
    next += BLOCKS;
    measure("random writes", () -> inParts((from, count) -> write(again + from, count, true)));
    measure("dd bs=4K", () -> dd("4K"));
    measure("dd bs=1M", () -> dd("1M"));
  }

  private interface Part {
    void run(long from, int count) throws VdoException;
  }

  private Void inParts(Part part) throws InterruptedException, ExecutionException, VdoException {
    int share = BLOCKS / threads;
    try (var callers = Executors.newFixedThreadPool(threads)) {
      var parts = new ArrayList<Callable<Void>>();
      for (int i = 0; i < threads; i++) {
        long from = (long) i * share;
        parts.add(() -> {
          part.run(from, share);
          return null;
        });
      }
      for (var done : callers.invokeAll(parts)) {
        done.get();
      }
    }
    volume.await(volume.flush());
    return null;
  }

  private void write(long first, int count, boolean isRandom) throws VdoException {
    var random = new SplittableRandom(first);
    var block = load.template();
    var window = new ArrayDeque<CompletableFuture<Void>>();
    for (long number = first; number < first + count; number++) {
      load.number(block, number);
      long lbn = isRandom ? random.nextInt(RANGE) : number % RANGE;
      await(window, volume.write(lbn * WriteLoad.BLOCK, block));
    }
    awaitAll(window);
  }

  private void read(long first, int count) throws VdoException {
    var window = new ArrayDeque<CompletableFuture<Void>>();
    for (long number = first; number < first + count; number++) {
      var block = MemorySegment.ofArray(new byte[WriteLoad.BLOCK]);
      await(window, volume.read(number % RANGE * WriteLoad.BLOCK, block));
    }
    awaitAll(window);
  }

  private void await(ArrayDeque<CompletableFuture<Void>> window, CompletableFuture<Void> answer)
      throws VdoException {
    window.add(answer);
    if (window.size() == WINDOW) {
      volume.await(window.remove());
    }
  }

  private void awaitAll(ArrayDeque<CompletableFuture<Void>> window) throws VdoException {
    while (!window.isEmpty()) {
      volume.await(window.remove());
    }
  }

  private Void dd(String blockSize) throws IOException, InterruptedException {
    Files.deleteIfExists(copy);
    var dd =
        new ProcessBuilder("dd", "if=" + raw, "of=" + copy, "bs=" + blockSize, "status=none")
            .inheritIO()
            .start();
    if (dd.waitFor() != 0) {
      throw new IOException("dd failed");
    }
    return null;
  }

  private void measure(String what, Callable<Void> work) throws Exception {
    double used = cpuSeconds(what.startsWith("dd"));
    long begin = System.nanoTime();
    work.call();
    seconds.computeIfAbsent(what, _ -> new ArrayList<>()).add((System.nanoTime() - begin) / 1e9);
    cpu.computeIfAbsent(what, _ -> new ArrayList<>()).add(cpuSeconds(what.startsWith("dd")) - used);
  }

  /** {@return the processor time that this process has taken, or the ones that it started} */
  private static double cpuSeconds(boolean ofChildren) throws IOException {
    if (!ofChildren) {
      return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos()
          / 1e9;
    }
    // Behind the name, which may hold blanks: the 14th and 15th are cutime and cstime.
    String stat = Files.readString(Path.of("/proc/self/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) / TICKS_IN_A_SECOND;
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
  }

  /** {@return microseconds of the processors for a block, on average: the clock is coarse} */
  private double cpuOfBlock(String what) {
    var values = cpu.getOrDefault(what, List.of());
    double sum = values.stream().mapToDouble(Double::doubleValue).sum();
    return sum * 1e6 / BLOCKS / values.size();
  }

  private double speed(String what) {
    return BLOCKS * (double) WriteLoad.BLOCK / MIB / median(seconds.getOrDefault(what, List.of()));
  }

  private void print(EngineMode mode) {
    for (String what : List.of("sequential writes", "random writes", "reads")) {
      double speed = speed(what);
      System.out.printf(
          Locale.ROOT,
          "| %s | %d | %s | %s | %.0f | %.0f | %.0f | %.2f | %.2f | %.1f | %.1f |%n",
          mode.name().toLowerCase(Locale.ROOT),
          threads,
          load.name().toLowerCase(Locale.ROOT),
          what,
          speed,
          speed("dd bs=4K"),
          speed("dd bs=1M"),
          speed / speed("dd bs=4K"),
          speed / speed("dd bs=1M"),
          cpuOfBlock(what),
          cpuOfBlock("dd bs=4K"));
    }
  }
}
