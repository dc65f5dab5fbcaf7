package io.vdotools.cli;

import java.io.OutputStream;
import java.util.List;
import java.util.ServiceLoader;

/**
 * Runs the commands of a distribution, so that the Java machine can keep what it loaded.
 *
 * <p>The build starts it with {@code -XX:AOTCacheOutput}. What is not done here still works later,
 * only not from the cache.
 */
final class Training {
  /** Stands for the sample volume in a command line. */
  private static final String SAMPLE = "SAMPLE";

  private Training() {}

  /**
   * Runs help, version and a usage error of every command, then the command lines given.
   *
   * @param arguments the path of a sample volume, then command lines such as {@code vdo_check
   *     SAMPLE}; or nothing
   */
  public static void main(String[] arguments) {
    var ending = new ProcessEnding("training", nowhere());
    ending.install();
    for (Command command : ServiceLoader.load(Command.class)) {
      String name = command.spec().name();
      CommandRunner.run(command, nowhere(), "--help");
      CommandRunner.run(command, nowhere(), "--version");
      CommandRunner.run(command, nowhere(), "--no-such-option");
      for (int line = 1; line < arguments.length; line++) {
        List<String> words = List.of(arguments[line].strip().split(" +", -1));
        if (words.getFirst().equals(name)) {
          CommandRunner.run(
              command,
              nowhere(),
              words.stream()
                  .skip(1)
                  .map(word -> word.equals(SAMPLE) ? arguments[0] : word)
                  .toArray(String[]::new));
        }
      }
    }
    ending.exit(ExitStatus.OK);
  }

  private static Console nowhere() {
    return CommandRunner.console(
        new StandardOutput(OutputStream.nullOutputStream()), OutputStream.nullOutputStream());
  }
}
