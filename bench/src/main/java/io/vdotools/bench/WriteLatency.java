package io.vdotools.bench;

import io.vdotools.VdoException;
import io.vdotools.engine.EngineException;
import io.vdotools.engine.live.LiveVolume;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * How long single writes take, with and without somebody who flushes once a second: metadata are
 * written beside requests, so the 99.9th percentile may grow to twice, not to seconds.
 *
 * <p>Phases with and without flushes come in turns on one volume, so that whatever else the machine
 * does hits both. Arguments: mode (ZONED or LOCKING), directory, seconds of a phase, phases of each
 * kind. Prints one line of the table of {@code bench/engine.py}.
 */
public final class WriteLatency {
  private static final int RANGE = 1 << 19;
  private static final int WARM_UP_PHASES = 2;

  private final LiveVolume volume;
  private final SplittableRandom random = new SplittableRandom(5);
  private long next;
  private volatile boolean isFlushing;

  /** How long the writes of one kind of phase took, in nanoseconds. */
  private static final class Times {
    private long[] nanoseconds = new long[1 << 16];
    private int count;

    void add(long time) {
      if (count == nanoseconds.length) {
        nanoseconds = Arrays.copyOf(nanoseconds, 2 * count);
      }
      nanoseconds[count++] = time;
    }

    void sort() {
      Arrays.sort(nanoseconds, 0, count);
    }

    double microseconds(double part) {
      return count == 0 ? Double.NaN : nanoseconds[(int) (part * (count - 1))] / 1e3;
    }
  }

  private WriteLatency(LiveVolume volume) {
    this.volume = volume;
  }

  /** Starts it. */
  public static void main(String[] arguments) throws Exception {
    var mode = EngineMode.valueOf(arguments[0]);
    var folder = Path.of(arguments[1]);
    double seconds = Double.parseDouble(arguments[2]);
    int phases = Integer.parseInt(arguments[3]);
    var plain = new Times();
    var flushed = new Times();
    var flushes = new Times();
    try (var bench = BenchVolume.create(folder, mode, 1, false);
        var flusher = Executors.newSingleThreadScheduledExecutor()) {
      var latency = new WriteLatency(bench.volume());
      Future<?> _ =
          flusher.scheduleAtFixedRate(() -> latency.flush(flushes), 1, 1, TimeUnit.SECONDS);
      latency.run(WARM_UP_PHASES, seconds, new Times(), new Times());
      flushes.count = 0;
      latency.run(phases, seconds, plain, flushed);
      flusher.shutdown();
      latency.isFlushing = false;
    }
    print(mode, plain, flushed, flushes);
  }

  private void flush(Times times) {
    if (!isFlushing) {
      return;
    }
    long begin = System.nanoTime();
    try {
      volume.await(volume.flush());
    } catch (EngineException e) {
      throw new IllegalStateException(e);
    }
    times.add(System.nanoTime() - begin);
  }

  private void run(int phases, double seconds, Times plain, Times flushed) throws VdoException {
    for (int phase = 0; phase < phases; phase++) {
      // Now the one first, now the other: a run grows faster as it goes on.
      isFlushing = phase % 2 == 0;
      run(seconds, isFlushing ? flushed : plain);
      isFlushing = !isFlushing;
      run(seconds, isFlushing ? flushed : plain);
    }
  }

  private void run(double seconds, Times times) throws VdoException {
    var block = WriteLoad.UNIQUE.template();
    long end = System.nanoTime() + (long) (seconds * 1e9);
    while (true) {
      long begin = System.nanoTime();
      if (begin > end) {
        return;
      }
      WriteLoad.UNIQUE.number(block, next++);
      long lbn = random.nextInt(RANGE);
      volume.await(volume.write(lbn * WriteLoad.BLOCK, block));
      times.add(System.nanoTime() - begin);
    }
  }

  private static void print(EngineMode mode, Times plain, Times flushed, Times flushes) {
    plain.sort();
    flushed.sort();
    flushes.sort();
    System.out.printf(
        Locale.ROOT,
        "| %s | %d | %d | %.0f / %.0f | %.0f / %.0f | %.0f / %.0f | %.2f | %.1f |%n",
        mode.name().toLowerCase(Locale.ROOT),
        plain.count,
        flushed.count,
        plain.microseconds(0.5),
        flushed.microseconds(0.5),
        plain.microseconds(0.99),
        flushed.microseconds(0.99),
        plain.microseconds(0.999),
        flushed.microseconds(0.999),
        flushed.microseconds(0.999) / plain.microseconds(0.999),
        flushes.microseconds(0.5) / 1e3);
  }
}
