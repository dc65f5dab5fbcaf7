package io.vdotools.cli;

import io.vdotools.VdoException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
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
    var output = StandardOutput.ofThisProcess();
    Console console = console(output, System.err);
    var ending = new ProcessEnding(command.spec().name(), console);
    ending.install();

    ExitStatus status = run(command, console, arguments);
    console.flush();
    ending.exit(statusOfOutput(command.spec().name(), status, output, console));
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
      isQuiet = parsed.hasMatchedOption(QUIET);
      if (parsed.isUsageHelpRequested()) {
        line.usage(console.out());
        return ExitStatus.OK;
      }
      if (parsed.isVersionHelpRequested()) {
        line.printVersionHelp(console.out());
        return ExitStatus.OK;
      }
      return command.run(parsed, console);
    } catch (ParameterException e) {
      console.err().println(name + ": " + UsageError.oneLine(e) + "; try '" + name + " --help'");
      return ExitStatus.USAGE;
    } catch (VdoException e) {
      console.out().flush();
      if (!isQuiet) {
        console.err().println(name + ": " + e.getMessage());
      }
      return ExitStatus.OPERATIONAL;
    }
  }

  /**
   * {@return the full description of a command} Besides its own options it has those that all
   * commands share, and the exit statuses.
   */
  public static CommandSpec describe(Command command) {
    CommandSpec spec = command.spec();
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
    spec.version(spec.name() + " (vdo-tools) " + Version.current());
    spec.usageMessage()
        .width(HELP_COLUMNS)
        .sortOptions(false)
        .synopsisHeading("Usage: ")
        .parameterListHeading("%n")
        .optionListHeading("%nOptions:%n")
        .exitCodeListHeading("%nExit status:%n")
        .exitCodeList(statuses);
    return spec;
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
