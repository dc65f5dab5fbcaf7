package io.vdotools.contract;

import io.vdotools.cli.Command;
import io.vdotools.cli.CommandRunner;
import io.vdotools.cli.Content;
import io.vdotools.cli.Invocation;
import io.vdotools.testing.ToolRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/** The commands of the suite, as their modules register them. */
final class Commands {
  private Commands() {}

  /** A command; its name is how tests are told apart. */
  record Registered(Command command) {
    String name() {
      return command.name();
    }

    @Override
    public String toString() {
      return name();
    }
  }

  /**
   * A command or one of its subcommands.
   *
   * @param words how it is called, behind the name of the command
   * @param spec its description, with the options that all have
   */
  record Described(Registered registered, List<String> words, CommandSpec spec) {
    @Override
    public String toString() {
      return spec.qualifiedName();
    }
  }

  /** One of the command lines that a command says to work. */
  record Case(Registered registered, int number, Invocation invocation) {
    Command command() {
      return registered.command();
    }

    /** {@return whether the command or subcommand has an option} */
    boolean hasOption(String option) {
      return spec().findOption(option) != null;
    }

    /** {@return the description of the command or subcommand that is called} */
    CommandSpec spec() {
      var spec = CommandRunner.describe(command());
      if (!spec.subcommands().isEmpty()
          && invocation.arguments().getFirst() instanceof Invocation.Word(String name)) {
        return spec.subcommands().get(name).getCommandSpec();
      }
      return spec;
    }

    @Override
    public String toString() {
      return registered + " " + number + " " + invocation.arguments();
    }
  }

  /** {@return all of them, or those that {@code -Dcontract.commands} names, between commas} */
  static List<Registered> all() {
    var only = List.of(System.getProperty("contract.commands", "").split(",", -1));
    return registered().stream()
        .filter(command -> only.contains("") || only.contains(command.name()))
        .toList();
  }

  private static List<Registered> registered() {
    return ServiceLoader.load(Command.class).stream()
        .map(provider -> new Registered(provider.get()))
        .sorted(Comparator.comparing(Registered::name))
        .toList();
  }

  /** {@return a command, whether or not it is one of those to be tried} */
  static Command named(String name) {
    return registered().stream()
        .filter(registered -> registered.name().equals(name))
        .findFirst()
        .orElseThrow()
        .command();
  }

  static Stream<Described> described() {
    return all().stream().flatMap(Commands::described);
  }

  private static Stream<Described> described(Registered registered) {
    var spec = CommandRunner.describe(registered.command());
    return Stream.concat(
        Stream.of(new Described(registered, List.of(), spec)),
        spec.subcommands().entrySet().stream()
            .map(below ->
                new Described(
                    registered, List.of(below.getKey()), below.getValue().getCommandSpec())));
  }

  static List<Case> cases() {
    return cases(all());
  }

  /** {@return the command line by which a file of a content comes into being, if there is one} */
  static Optional<Case> maker(Content content) {
    return cases(registered()).stream()
        .filter(c -> c.invocation().arguments().contains(Invocation.creates(content)))
        .findFirst();
  }

  /** {@return the command line by which a change is taken back, if there is one} */
  static Optional<Case> takingBack() {
    return cases(registered()).stream()
        .filter(c -> c.invocation().arguments().contains(Invocation.reads(Content.UNDO_FILE)))
        .filter(
            c -> c.invocation().arguments().contains(Invocation.changes(Content.CHANGED_VOLUME)))
        .findFirst();
  }

  /** Runs the command that takes changes back, as it says that it is called. */
  static ToolRun takeBack(Path undoFile, Path volume) {
    var undo = takingBack().orElseThrow();
    var words =
        undo.invocation().arguments().stream()
            .map(argument ->
                switch (argument) {
                  case Invocation.Word(String text) -> text;
                  case Invocation.Input _ -> undoFile;
                  case Invocation.Target _ -> volume;
                  case Invocation.Output _, Invocation.Text _ ->
                      throw new IllegalStateException(undo.toString());
                })
            .toArray();
    return ToolRun.of(undo.command(), words);
  }

  private static List<Case> cases(List<Registered> commands) {
    var cases = new ArrayList<Case>();
    for (var registered : commands) {
      int number = 0;
      for (var invocation : registered.command().invocations()) {
        cases.add(new Case(registered, number++, invocation));
      }
    }
    return cases;
  }
}
