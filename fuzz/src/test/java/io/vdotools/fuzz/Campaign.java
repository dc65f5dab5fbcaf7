package io.vdotools.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Fuzzes all targets in turn, or those that are named: first Jazzer looks for inputs that reach new
 * code, then {@link Storm} varies what was found. Prints a line for each and one for all, and fails
 * if anything failed.
 *
 * <p>What reached new code stays in a directory for each target, so that the next campaign begins
 * where this one ended.
 */
public final class Campaign {
  private static final Pattern EXECUTED =
      Pattern.compile("stat::number_of_executed_units: +(\\d+)");
  private static final Pattern REACHED = Pattern.compile("cov: (\\d+) ft: (\\d+)");
  private static final Pattern STORMED = Pattern.compile(" (\\d+) executions ");

  private final Path directory;
  private final Path kept;
  private final long seconds;
  private final long stormSeconds;
  private final String seed;
  private long guided;
  private long unguided;

  private Campaign(List<String> arguments) {
    this.directory = Path.of(arguments.get(0));
    this.kept = Path.of(arguments.get(1));
    this.seconds = Long.parseLong(arguments.get(2));
    this.stormSeconds = Long.parseLong(arguments.get(3));
    this.seed = arguments.get(4);
  }

  /**
   * Runs, and ends the process.
   *
   * @param arguments the directory for what is found, the one with what is kept, for how many
   *     seconds each target is fuzzed with Jazzer and then without, a seed for the latter, and the
   *     targets between commas, or {@code all}
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    var campaign = new Campaign(List.of(arguments));
    var names = arguments[5].equals("all") ? Targets.names() : List.of(arguments[5].split(",", -1));
    for (String name : names) {
      campaign.fuzz(name, Targets.named(name));
    }
    var findings = campaign.findings();
    System.out.printf(
        "all: %d executions with coverage, %d without, %d findings%s%n",
        campaign.guided, campaign.unguided, findings.size(), findings.isEmpty() ? "" : ":");
    findings.forEach(finding -> System.out.println("  " + finding));
    System.exit(findings.isEmpty() ? 0 : 1);
  }

  private void fuzz(String name, Targets.Target target) throws IOException, InterruptedException {
    Path inputs = Files.createDirectories(directory.resolve(name));
    Files.createDirectories(directory.resolve("findings"));
    if (seconds > 0) {
      String log = run(name + "-jazzer", jazzer(name, target, inputs));
      long count = last(EXECUTED, log, 1);
      guided += count;
      System.out.printf(
          Locale.ROOT,
          "%s: %d executions with coverage in %d s (%d a second), %d edges and %d features"
              + " reached%n",
          name,
          count,
          seconds,
          count / seconds,
          last(REACHED, log, 1),
          last(REACHED, log, 2));
    }
    if (stormSeconds > 0) {
      String log = run(name + "-storm", storm(name, inputs));
      unguided += last(STORMED, log, 1);
      System.out.print(log);
    }
  }

  private List<String> java(String main) {
    return new ArrayList<>(
        List.of(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-XX:+UseSerialGC",
            "-Xmx1g",
            "-ea:io.vdotools...",
            "-XX:+EnableDynamicAgentLoading",
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            main));
  }

  private List<String> jazzer(String name, Targets.Target target, Path inputs) {
    var words = java("com.code_intelligence.jazzer.Jazzer");
    Path findings = directory.resolve("findings");
    words.addAll(
        List.of(
            "--target_class=" + getClass().getPackageName() + "." + name,
            "--instrumentation_includes=" + target.instrumented(),
            "--instrumentation_excludes=io.vdotools.fuzz.**:io.vdotools.testing.**",
            // Edges only: what values were compared costs more than it finds here.
            "--trace=cov",
            "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.*",
            "--keep_going=10",
            "--reproducer_path=" + findings,
            "-artifact_prefix=" + findings.resolve(name + "-"),
            "-max_total_time=" + seconds,
            "-max_len=" + target.longest(),
            // Of the clock, on a machine that may have other things to do.
            "-timeout=60",
            "-rss_limit_mb=0",
            "-print_final_stats=1",
            inputs.toString()));
    if (Files.isDirectory(kept.resolve(name))) {
      words.add(kept.resolve(name).toString());
    }
    return words;
  }

  private List<String> storm(String name, Path inputs) {
    var words = java(Storm.class.getName());
    words.addAll(
        List.of(
            name,
            Long.toString(stormSeconds),
            seed,
            directory.resolve("findings").toString(),
            inputs.toString(),
            kept.resolve(name).toString()));
    return words;
  }

  /** {@return what a process printed} */
  private String run(String name, List<String> words) throws IOException, InterruptedException {
    Path log = directory.resolve(name + ".log");
    var process =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (!process.waitFor(seconds + stormSeconds + 600, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      throw new IllegalStateException(name + " does not end; see " + log);
    }
    String printed = Files.readString(log);
    if (!EXECUTED.matcher(printed).find() && !STORMED.matcher(printed).find()) {
      throw new IllegalStateException(name + " did not run; see " + log + ":\n" + printed);
    }
    return printed;
  }

  private static long last(Pattern pattern, String text, int group) {
    return pattern
        .matcher(text)
        .results()
        .mapToLong(result -> Long.parseLong(result.group(group)))
        .reduce(0, (_, later) -> later);
  }

  private List<Path> findings() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("findings"))) {
      return files.sorted().toList();
    }
  }
}
