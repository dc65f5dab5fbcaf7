package io.vdotools.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vdotools.cli.Content;
import io.vdotools.cli.Invocation;
import io.vdotools.testing.Loop;
import io.vdotools.testing.ToolRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Places where a command may not or cannot write. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OutputTest {
  @TempDir private static Path shared;
  private static Samples samples;

  @TempDir private Path scratch;
  private Path own;
  private Path other;

  @BeforeAll
  static void makeSamples() {
    samples = new Samples(shared);
  }

  @BeforeEach
  void makeDirectories() throws IOException {
    own = Files.createDirectory(scratch.resolve("own"));
    other = Files.createDirectory(scratch.resolve("other"));
  }

  static List<Commands.Case> withOutput() {
    return Commands.cases().stream()
        .filter(c -> c.invocation().arguments().stream().anyMatch(a -> isOutput(a)))
        .toList();
  }

  static List<Commands.Case> withTarget() {
    return Commands.cases().stream()
        .filter(c -> c.invocation().arguments().stream().anyMatch(OutputTest::isTarget))
        .toList();
  }

  private static boolean isOutput(Invocation.Argument argument) {
    return argument instanceof Invocation.Output;
  }

  private static boolean isTarget(Invocation.Argument argument) {
    return argument instanceof Invocation.Target;
  }

  private static void assertRefused(Stage stage, List<String> words, Path named) {
    var before = stage.everything();

    var run = ToolRun.of(stage.command(), words.toArray());

    String what = words + ": " + run;
    if (stage.of().hasOption("--apply") && !words.contains("--apply") && run.status() != 8) {
      // It only shows what it would do.
      assertThat(stage.everything()).as(what).isEqualTo(before);
      return;
    }
    assertThat(run.status()).as(what).isEqualTo(8);
    assertThat(run.out()).as(what).isEmpty();
    // What is made on the way there has a name of its own in the same place.
    assertThat(run.err()).as(what).hasLineCount(1).contains(named.getParent().toString());
    assertThat(run.err()).as(what).doesNotContain("Exception", " null", "java.");
    assertThat(stage.everything()).as(what).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("withOutput")
  void whatIsThereAlreadyStays(Commands.Case aCase) throws Exception {
    var stage = Stage.of(aCase, samples, own);
    for (var slot : stage.slots()) {
      if (slot.isOutput()) {
        // Something that is recognised, too: what is asked for may be a volume in a file of zeros.
        for (Path existing : List.of(samples.file(Content.VOLUME))) {
          Digest.copy(existing, slot.path());
          assertRefused(stage, stage.words(), slot.path());
          Files.delete(slot.path());
        }
        Files.createDirectory(slot.path());
        assertRefused(stage, stage.words(), slot.path());
        Files.delete(slot.path());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("withOutput")
  void whatIsThereIsReplacedOnlyByForce(Commands.Case aCase) throws Exception {
    assumeTrue(aCase.hasOption("--force"), "it has no --force");
    assumeFalse(aCase.hasOption("--apply"), "its --force is about what it changes in place");
    assumeTrue(
        !aCase.invocation().arguments().contains(Invocation.creates(Content.UNDO_FILE)),
        "an undo file is never replaced");
    var stage = Stage.of(aCase, samples, own);
    for (var slot : stage.slots()) {
      if (slot.isOutput()) {
        Digest.copy(samples.file(Content.VOLUME), slot.path());
      }
    }

    var run = ToolRun.of(stage.command(), stage.wordsAnd("--force").toArray());

    assertThat(run.status()).as("%s", run).isEqualTo(stage.ending().code());
  }

  @ParameterizedTest
  @MethodSource("withOutput")
  void aPlaceThatIsNone(Commands.Case aCase) throws Exception {
    var stage = Stage.of(aCase, samples, own);
    Path file = Files.writeString(other.resolve("file"), "a file");
    for (var slot : stage.slots()) {
      if (slot.isOutput()) {
        Path nowhere = other.resolve("missing/output");
        assertRefused(stage, stage.wordsWith(slot, nowhere), nowhere);
        Path below = file.resolve("output");
        assertRefused(stage, stage.wordsWith(slot, below), below);
      }
    }
    assertThat(file).hasContent("a file");
  }

  /** By its own name, by a link of either kind, and by way of another directory. */
  @ParameterizedTest
  @MethodSource("withOutput")
  void theFileThatIsReadIsNotWritten(Commands.Case aCase) throws Exception {
    var stage = Stage.of(aCase, samples, own);
    for (var from : stage.slots()) {
      if (!from.isThere()) {
        continue;
      }
      Path hard = Files.createLink(other.resolve("hard" + from.position()), from.path());
      Path soft = Files.createSymbolicLink(other.resolve("soft" + from.position()), from.path());
      Path roundabout = other.resolve("../own").resolve(from.path().getFileName());
      for (var to : stage.slots()) {
        if (to.isOutput()) {
          for (Path name : List.of(from.path(), hard, soft, roundabout)) {
            assertRefused(stage, stage.wordsWith(to, name), name);
            if (aCase.hasOption("--force")) {
              var words = new java.util.ArrayList<>(stage.wordsWith(to, name));
              words.addFirst("--force");
              assertRefused(stage, words, name);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("withOutput")
  void aFileSystemThatIsFullOrReadOnly(Commands.Case aCase) throws Exception {
    var stage = Stage.of(aCase, samples, own);
    for (String options : List.of("size=4k", "size=64k,ro")) {
      withFileSystem(
          options,
          place -> {
            if (!options.contains("ro")) {
              fill(place);
            }
            for (var slot : stage.slots()) {
              if (slot.isOutput()) {
                Path output = place.resolve("output");
                assertRefused(stage, stage.wordsWith(slot, output), output);
                try (var left = Files.list(place)) {
                  assertThat(left.filter(p -> !p.endsWith("filler"))).isEmpty();
                }
              }
            }
          });
    }
  }

  @ParameterizedTest
  @MethodSource("withTarget")
  void aVolumeThatCanOnlyBeRead(Commands.Case aCase) throws Exception {
    var stage = Stage.of(aCase, samples, own);
    withFileSystem(
        "size=32m",
        place -> {
          for (var slot : stage.slots()) {
            if (slot.isTarget()) {
              Digest.copy(slot.path(), place.resolve("volume"));
            }
          }
          assertThat(Loop.succeeds("mount", "-o", "remount,ro", place.toString())).isTrue();
          for (var slot : stage.slots()) {
            if (slot.isTarget()) {
              assertRefused(
                  stage, stage.wordsWith(slot, place.resolve("volume")), place.resolve("volume"));
            }
          }
        });
  }

  private interface Place {
    void use(Path directory) throws Exception;
  }

  /** What root may do that others may not is shown by a file system that refuses root, too. */
  private void withFileSystem(String options, Place place) throws Exception {
    Path here = Files.createDirectories(scratch.resolve("mounted"));
    assumeTrue(
        Loop.succeeds("mount", "-t", "tmpfs", "-o", options, "vdo-contract", here.toString()),
        "this user may not mount");
    var isUsed = new AtomicBoolean();
    try {
      place.use(here);
      isUsed.set(true);
    } finally {
      assertThat(Loop.succeeds("umount", here.toString())).isTrue();
    }
    assertThat(isUsed).isTrue();
  }

  private static void fill(Path directory) throws IOException {
    Files.write(directory.resolve("filler"), new byte[4096]);
  }
}
