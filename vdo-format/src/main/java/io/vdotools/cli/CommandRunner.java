package io.vdotools.cli;

import io.vdotools.VdoException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Takes a command from its arguments to its exit status, the same way for every command. */
public final class CommandRunner {
  /** The width that help keeps to, whatever the terminal is. */
  private static final int HELP_COLUMNS = 80;

  /** The option with which a command leaves nothing but its exit status; not every one has it. */
  public static final String QUIET = "--quiet";

  private CommandRunner() {}

  /**
   * Runs a command as the whole of this process, and ends the process.
   *
   * @param arguments as the shell passed them
   */
  public static void main(Command command, String... arguments) {
    // Scripts read what is printed: the digits are the same for users of every language.
    Locale.setDefault(Locale.ROOT);
    var output = StandardOutput.ofThisProcess();
    Console console = console(output, System.err);
    // Before anything else: a description of a command takes memory, too.
    var ending = new ProcessEnding(command.name(), console);
    ending.install();

    ExitStatus status = run(command, console, arguments);
    console.flush();
    ending.exitAtOnce(statusOfOutput(command.name(), status, output, console));
  }

  /**
   * Runs a command on the console given.
   *
   * @param arguments as the shell would pass them
   * @return how it ended; the reason, where there is one, is on {@link Console#err()}
   */
  public static ExitStatus run(Command command, Console console, String... arguments) {
    CommandLine line = commandLine(command);
    String name = line.getCommandName();
    boolean isQuiet = false;
    try {
      ParseResult parsed = line.parseArgs(arguments);
      ParseResult last = parsed;
      while (last.hasSubcommand() && !isAnswered(last)) {
        last = last.subcommand();
      }
      isQuiet = last.commandSpec().findOption(QUIET) != null && last.hasMatchedOption(QUIET);
      if (last.isUsageHelpRequested()) {
        last.commandSpec().commandLine().usage(console.out());
        return ExitStatus.OK;
      }
      if (last.isVersionHelpRequested()) {
        last.commandSpec().commandLine().printVersionHelp(console.out());
        return ExitStatus.OK;
      }
      return command.run(parsed, console);
    } catch (ParameterException e) {
      String asked = e.getCommandLine().getCommandSpec().qualifiedName();
      console
          .err()
          .println(name + ": " + visible(UsageError.oneLine(e)) + "; try '" + asked + " --help'");
      return ExitStatus.USAGE;
    } catch (VdoException e) {
      console.out().flush();
      if (!isQuiet) {
        console.err().println(name + ": " + visible(String.valueOf(e.getMessage())));
      }
      return ExitStatus.OPERATIONAL;
    }
  }

  /**
   * A name may hold anything, line ends and commands to the terminal among it; a message is one
   * line, and shows them.
   */
  private static String visible(String message) {
    if (message.chars().noneMatch(Character::isISOControl)) {
      return message;
    }
    var shown = new StringBuilder();
    message
        .chars()
        .forEach(c -> {
          if (Character.isISOControl(c)) {
            shown.append("\\x").append(HexFormat.of().toHexDigits((byte) c));
          } else {
            shown.append((char) c);
          }
        });
    return shown.toString();
  }

  private static boolean isAnswered(ParseResult parsed) {
    return parsed.isUsageHelpRequested() || parsed.isVersionHelpRequested();
  }

  /**
   * {@return what is wrong with arguments, in one line, lower case, without a full stop}
   *
   * @param error what came of parsing them
   */
  public static String oneLine(ParameterException error) {
    return UsageError.oneLine(error);
  }

  /**
   * {@return the full description of a command} Besides its own options it has those that all
   * commands share, and the exit statuses.
   */
  public static CommandSpec describe(Command command) {
    CommandSpec spec = command.spec();
    complete(spec, spec.name());
    for (var subcommand : spec.subcommands().values()) {
      complete(subcommand.getCommandSpec(), spec.name());
    }
    return spec;
  }

  private static void complete(CommandSpec spec, String commandName) {
    spec.addOption(
        OptionSpec.builder("-h", "--help")
            .usageHelp(true)
            .description("Show this help and exit.")
            .build());
    spec.addOption(
        OptionSpec.builder("-V", "--version")
            .versionHelp(true)
            .description("Show the version and exit.")
            .build());
    var statuses = new LinkedHashMap<String, String>();
    for (ExitStatus status : ExitStatus.values()) {
      statuses.put(Integer.toString(status.code()), status.meaning());
    }
    // Only when asked for: it is in the jar, which most runs never open.
    spec.versionProvider(() -> new String[] {commandName + " (vdo-tools) " + Version.current()});
    spec.usageMessage()
        .width(HELP_COLUMNS)
        .sortOptions(false)
        .synopsisHeading("Usage: ")
        .parameterListHeading("%n")
        .optionListHeading("%nOptions:%n")
        .commandListHeading("%nSubcommands:%n")
        .exitCodeListHeading("%nExit status:%n")
        .exitCodeList(statuses);
  }

  static Console console(StandardOutput output, OutputStream errors) {
    return new Console(
        new PrintWriter(
            new BufferedWriter(new OutputStreamWriter(output, System.out.charset()), 1 << 16)),
        new PrintWriter(errors, true, System.err.charset()),
        output,
        new Leftovers());
  }

  private static CommandLine commandLine(Command command) {
    // A file named @notes is a file, not a list of further arguments.
    return new CommandLine(describe(command))
        .setExpandAtFiles(false)
        .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
  }

  private static ExitStatus statusOfOutput(
      String name, ExitStatus status, StandardOutput output, Console console) {
    IOException failure = output.failure();
    if (failure == null || output.isBrokenPipe()) {
      return status;
    }
    console.err().println(name + ": cannot write to standard output: " + failure.getMessage());
    return ExitStatus.OPERATIONAL;
  }
}
