package io.vdotools.cli;

import java.io.OutputStream;
import java.util.ServiceLoader;

/**
 * Runs each command of a distribution once, so that the Java machine can keep what it loaded.
 *
 * <p>The build starts it with {@code -XX:AOTCacheOutput}. What is not done here still works later,
 * only not from the cache.
 */
final class Training {
  private Training() {}

  public static void main(String[] arguments) {
    var ending = new ProcessEnding("training", nowhere());
    ending.install();
    for (Command command : ServiceLoader.load(Command.class)) {
      CommandRunner.run(command, nowhere(), "--help");
      CommandRunner.run(command, nowhere(), "--version");
      CommandRunner.run(command, nowhere(), "--no-such-option");
      CommandRunner.run(command, nowhere(), arguments);
    }
    ending.exit(ExitStatus.OK);
  }

  private static Console nowhere() {
    return CommandRunner.console(
        new StandardOutput(OutputStream.nullOutputStream()), OutputStream.nullOutputStream());
  }
}
