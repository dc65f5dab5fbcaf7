package io.vdotools.fuzz;

import io.vdotools.cli.Command;
import io.vdotools.cli.CommandRunner;
import io.vdotools.cli.Console;
import io.vdotools.cli.ExitStatus;
import io.vdotools.cli.Invocation;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * Parses command lines of every command that is registered: a usage error is one line, and nothing
 * else is said.
 *
 * <p>The first byte chooses the command. Words are told apart by blanks; one of a single control
 * character stands for an option or subcommand that there is.
 */
public final class CommandLineTarget {
  private record Known(Command command, List<String> words) {}

  private static final List<Known> COMMANDS =
      ServiceLoader.load(Command.class).stream()
          .map(ServiceLoader.Provider::get)
          .map(command -> new Known(command, words(command)))
          .toList();

  private CommandLineTarget() {}

  /** Runs on one input. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    var known = COMMANDS.get(Byte.toUnsignedInt(input[0]) % COMMANDS.size());
    var words = new ArrayList<String>();
    String line = new String(input, 1, input.length - 1, StandardCharsets.UTF_8);
    for (String word : line.split(" ", -1)) {
      boolean isNumber = word.length() == 1 && word.charAt(0) < ' ';
      words.add(isNumber ? known.words.get(word.charAt(0) % known.words.size()) : word);
    }
    var err = new StringWriter();
    var console = new Console(new PrintWriter(new StringWriter()), new PrintWriter(err));
    var status =
        CommandRunner.run(new OnlyParsed(known.command), console, words.toArray(String[]::new));
    console.flush();
    boolean isOneLine = err.toString().lines().count() == 1;
    if (status == ExitStatus.USAGE ? !isOneLine : !err.toString().isEmpty()) {
      throw new IllegalStateException(words + " is answered with " + status + ": " + err);
    }
  }

  private static List<String> words(Command command) {
    var words = new ArrayList<String>();
    add(words, CommandRunner.describe(command));
    return words;
  }

  private static void add(List<String> words, CommandSpec spec) {
    spec.options().forEach(option -> words.add(option.longestName()));
    spec.subcommands()
        .forEach((name, subcommand) -> {
          words.add(name);
          add(words, subcommand.getCommandSpec());
        });
  }

  /** Does nothing once its arguments are known. */
  private record OnlyParsed(Command command) implements Command {
    @Override
    public String name() {
      return command.name();
    }

    @Override
    public CommandSpec spec() {
      return command.spec();
    }

    @Override
    public List<Invocation> invocations() {
      return command.invocations();
    }

    @Override
    public ExitStatus run(ParseResult arguments, Console console) {
      return ExitStatus.OK;
    }
  }
}
