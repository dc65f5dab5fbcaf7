package io.vdotools.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.cli.CommandRunner;
import io.vdotools.cli.ExitStatus;
import io.vdotools.cli.Invocation;
import io.vdotools.testing.ToolRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** What every command says of itself. */
class HelpTest {
  private static final Path ROOT = Path.of(System.getProperty("vdotools.tree"));
  private static final int COLUMNS = 80;

  static Stream<Commands.Described> described() {
    return Commands.described();
  }

  static List<Commands.Registered> commands() {
    return Commands.all();
  }

  private static ToolRun run(Commands.Described described, String... words) {
    var all = new ArrayList<>(described.words());
    all.addAll(List.of(words));
    return ToolRun.of(described.registered().command(), all.toArray());
  }

  private static String words(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }

  @ParameterizedTest
  @MethodSource("described")
  void helpFitsATerminalAndIsComplete(Commands.Described described) {
    var run = run(described, "--help");

    assertThat(run.status()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines())
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(COLUMNS));
    assertThat(run.out()).startsWith("Usage: " + described.spec().qualifiedName() + " ");
    assertThat(run.out()).containsPattern("Examples:\n  .*" + described.spec().root().name() + " ");
    assertThat(run(described, "-h")).isEqualTo(run);
    for (ExitStatus status : ExitStatus.values()) {
      assertThat(words(run.out())).contains(status.code() + " " + status.meaning());
    }
    for (OptionSpec option : described.spec().options()) {
      assertThat(run.out()).contains(option.names());
      assertThat(words(run.out())).contains(words(String.join(" ", option.description())));
    }
    for (PositionalParamSpec operand : described.spec().positionalParameters()) {
      String label = operand.required() ? operand.paramLabel() : "[" + operand.paramLabel() + "]";
      assertThat(words(run.out()))
          .contains(label + " " + words(String.join(" ", operand.description())));
    }
  }

  /** The manual escapes some characters; its words are those of the help. */
  @ParameterizedTest
  @MethodSource("described")
  void theManualAndTheCompletionHaveTheSameOptions(Commands.Described described)
      throws IOException {
    String page =
        words(
            Files.readString(
                ROOT.resolve("man/" + described.spec().qualifiedName("-") + ".1.adoc")));
    String completion =
        Files.readString(ROOT.resolve("man/completion/" + described.spec().root().name()));

    for (OptionSpec option : described.spec().options()) {
      assertThat(page).contains(words(String.join(" ", option.description())));
      assertThat(page).contains(option.names());
      assertThat(completion)
          .contains(Arrays.stream(option.names()).map(n -> "'" + n + "'").toList());
    }
  }

  @ParameterizedTest
  @MethodSource("described")
  void theVersionIsThatOfTheSuite(Commands.Described described) {
    var run = run(described, "--version");

    assertThat(run.status()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .matches(described.spec().root().name() + " \\(vdo-tools\\) \\d+\\.\\d+\\.\\d+\\S*\n");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void whereJsonIsPrintedItsSchemaIsPublished(Commands.Registered command) {
    if (Commands.described()
        .filter(d -> d.registered().name().equals(command.name()))
        .anyMatch(d -> d.spec().findOption("--json") != null)) {
      assertThat(ToolRun.errorsOfSchema(command.name())).isEmpty();
    }
  }

  /** What the other tests of this package try is what the invocations name. */
  @ParameterizedTest
  @MethodSource("commands")
  void everyFileThatCanBeNamedIsInAnInvocation(Commands.Registered registered) {
    var named = new HashSet<String>();
    for (var invocation : registered.command().invocations()) {
      var parsed =
          new CommandLine(CommandRunner.describe(registered.command()))
              .setExpandAtFiles(false)
              .parseArgs(
                  invocation.arguments().stream().map(HelpTest::typed).toArray(String[]::new));
      var last = parsed.hasSubcommand() ? parsed.subcommand() : parsed;
      last.matchedArgs().stream()
          .filter(HelpTest::isFile)
          .forEach(argument -> named.add(key(last.commandSpec().qualifiedName(), argument)));
      named.add(last.commandSpec().qualifiedName());
    }

    Commands.described()
        .filter(described -> described.registered().name().equals(registered.name()))
        .filter(described -> described.spec().subcommands().isEmpty())
        .forEach(described -> {
          String name = described.spec().qualifiedName();
          assertThat(named).as("Command.invocations() of " + registered).contains(name);
          Stream.<ArgSpec>concat(
                  described.spec().options().stream(),
                  described.spec().positionalParameters().stream())
              .filter(HelpTest::isFile)
              .forEach(argument ->
                  assertThat(named)
                      .as("files named by Command.invocations() of " + registered)
                      .contains(key(name, argument)));
        });
  }

  private static boolean isFile(ArgSpec argument) {
    return argument.type().equals(Path.class);
  }

  private static String key(String command, ArgSpec argument) {
    return command
        + " "
        + (argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel());
  }

  private static String typed(Invocation.Argument argument) {
    return argument instanceof Invocation.Word(String text) ? text : "a-file";
  }

  @Test
  void thereAreCommandsAndNoTwoHaveOneName() {
    var names = Commands.all().stream().map(Commands.Registered::name).toList();

    assertThat(names).isNotEmpty().doesNotHaveDuplicates();
  }
}
