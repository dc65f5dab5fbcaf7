package io.vdotools.contract;

import io.vdotools.cli.Command;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A command in a process of its own, started from a shell as its launcher does.
 *
 * @param status how it ended
 * @param out what it printed on standard output, as far as that was not sent elsewhere
 * @param err what it printed on standard error
 */
record ToolProcess(int status, String out, String err) {
  private static final List<String> JAVA_OPTIONS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:-UsePerfData",
          "-Xlog:disable",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  /**
   * Runs a line of the shell in which {@code "$@"} stands for the command and its arguments.
   *
   * @param directory where it runs
   * @param javaOptions what the Java machine is told besides
   */
  static ToolProcess run(
      String line, Path directory, List<String> javaOptions, Command command, List<String> words)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("tool", ".out");
    Path err = Files.createTempFile("tool", ".err");
    try {
      int status =
          new ProcessBuilder(shell(line, javaOptions, command, words))
              .directory(directory.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start()
              .waitFor();
      return new ToolProcess(
          status,
          Files.readString(out, StandardCharsets.ISO_8859_1),
          Files.readString(err, StandardCharsets.UTF_8));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  private static List<String> shell(
      String line, List<String> javaOptions, Command command, List<String> words) {
    var all = new ArrayList<>(List.of("env", "LC_ALL=C.UTF-8", "sh", "-c", line, "sh", java()));
    all.addAll(JAVA_OPTIONS);
    all.addAll(javaOptions);
    all.addAll(List.of("-cp", System.getProperty("java.class.path"), command.getClass().getName()));
    all.addAll(words);
    return all;
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin/java").toString();
  }

  /** Content of a volume makes no message. */
  @Override
  public String toString() {
    boolean isText = out.chars().allMatch(c -> c == '\n' || (c >= ' ' && c < 127));
    return "status %d, out: %s, err: %s".formatted(status, isText ? out : "no text", err);
  }

  /** A command that runs; its streams go to files in the directory. */
  record Running(Process process, Path err) {
    /** {@return whether one of the files that it has open is this one} */
    boolean hasOpen(Path path) {
      try (var open = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
        return open.anyMatch(descriptor -> target(descriptor).equals(Optional.of(path)));
      } catch (IOException _) {
        // It has ended.
        return false;
      }
    }

    private static Optional<Path> target(Path descriptor) {
      try {
        return Optional.of(Files.readSymbolicLink(descriptor));
      } catch (IOException _) {
        return Optional.empty();
      }
    }

    /** Sends a signal. */
    void signal(String name) throws IOException, InterruptedException {
      new ProcessBuilder("kill", "-s", name, Long.toString(process.pid())).start().waitFor();
    }
  }

  /** Starts a command, slowly enough that something can happen in its midst. */
  static Running start(Path directory, Command command, List<String> words) throws IOException {
    Path err = Files.createTempFile("tool", ".err");
    var process =
        new ProcessBuilder(shell("exec \"$@\"", List.of("-Xint"), command, words))
            .directory(directory.toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(err.toFile())
            .start();
    return new Running(process, err);
  }
}
