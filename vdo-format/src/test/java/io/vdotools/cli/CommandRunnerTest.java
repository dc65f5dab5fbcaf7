package io.vdotools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

class CommandRunnerTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Console console = new Console(new PrintWriter(out), new PrintWriter(err));

  @Test
  void aCommandGetsItsArgumentsAndGivesItsStatus() {
    assertThat(run("--memory", "2G", "volume")).isEqualTo(ExitStatus.PROBLEMS_LEFT);

    assertThat(out).hasToString("volume with 2 GiB\n");
    assertThat(err).hasToString("");
  }

  @Test
  void troubleWithTheWorldIsOneLineAndStatusEight() {
    assertThat(run("gone")).isEqualTo(ExitStatus.OPERATIONAL);

    assertThat(err).hasToString("vdo_sample: cannot open gone\n");
  }

  @Test
  void whatIsNoLetterInAMessageIsShownAndNotSent() {
    assertThat(run("volume", "a\nb\u001b[2J")).isEqualTo(ExitStatus.USAGE);

    assertThat(err)
        .hasToString(
            "vdo_sample: unexpected argument 'a\\x0ab\\x1b[2J'; try 'vdo_sample --help'\n");
  }

  @Test
  void aQuietCommandLeavesOnlyTheStatus() {
    assertThat(run("--quiet", "gone")).isEqualTo(ExitStatus.OPERATIONAL);

    assertThat(err).hasToString("");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--memroy=1G volume | unknown option '--memroy' (did you mean '--memory'?)",
        "--hlp              | unknown option '--hlp' (did you mean '--help'?)",
        "--purple volume    | unknown option '--purple'",
        "-x volume          | unknown option '-x'",
        "volume another     | unexpected argument 'another'",
        "--memory 4KB v     | invalid value for option '--memory': '4KB' is not a size (write 4096,"
            + " 4K,",
        "--memory           | option '--memory' needs a value (SIZE)",
        "--memory 1G --memory 2G v | option '--memory' is given more than once",
      })
  void aWrongCommandLineIsNamedInOneLine(String typed, String complaint) {
    assertThat(run(typed.strip().split(" ", -1))).isEqualTo(ExitStatus.USAGE);

    assertThat(err.toString()).contains(complaint).endsWith("; try 'vdo_sample --help'\n");
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(out).hasToString("");
  }

  @Test
  void aMissingParameterIsNamed() {
    assertThat(run()).isEqualTo(ExitStatus.USAGE);

    assertThat(err).hasToString("vdo_sample: missing SOURCE; try 'vdo_sample --help'\n");
  }

  @Test
  void anArgumentThatStartsWithAnAtSignIsAnArgument() {
    run("@volume");

    assertThat(out.toString()).startsWith("@volume with ");
  }

  @Test
  void helpFitsEightyColumnsAndListsEveryExitStatus() {
    assertThat(run("--help")).isEqualTo(ExitStatus.OK);

    assertThat(out.toString().lines()).allMatch(line -> line.length() <= 80);
    for (ExitStatus status : ExitStatus.values()) {
      assertThat(out.toString()).containsPattern("(?m)^  " + status.code() + " +");
    }
    assertThat(err).hasToString("");
  }

  @Test
  void theVersionComesFromTheBuild() {
    assertThat(run("--version")).isEqualTo(ExitStatus.OK);

    assertThat(out.toString()).matches("vdo_sample \\(vdo-tools\\) \\d+\\.\\d+\\.\\d+\\S*\n");
  }

  private ExitStatus run(String... arguments) {
    return CommandRunner.run(new Sample(), console, arguments);
  }

  /** Reports its arguments, or fails when the source is called {@code gone}. */
  private static final class Sample implements Command {
    @Override
    public String name() {
      return "vdo_sample";
    }

    @Override
    public CommandSpec spec() {
      return CommandSpec.create()
          .name(name())
          .addOption(
              OptionSpec.builder("--memory")
                  .paramLabel("SIZE")
                  .type(ByteSize.class)
                  .converters(ByteSize.converter())
                  .description("How much memory to use.")
                  .build())
          .addOption(OptionSpec.builder(CommandRunner.QUIET).build())
          .addPositional(
              PositionalParamSpec.builder()
                  .paramLabel("SOURCE")
                  .arity("1")
                  .required(true)
                  .type(String.class)
                  .build());
    }

    @Override
    public List<Invocation> invocations() {
      return List.of(Invocation.of(Invocation.reads(Content.VOLUME)));
    }

    @Override
    public ExitStatus run(ParseResult arguments, Console console) throws VdoException {
      String source = arguments.matchedPositionalValue(0, "");
      if (source.equals("gone")) {
        throw new CannotOpen(source);
      }
      ByteSize memory = arguments.matchedOptionValue("--memory", new ByteSize(0));
      console.out().println(source + " with " + memory);
      return ExitStatus.PROBLEMS_LEFT;
    }
  }

  private static final class CannotOpen extends VdoException {
    private static final long serialVersionUID = 1L;

    CannotOpen(String name) {
      super("cannot open " + name);
    }
  }
}
