package io.vdotools.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.cli.Content;
import io.vdotools.cli.Invocation;
import io.vdotools.testing.ToolRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What only a process of its own can meet: signals, limits, and streams that go nowhere. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProcessTest {
  @TempDir private static Path shared;
  private static Samples samples;

  @TempDir private Path scratch;
  private Path own;

  @BeforeAll
  static void makeSamples() {
    samples = new Samples(shared);
  }

  @BeforeEach
  void makeDirectory() throws IOException {
    own = Files.createDirectory(scratch.resolve("own"));
  }

  static List<Commands.Case> cases() {
    return Commands.cases();
  }

  /** The first that reads a file, of each command, and the first that changes or creates one. */
  static List<Commands.Case> someCases() {
    return Stream.concat(firstCases().stream(), writingCases().stream()).distinct().toList();
  }

  static List<Commands.Case> firstCases() {
    return Commands.all().stream().map(registered -> of(registered).getFirst()).toList();
  }

  /**
   * The first that changes or creates a file, of each command; of one that never does, the first.
   */
  static List<Commands.Case> writingCases() {
    return Commands.all().stream()
        .map(ProcessTest::of)
        .map(own -> own.stream().filter(ProcessTest::writes).findFirst().orElse(own.getFirst()))
        .toList();
  }

  /** The first of each command, and those that send content to standard output. */
  static List<Commands.Case> printingCases() {
    return Stream.concat(
            firstCases().stream(),
            cases().stream().filter(c -> c.invocation().arguments().contains(Invocation.word("-"))))
        .distinct()
        .toList();
  }

  private static List<Commands.Case> of(Commands.Registered registered) {
    return cases().stream().filter(c -> c.registered().name().equals(registered.name())).toList();
  }

  private static boolean writes(Commands.Case aCase) {
    return aCase.invocation().arguments().stream()
        .anyMatch(a -> a instanceof Invocation.Output || a instanceof Invocation.Target);
  }

  private ToolProcess run(String line, Stage stage, List<String> words) throws Exception {
    return ToolProcess.run(line, own, List.of(), stage.command(), words);
  }

  @ParameterizedTest
  @MethodSource("printingCases")
  void aStandardOutputThatTakesNothing(Commands.Case aCase) throws Exception {
    takesNothing(aCase);
  }

  @Tag("long")
  @ParameterizedTest
  @MethodSource("cases")
  void aStandardOutputThatTakesNothingOfAnyCase(Commands.Case aCase) throws Exception {
    takesNothing(aCase);
  }

  private void takesNothing(Commands.Case aCase) throws Exception {
    var loud =
        ToolRun.of(aCase.command(), Stage.of(aCase, samples, own, "first").words().toArray());
    boolean hasOutput =
        !loud.out().isEmpty() || aCase.invocation().arguments().contains(Invocation.word("-"));
    int number = 0;
    for (String target : List.of(">/dev/full", ">&-")) {
      var stage = Stage.of(aCase, samples, own, "file" + number++ + "-");

      var run = run("exec \"$@\" " + target, stage, stage.words());

      String what = stage + " " + target + ": " + run;
      if (hasOutput) {
        assertThat(run.status()).as(what).isEqualTo(8);
        assertThat(run.err())
            .as(what)
            .hasLineCount(1)
            .startsWith(aCase.registered().name() + ": cannot write to standard output: ");
      } else {
        assertThat(run.status()).as(what).isEqualTo(stage.ending().code());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("printingCases")
  void aReaderThatHasSeenEnough(Commands.Case aCase) throws Exception {
    hasSeenEnough(aCase);
  }

  @Tag("long")
  @ParameterizedTest
  @MethodSource("cases")
  void aReaderThatHasSeenEnoughOfAnyCase(Commands.Case aCase) throws Exception {
    hasSeenEnough(aCase);
  }

  private void hasSeenEnough(Commands.Case aCase) throws Exception {
    var stage = Stage.of(aCase, samples, own);

    var run = run("{ \"$@\"; echo \"status $?\" >&2; } | true", stage, stage.words());

    assertThat(run.err().lines().toList().getLast())
        .as("%s: %s", stage, run)
        .isEqualTo("status " + stage.ending().code());
    assertThat(run.err()).doesNotContain("roken pipe");
  }

  /** Arabic has other digits, Turkish another lower case of I, and Nepal odd hours. */
  @ParameterizedTest
  @MethodSource("firstCases")
  void languageTimeZoneAndTerminalMakeNoDifference(Commands.Case aCase) throws Exception {
    anywhere(aCase, List.of("tr-TR-arab"));
  }

  @Tag("long")
  @ParameterizedTest
  @MethodSource("cases")
  void languageTimeZoneAndTerminalMakeNoDifferenceToAnyCase(Commands.Case aCase) throws Exception {
    anywhere(aCase, List.of("ar-SA-arab", "tr-TR-latn"));
  }

  private static ToolProcess inThisProcess(Stage stage) {
    var run = ToolRun.of(stage.command(), stage.words().toArray());
    return new ToolProcess(run.status(), run.out(), run.err());
  }

  private void anywhere(Commands.Case aCase, List<String> locales) throws Exception {
    var stage = Stage.of(aCase, samples, own);
    // Content goes past the console, so that only a process shows it.
    var here =
        aCase.invocation().arguments().contains(Invocation.word("-"))
            ? run("exec \"$@\"", stage, stage.words())
            : inThisProcess(stage);
    for (String locale : locales) {
      var parts = locale.split("-", -1);
      Files.move(own, scratch.resolve(locale));
      Files.createDirectory(own);
      var there =
          ToolProcess.run(
              "COLUMNS=20 exec \"$@\"",
              own,
              List.of(
                  "-Duser.language=" + parts[0],
                  "-Duser.country=" + parts[1],
                  "-Duser.extensions=u-nu-" + parts[2],
                  "-Duser.timezone=Asia/Kathmandu",
                  "-Dvdotools.terminal=20"),
              aCase.command(),
              Stage.of(aCase, samples, own).words());

      assertThat(there.out()).as(locale).isEqualTo(here.out());
      assertThat(there.status()).as(locale).isEqualTo(here.status());
      // On a terminal there may be a bar before what is said.
      assertThat(there.err().replaceAll("(\\r\u001b\\[K[^\\r]*)+\\r\u001b\\[K", ""))
          .as(locale)
          .isEqualTo(here.err());
    }
  }

  /** A blank and letters beyond ASCII, which need no process. */
  @ParameterizedTest
  @MethodSource("cases")
  void namesWithBlanksAndLetters(Commands.Case aCase) {
    var stage = Stage.of(aCase, samples, own, "-größe 卷 ");

    var run = ToolRun.of(stage.command(), stage.words().toArray());

    assertThat(run.status()).as("%s: %s", stage, run).isEqualTo(stage.ending().code());
    for (var slot : stage.slots()) {
      assertThat(slot.path()).exists();
    }
  }

  /** The same, as the system hands them over, and a hyphen where options begin. */
  @ParameterizedTest
  @MethodSource("writingCases")
  void namesWithHyphens(Commands.Case aCase) throws Exception {
    relativeNames(aCase);
  }

  @Tag("long")
  @ParameterizedTest
  @MethodSource("cases")
  void namesWithHyphensInAnyCase(Commands.Case aCase) throws Exception {
    relativeNames(aCase);
  }

  private void relativeNames(Commands.Case aCase) throws Exception {
    var stage = Stage.of(aCase, samples, own, "-größe 卷 ");
    var words = new ArrayList<>(stage.words());
    for (var slot : stage.slots()) {
      // Relative, so that the hyphen comes first, and said as one does with such names.
      String name = slot.path().getFileName().toString();
      String before = slot.position() == 0 ? "" : words.get(slot.position() - 1);
      boolean isOfOption = before.startsWith("-") && !isFlag(aCase, before);
      words.set(slot.position(), isOfOption ? name : "./" + name);
    }

    var run = run("exec \"$@\"", stage, words);

    assertThat(run.status()).as("%s: %s", words, run).isEqualTo(stage.ending().code());
    for (var slot : stage.slots()) {
      assertThat(slot.path()).exists();
    }
    // Two hyphens end the options, as everywhere.
    if (words.size() == 1 && stage.slots().size() == 1 && stage.slots().getFirst().isInput()) {
      String name = stage.slots().getFirst().path().getFileName().toString();
      assertThat(run("exec \"$@\"", stage, List.of("--", name)).status())
          .isEqualTo(stage.ending().code());
    }
  }

  private static boolean isFlag(Commands.Case aCase, String option) {
    var spec = aCase.spec().findOption(option);
    return spec != null && spec.arity().max() == 0;
  }

  @ParameterizedTest
  @MethodSource("writingCases")
  void aLimitOnTheSizeOfFiles(Commands.Case aCase) throws Exception {
    limited(aCase);
  }

  @Tag("long")
  @ParameterizedTest
  @MethodSource("cases")
  void aLimitOnTheSizeOfFilesInAnyCase(Commands.Case aCase) throws Exception {
    limited(aCase);
  }

  private void limited(Commands.Case aCase) throws Exception {
    var stage = Stage.of(aCase, samples, own);
    var before = stage.everything();

    // Blocks of 512 bytes, of which no volume and no undo file can be made.
    var run = run("ulimit -f 8; exec \"$@\"", stage, stage.words());

    String what = stage + ": " + run;
    // A pack is read with a library that unpacks itself into a file.
    boolean writes =
        stage.slots().stream().anyMatch(slot -> !slot.isInput())
            || stage.words().contains("-")
            || aCase.invocation().arguments().contains(Invocation.reads(Content.PACK));
    if (!writes) {
      assertThat(run.status()).as(what).isEqualTo(stage.ending().code());
      return;
    }
    assertThat(run.status()).as(what).isIn(stage.ending().code(), 8);
    if (run.status() == 8) {
      assertThat(run.err()).as(what).hasLineCount(1);
      for (var slot : stage.slots()) {
        if (slot.isOutput() || slot.isInput()) {
          String name = slot.path().getFileName().toString();
          assertThat(stage.everything().get(name)).as(what).isEqualTo(before.get(name));
        }
      }
    }
    assertThat(run.err()).as(what).doesNotContain("Exception", "internal error");
  }

  @ParameterizedTest
  @MethodSource("writingCases")
  void aSignalInItsMidst(Commands.Case aCase) throws Exception {
    signals(aCase, 1, 1);
  }

  @Tag("long")
  @Timeout(1800)
  @ParameterizedTest
  @MethodSource("cases")
  void signalsAtManyMoments(Commands.Case aCase) throws Exception {
    signals(aCase, 10, 5);
  }

  private void signals(Commands.Case aCase, int times, int attempts) throws Exception {
    var random = new SplittableRandom(aCase.toString().hashCode());
    int cancelled = 0;
    for (int i = 0; i < times * attempts && cancelled < times; i++) {
      var stage = Stage.of(aCase, samples, Files.createDirectory(own.resolve("run" + i)));
      if (stage.slots().isEmpty()) {
        return;
      }
      var before = stage.everything();
      var running = ToolProcess.start(own, stage.command(), stage.words());
      Path first = stage.slots().getFirst().path();
      while (running.process().isAlive() && !running.hasOpen(first)) {
        Thread.sleep(5);
      }
      Thread.sleep(random.nextInt(0, 150));
      running.signal(random.nextBoolean() ? "TERM" : "INT");
      int status = running.process().waitFor();
      String err = Files.readString(running.err());
      Files.delete(running.err());

      String what = stage + ": " + err;
      assertThat(status).as(what).isIn(32, stage.ending().code());
      if (status == 32) {
        cancelled++;
        assertThat(err).as(what).isEqualTo(aCase.registered().name() + ": cancelled\n");
        assertNothingIsHalf(stage, before, what);
      }
    }
  }

  /** Inputs are as before; volumes can be brought back or are sound; outputs are not there. */
  private static void assertNothingIsHalf(
      Stage stage, java.util.Map<String, String> before, String what) {
    var after = stage.everything();
    for (var slot : stage.slots()) {
      String name = slot.path().getFileName().toString();
      if (slot.isInput()) {
        assertThat(after.get(name)).as(what).isEqualTo(before.get(name));
      } else if (slot.role() instanceof Invocation.Output(Content content)
          && content != Content.UNDO_FILE) {
        assertThat(after).as(what).doesNotContainKey(name);
      }
    }
  }
}
