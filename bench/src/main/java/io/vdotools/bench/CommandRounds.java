package io.vdotools.bench;

import com.sun.management.OperatingSystemMXBean;
import io.vdotools.cli.Command;
import io.vdotools.cli.CommandRunner;
import io.vdotools.cli.Console;
import io.vdotools.cli.ExitStatus;
import io.vdotools.cli.Leftovers;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.ServiceLoader;

/**
 * Runs one command several times in this process, and tells what each time took: the first includes
 * compiling it, the last is what it costs on volumes so large that this does not matter.
 *
 * <p>{@code CommandRounds ROUNDS COMMAND [ARGUMENT...]}, where {@code {}} in an argument becomes
 * the number of the round. What the command prints on standard output is thrown away.
 */
public final class CommandRounds {
  private CommandRounds() {}

  /** Does it. */
  public static void main(String[] arguments) {
    int rounds = Integer.parseInt(arguments[0]);
    Command command = command(arguments[1]);
    var machine = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    for (int round = 0; round < rounds; round++) {
      String number = Integer.toString(round);
      String[] words =
          Arrays.stream(arguments, 2, arguments.length)
              .map(word -> word.replace("{}", number))
              .toArray(String[]::new);
      var nothing = OutputStream.nullOutputStream();
      var console =
          new Console(
              new PrintWriter(nothing, false, StandardCharsets.UTF_8),
              new PrintWriter(System.err, true, StandardCharsets.UTF_8),
              Channels.newChannel(nothing),
              new Leftovers());
      long start = System.nanoTime();
      long startCpu = machine.getProcessCpuTime();
      var status = CommandRunner.run(command, console, words);
      double cpuSeconds = (machine.getProcessCpuTime() - startCpu) / 1e9;
      double seconds = (System.nanoTime() - start) / 1e9;
      if (status != ExitStatus.OK) {
        throw new IllegalStateException(arguments[1] + " ended with " + status);
      }
      System.out.printf("round %d: %.3f s, %.3f CPU s%n", round, seconds, cpuSeconds);
    }
  }

  private static Command command(String name) {
    return ServiceLoader.load(Command.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(command -> command.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no command " + name + " is here"));
  }
}
