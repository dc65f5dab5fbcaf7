package io.vdotools.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Feeds a target what a seed makes of the inputs that are known, as fast as it takes them.
 *
 * <p>Nothing is instrumented and nothing learnt: it tries many variations of what reaches code that
 * matters, once Jazzer has found inputs that do. What fails is written down, one input for each
 * place where something is thrown.
 */
public final class Storm {
  /** Of the processor: on a machine that has other things to do, time passes without any. */
  private static final Duration SLOW = Duration.ofSeconds(20);

  private final String name;
  private final Targets.Target target;
  private final Path findings;
  private final Set<String> places = new HashSet<>();
  private volatile byte[] current = {};
  private final AtomicLong runs = new AtomicLong();

  private Storm(String name, Path findings) {
    this.name = name;
    this.target = Targets.named(name);
    this.findings = findings;
  }

  /**
   * Runs, and prints how many inputs there were.
   *
   * @param arguments the target, for how many seconds, the seed, the directory for what fails, and
   *     the directories that inputs are in
   */
  public static void main(String[] arguments) {
    var storm = new Storm(arguments[0], Path.of(arguments[3]));
    long seconds = Long.parseLong(arguments[1]);
    var inputs = new ArrayList<byte[]>();
    for (String directory : List.of(arguments).subList(4, arguments.length)) {
      inputs.addAll(inputs(Path.of(directory)));
    }
    Thread.ofPlatform().daemon().start(storm::watch);
    var used = cpu();
    storm.run(inputs, Long.parseLong(arguments[2]), TimeUnit.SECONDS.toNanos(seconds));
    used = cpu().minus(used);
    System.out.printf(
        "%s: %d inputs to begin with, %d executions in %d s (%d s of a core), %d a second of a"
            + " core, %d failures%n",
        storm.name,
        inputs.size(),
        storm.runs.get(),
        seconds,
        used.toSeconds(),
        storm.runs.get() * 1000 / Math.max(1, used.toMillis()),
        storm.places.size());
  }

  private static Duration cpu() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** {@return the content of the files of a directory, in order; nothing if there is none} */
  static List<byte[]> inputs(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(Files::isRegularFile).sorted().map(Storm::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void run(List<byte[]> inputs, long seed, long nanos) {
    var mutator = new Mutator(seed, target.longest());
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() - end < 0) {
      // Reading the clock would take longer than a decoder does.
      long count = 0;
      for (; count < batch(); count++) {
        byte[] input = mutator.next(inputs);
        current = input;
        attempt(input);
      }
      runs.addAndGet(count);
    }
  }

  private int batch() {
    return target.slice() > 10_000 ? 1000 : 1;
  }

  private void attempt(byte[] input) {
    try {
      target.run().accept(input);
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError | AssertionError e) {
      var trace = e.getStackTrace();
      String place = e.getClass().getSimpleName() + (trace.length == 0 ? "" : " at " + trace[0]);
      if (places.add(place)) {
        System.out.println(
            name + ": " + e + " at " + List.of(trace).subList(0, Math.min(12, trace.length)));
        keep("failed", input);
      }
    }
  }

  private void keep(String what, byte[] input) {
    try {
      Files.createDirectories(findings);
      String hash = HexFormat.of().toHexDigits(Arrays.hashCode(input));
      Files.write(findings.resolve(name + "-" + what + "-" + hash), input);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An input that never ends is a finding, too, and the last one. */
  private void watch() {
    long before = -1;
    var since = cpu();
    while (true) {
      if (runs.get() != before) {
        before = runs.get();
        since = cpu();
      } else if (cpu().minus(since).compareTo(SLOW) > 0) {
        keep("slow", current);
        System.out.println(name + ": an input takes longer than " + SLOW + "; ended");
        Runtime.getRuntime().halt(1);
      }
      try {
        TimeUnit.SECONDS.sleep(1);
      } catch (InterruptedException _) {
        return;
      }
    }
  }
}
