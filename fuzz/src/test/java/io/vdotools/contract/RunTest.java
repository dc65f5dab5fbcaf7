package io.vdotools.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vdotools.cli.Invocation;
import io.vdotools.testing.ToolRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every command does when all is well. */
class RunTest {
  @TempDir private static Path shared;
  private static Samples samples;

  @TempDir private Path scratch;
  private int runs;

  @BeforeAll
  static void makeSamples() {
    samples = new Samples(shared);
  }

  static List<Commands.Case> cases() {
    return Commands.cases();
  }

  /** A command line with files under the same names each time, and what came of it. */
  private record Result(int status, String out, String err, Map<String, String> files) {}

  private Result result(Commands.Case aCase, String... options) throws IOException {
    Path own = Files.createDirectory(scratch.resolve("own"));
    var stage = Stage.of(aCase, samples, own);
    var run = ToolRun.of(aCase.command(), stage.wordsAnd(options).toArray());
    var files = new TreeMap<String, String>();
    for (String name : stage.names()) {
      files.put(name, Digest.of(own.resolve(name)));
    }
    Files.move(own, scratch.resolve("run" + runs++));
    return new Result(run.status(), run.out(), run.err(), files);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void itEndsAsItSaysAndLeavesItsInputsAlone(Commands.Case aCase) throws IOException {
    var stage = Stage.of(aCase, samples, scratch);
    var before = stage.everything();

    var run = ToolRun.of(aCase.command(), stage.words().toArray());

    assertThat(run.status()).as("%s: %s", stage, run).isEqualTo(stage.ending().code());
    var after = stage.everything();
    var expected = new ArrayList<>(before.keySet());
    for (var slot : stage.slots()) {
      String name = slot.path().getFileName().toString();
      if (slot.isInput()) {
        assertThat(after.get(name)).as(name).isEqualTo(before.get(name));
      } else if (slot.isOutput()) {
        expected.add(name);
      }
    }
    assertThat(after.keySet())
        .as("what is there afterwards")
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void quietLeavesOnlyTheStatus(Commands.Case aCase) throws IOException {
    assumeTrue(aCase.hasOption("--quiet"), "it has no --quiet");

    var loud = result(aCase);
    var quiet = result(aCase, "--quiet");

    assertThat(quiet.out()).as("standard output").isIn("", contentOf(aCase, loud));
    assertThat(quiet.err()).isEmpty();
    assertThat(quiet.status()).isEqualTo(loud.status());
    assertThat(quiet.files()).isEqualTo(loud.files());
  }

  /** Where content goes to standard output there is no text to be quiet about. */
  private static String contentOf(Commands.Case aCase, Result loud) {
    return aCase.invocation().arguments().contains(Invocation.word("-")) ? loud.out() : "";
  }

  @ParameterizedTest
  @MethodSource("cases")
  void jsonIsOneDocumentOfThePublishedForm(Commands.Case aCase) throws IOException {
    assumeTrue(aCase.hasOption("--json"), "it has no --json");

    var result = result(aCase, "--json");

    String text = result.out().isEmpty() ? result.err() : result.out();
    var run = new ToolRun(result.status(), text, "");
    assertThat(run.json().isObject()).isTrue();
    assertThat(run.schemaErrors(aCase.registered().name())).isEmpty();
    assertThat(text.chars()).allMatch(c -> c == '\n' || (c >= ' ' && c < 127));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theNumberOfThreadsMakesNoDifference(Commands.Case aCase) throws IOException {
    assumeTrue(aCase.hasOption("--threads"), "it has no --threads");

    var one = result(aCase, "--threads", "1");
    for (int threads = 2; threads <= 8; threads++) {
      var more = result(aCase, "--threads", Integer.toString(threads));
      assertThat(more).as("%d threads", threads).isEqualTo(one);
    }
    if (aCase.hasOption("--json")) {
      assertThat(result(aCase, "--json", "--threads", "8"))
          .isEqualTo(result(aCase, "--json", "--threads", "1"));
    }
  }
}
