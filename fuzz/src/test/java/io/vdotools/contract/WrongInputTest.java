package io.vdotools.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.vdotools.cli.Content;
import io.vdotools.cli.ExitStatus;
import io.vdotools.cli.Invocation;
import io.vdotools.testing.ToolRun;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What people name by mistake, in every place where a command takes a file: one line that says what
 * is wrong with which file, status 8, and nothing is touched.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WrongInputTest {
  @TempDir private static Path shared;
  private static Samples samples;

  @TempDir private Path scratch;
  private Path own;
  private WrongFiles wrong;
  private Map<String, String> before = Map.of();

  @BeforeAll
  static void makeSamples() {
    samples = new Samples(shared);
  }

  @BeforeEach
  void makeDirectories() throws IOException {
    own = Files.createDirectory(scratch.resolve("own"));
    wrong = new WrongFiles(Files.createDirectory(scratch.resolve("wrong")));
  }

  static List<Commands.Case> cases() {
    return Commands.cases().stream()
        .filter(aCase ->
            aCase.invocation().arguments().stream()
                .anyMatch(a -> !(a instanceof Invocation.Word || a instanceof Invocation.Output)))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatIsNoRegularFile(Commands.Case aCase) throws Exception {
    var stage = Stage.of(aCase, samples, own);
    for (Path file : wrong.strange()) {
      for (var slot : stage.slots()) {
        // Whoever pipes content into a command gets what he asked for.
        if (stage.isUsed(slot) && !(slot.mayBePiped() && wrong.isStream(file))) {
          tryIn(stage, slot, file);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatHoldsSomethingElse(Commands.Case aCase) throws Exception {
    var stage = Stage.of(aCase, samples, own);
    for (Path file : wrong.foreign()) {
      for (var slot : stage.slots()) {
        // A text of a terabyte is read for as long as that takes.
        boolean isEndless = slot.role() instanceof Invocation.Text && file.endsWith("sparse");
        if (stage.isUsed(slot) && !isEndless) {
          tryIn(stage, slot, file);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatAnotherCommandTakes(Commands.Case aCase) {
    var stage = Stage.of(aCase, samples, own);
    for (var slot : stage.slots()) {
      if (!stage.isUsed(slot)) {
        continue;
      }
      if (slot.role() instanceof Invocation.Input(Content content)) {
        wrong.ofOtherContents(samples, content).forEach(file -> tryIn(stage, slot, file));
      } else if (slot.role() instanceof Invocation.Target(Content content)) {
        wrong.ofOtherContents(samples, content).forEach(file -> tryIn(stage, slot, file));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatWasCutOff(Commands.Case aCase) throws Exception {
    var stage = Stage.of(aCase, samples, own);
    for (var slot : stage.slots()) {
      if (!stage.isUsed(slot) || slot.role() instanceof Invocation.Text || slot.takesAnything()) {
        continue;
      }
      Path cut = scratch.resolve("wrong/cut");
      Digest.copy(slot.path(), cut);
      var cuts = wrong.cuts(slot.path(), slot.isVolume());
      for (long length : cuts.reversed()) {
        try (var writer = new RandomAccessFile(cut.toFile(), "rw")) {
          writer.setLength(length);
        }
        // What was lost may be nothing that this command needs.
        if (slot.isVolume() || slot.mayBePiped()) {
          tryPart(stage, slot, cut);
        } else {
          tryIn(stage, slot, cut);
        }
      }
      Files.delete(cut);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatThisUserMayNotRead(Commands.Case aCase) throws Exception {
    var stage = Stage.of(aCase, samples, own);
    Path secret = Files.write(scratch.resolve("wrong/secret"), new byte[4096]);
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("---------"));
    assumeFalse(Files.isReadable(secret), "this user may read everything");

    tryEverywhere(stage, secret);
  }

  private void tryEverywhere(Stage stage, Path file) {
    for (var slot : stage.slots()) {
      if (stage.isUsed(slot)) {
        tryIn(stage, slot, file);
      }
    }
  }

  /** Tries a file in place of another. */
  private void tryIn(Stage stage, Stage.Slot slot, Path file) {
    if (before.isEmpty()) {
      before = stage.everything();
    }
    boolean isRegular = Files.isRegularFile(file);
    String wrongBefore = isRegular && Files.isReadable(file) ? Digest.withTime(file) : "";
    var words = stage.wordsWith(slot, file);

    var run = ToolRun.of(stage.command(), words.toArray());

    String what = words + ": " + run;
    // Of some inputs any bytes are right: those may be taken, or refused.
    if (slot.takesAnything() && isRegular) {
      assertThat(run.status()).as(what).isIn(documented());
      assertThat(run.err().lines().count()).as(what).isLessThanOrEqualTo(1);
      before = Map.of();
      return;
    }
    if (slot.role() instanceof Invocation.Text && isRegular) {
      // A script without a step is none the worse for it.
      assertThat(run.status()).as(what).isIn(0, 8, 16);
      assertThat(run.err().lines().count()).as(what).isLessThanOrEqualTo(1);
      before = Map.of();
      return;
    }
    assertThat(run.status()).as(what).isEqualTo(ExitStatus.OPERATIONAL.code());
    assertThat(run.out() + run.err()).as(what).hasLineCount(1).contains(file.toString());
    assertThat(run.out() + run.err()).as(what).doesNotContain("Exception", " null", "java.");
    assertThat(stage.everything()).as(what).isEqualTo(before);
    if (isRegular && Files.isReadable(file)) {
      assertThat(Digest.withTime(file)).as(what).isEqualTo(wrongBefore);
    }
    // For a script the status has to be enough.
    if (stage.of().hasOption("--quiet")) {
      var quiet = new ArrayList<>(words);
      quiet.addFirst("--quiet");
      assertThat(ToolRun.of(stage.command(), quiet.toArray()))
          .as(what)
          .isEqualTo(new ToolRun(8, "", ""));
    }
  }

  /** Tries what is left of a volume: refused in a line, or used as far as it goes. */
  private static void tryPart(Stage stage, Stage.Slot slot, Path part) throws IOException {
    String contentBefore = Digest.of(part);
    var words = stage.wordsWith(slot, part);

    var run = ToolRun.of(stage.command(), words.toArray());

    String what = words + " of " + Files.size(part) + " bytes: " + run;
    assertThat(run.status()).as(what).isIn(0, 4, 8);
    assertThat(run.out() + run.err()).as(what).doesNotContain("Exception", " null", "java.");
    if (run.status() == 8) {
      assertThat(run.out() + run.err()).as(what).hasLineCount(1).contains(part.toString());
    }
    if (run.status() == 8 || slot.isInput()) {
      assertThat(Digest.of(part)).as(what).isEqualTo(contentBefore);
    }
    for (var other : stage.slots()) {
      if (other.isOutput()) {
        if (run.status() != 4) {
          assertThat(Files.exists(other.path())).as(what).isEqualTo(run.status() == 0);
        }
        Files.deleteIfExists(other.path());
      }
    }
  }

  private static List<Integer> documented() {
    return Arrays.stream(ExitStatus.values()).map(ExitStatus::code).toList();
  }
}
