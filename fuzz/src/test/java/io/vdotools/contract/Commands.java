package io.vdotools.contract;

import io.vdotools.cli.Command;
import io.vdotools.cli.CommandRunner;
import io.vdotools.cli.Invocation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/** The commands of the suite, as their modules register them. */
final class Commands {
  private Commands() {}

  /** A command; its name is how tests are told apart. */
  record Registered(Command command) {
    String name() {
      return command.spec().name();
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

  static List<Registered> all() {
    return ServiceLoader.load(Command.class).stream()
        .map(provider -> new Registered(provider.get()))
        .sorted(Comparator.comparing(Registered::name))
        .toList();
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
    var cases = new ArrayList<Case>();
    for (var registered : all()) {
      int number = 0;
      for (var invocation : registered.command().invocations()) {
        cases.add(new Case(registered, number++, invocation));
      }
    }
    return cases;
  }
}
