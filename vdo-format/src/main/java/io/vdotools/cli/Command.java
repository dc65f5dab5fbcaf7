package io.vdotools.cli;

import io.vdotools.VdoException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * One command of the suite, such as {@code vdo_check}.
 *
 * <p>Each is listed in its module's {@code META-INF/services/io.vdotools.cli.Command}, from where
 * manual pages, shell completion and the training of the start-up cache find it. Starting a command
 * does not go that way: the launcher names the main class.
 */
public interface Command {
  /** {@return the name as typed, such as {@code vdo_check}} */
  String name();

  /**
   * {@return a new description of the command: its {@link #name}, options, parameters, and
   * examples} The options that all commands share ({@code --help}, {@code --version}) and the exit
   * statuses are added by {@link CommandRunner#describe}.
   */
  CommandSpec spec();

  /**
   * {@return command lines that work: one at least for every subcommand, and together with every
   * option and operand that names a file, each as what it is: read, changed in place, or created}
   *
   * <p>What is promised of all commands is tested with them, so that nothing else has to be written
   * for a new one.
   */
  List<Invocation> invocations();

  /**
   * Does the work.
   *
   * @param arguments what the user typed, already found to match {@link #spec()}
   * @param console where results and diagnostics go
   * @throws VdoException when the world is in the way; becomes one line and {@link
   *     ExitStatus#OPERATIONAL}
   */
  ExitStatus run(ParseResult arguments, Console console) throws VdoException;
}
