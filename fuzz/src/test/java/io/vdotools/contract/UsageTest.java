package io.vdotools.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.testing.ToolRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Command lines that make no sense: one line that says what is wrong, status 16. */
class UsageTest {
  private static final String NOWHERE = "/nowhere/at/all";

  static Stream<Commands.Described> described() {
    return Commands.described();
  }

  static List<Commands.Registered> commands() {
    return Commands.all();
  }

  static List<Commands.Case> cases() {
    return Commands.cases();
  }

  private static String refusal(Commands.Described described, List<String> words) {
    var all = new ArrayList<>(described.words());
    all.addAll(words);
    var run = ToolRun.of(described.registered().command(), all.toArray());
    assertThat(run.status()).as("%s", all).isEqualTo(16);
    assertThat(run.out()).as("%s", all).isEmpty();
    assertThat(run.err())
        .as("%s", all)
        .hasLineCount(1)
        .startsWith(described.registered().name() + ": ")
        .contains("; try '")
        .endsWith(" --help'\n");
    return run.err();
  }

  private static List<OptionSpec> options(Commands.Described described, boolean withValue) {
    return described.spec().options().stream()
        .filter(option -> option.arity().max() > 0 == withValue)
        .filter(option -> !option.usageHelp() && !option.versionHelp())
        .toList();
  }

  @ParameterizedTest
  @MethodSource("described")
  void anOptionThatIsMisspeltIsGuessed(Commands.Described described) {
    for (OptionSpec option : described.spec().options()) {
      String name = option.longestName();
      String typed = name.substring(0, name.length() - 1) + "~";

      assertThat(refusal(described, List.of(typed)))
          .contains("unknown option '" + typed + "' (did you mean '");
    }
    assertThat(refusal(described, List.of("--no-such-thing-anywhere")))
        .contains("unknown option '--no-such-thing-anywhere'");
  }

  @ParameterizedTest
  @MethodSource("described")
  void anOptionIsGivenOnceAndWithItsValue(Commands.Described described) {
    for (OptionSpec option : options(described, true)) {
      for (String name : option.names()) {
        assertThat(refusal(described, List.of(name)))
            .contains("option '" + option.longestName() + "' needs a value (");
      }
    }
    for (OptionSpec option : options(described, false)) {
      assertThat(refusal(described, List.of(option.longestName(), option.longestName())))
          .contains("option '" + option.longestName() + "' is given more than once");
      refusal(described, List.of(option.longestName() + "=maybe"));
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void whatIsBeingParsedSharesNothingWithAnotherRun(Commands.Registered registered) {
    assertThat(arguments(registered)).doesNotContainAnyElementsOf(arguments(registered));
  }

  private static List<ArgSpec> arguments(Commands.Registered registered) {
    CommandSpec spec = registered.command().spec();
    var arguments = new ArrayList<>(spec.args());
    for (CommandLine subcommand : spec.subcommands().values()) {
      arguments.addAll(subcommand.getCommandSpec().args());
    }
    return arguments;
  }

  @ParameterizedTest
  @MethodSource("described")
  void aValueThatIsNoneIsRefused(Commands.Described described) {
    for (OptionSpec option : options(described, true)) {
      for (String value : List.of("", "\u2603", "-1", "99999999999999999999", "1e400")) {
        if (option.type().equals(Path.class)
            ? value.isEmpty()
            : !option.type().equals(String.class)) {
          var run =
              ToolRun.of(
                  described.registered().command(),
                  Stream.concat(
                          described.words().stream(), Stream.of(option.longestName() + "=" + value))
                      .toArray());
          assertThat(run.status()).as("%s=%s", option.longestName(), value).isEqualTo(16);
          assertThat(run.err()).hasLineCount(1);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("described")
  void whatIsMissingIsNamed(Commands.Described described) {
    if (described.spec().subcommands().isEmpty()) {
      var required =
          Stream.concat(
                  described.spec().positionalParameters().stream()
                      .filter(PositionalParamSpec::required)
                      .map(PositionalParamSpec::paramLabel),
                  described.spec().options().stream()
                      .filter(OptionSpec::required)
                      .map(OptionSpec::longestName))
              .map(label -> "missing " + label)
              .toList();
      if (!required.isEmpty()) {
        assertThat(refusal(described, List.of())).containsAnyOf(required.toArray(String[]::new));
      }
    } else {
      String names = String.join(" ", described.spec().subcommands().keySet());
      assertThat(refusal(described, List.of())).contains("missing SUBCOMMAND; there are: " + names);
      assertThat(refusal(described, List.of("no-such-thing")))
          .contains("unknown subcommand 'no-such-thing'; there are: " + names);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatIsTooMuchIsNamed(Commands.Case aCase) {
    var words = new ArrayList<String>();
    for (var argument : aCase.invocation().arguments()) {
      words.add(argument instanceof io.vdotools.cli.Invocation.Word(String text) ? text : NOWHERE);
    }
    boolean mayTakeMore =
        aCase.spec().positionalParameters().size() > words.stream().filter(NOWHERE::equals).count();
    words.addAll(List.of("one-more", "and-another"));

    var run = ToolRun.of(aCase.command(), words.toArray());

    assertThat(run.status()).as("%s", words).isEqualTo(16);
    assertThat(run.err()).hasLineCount(1).contains("unexpected argument '");
    assertThat(mayTakeMore || run.err().contains("'one-more'")).as(run.err()).isTrue();
  }
}
