package io.vdotools.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.cli.Content;
import io.vdotools.cli.Invocation;
import io.vdotools.device.FailingFiles;
import io.vdotools.device.FailingFiles.Fault;
import io.vdotools.testing.ToolRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files that fail at one of the reads, writes and flushes of a command, in this process: what
 * {@link FaultsTest} does to a few of them from outside is done to each.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FailingFilesTest {
  /** More operations on one file than any command line has. */
  private static final long MOST = 100_000;

  @TempDir private static Path shared;
  private static Samples samples;

  @TempDir private Path scratch;
  private int points;

  @BeforeAll
  static void makeSamples() {
    samples = new Samples(shared);
  }

  static List<Commands.Case> cases() {
    return Commands.cases();
  }

  static List<Commands.Case> writingCases() {
    return ProcessTest.writingCases();
  }

  @ParameterizedTest
  @MethodSource("writingCases")
  void filesFailAtSomeOperations(Commands.Case aCase) throws IOException {
    failAt(aCase, LongStream.of(1, 3, 20));
  }

  @Tag("long")
  @Timeout(7200)
  @ParameterizedTest
  @MethodSource("cases")
  void filesFailAtEachOperation(Commands.Case aCase) throws IOException {
    failAt(aCase, LongStream.rangeClosed(1, MOST));
    System.out.printf("%s: failed at %d points%n", aCase, points);
  }

  private void failAt(Commands.Case aCase, LongStream indexes) throws IOException {
    long[] all = indexes.toArray();
    int files = stage(aCase).slots().size();
    for (int file = 0; file < files; file++) {
      for (var fault : faults(stage(aCase).slots().get(file))) {
        for (long index : all) {
          if (!hasHappened(aCase, file, fault, index)) {
            break;
          }
        }
      }
    }
  }

  private static Set<Fault> faults(Stage.Slot slot) {
    var faults = EnumSet.allOf(Fault.class);
    faults.removeIf(fault ->
        switch (slot.role()) {
          case Invocation.Output _ -> fault.isOfReads();
          case Invocation.Target _ -> false;
          case Invocation.Input _, Invocation.Text _, Invocation.Word _ -> !fault.isOfReads();
        });
    return faults;
  }

  private Stage stage(Commands.Case aCase) throws IOException {
    Path own = scratch.resolve("own");
    if (Files.exists(own)) {
      Stage.delete(own);
    }
    return Stage.of(aCase, samples, Files.createDirectory(own));
  }

  /** {@return whether there was such an operation} */
  private boolean hasHappened(Commands.Case aCase, int file, Fault fault, long index)
      throws IOException {
    var stage = stage(aCase);
    var before = stage.everything();
    var slot = stage.slots().get(file);
    var failing = new FailingFiles(slot.path(), fault, index);

    var run = failing.during(() -> ToolRun.of(stage.command(), stage.words().toArray()));

    String what = "%s, %s of %s at %d: %s".formatted(stage, fault, slot.path(), index, run);
    if (!failing.hasHappened()) {
      assertThat(run.status()).as(what).isEqualTo(stage.ending().code());
      return false;
    }
    points++;
    assertThat(run.status()).as(what).isIn(0, 1, 4, 8);
    assertThat(run.err()).as(what).doesNotContain("Exception", "internal error", " null");
    if (run.status() == 8) {
      assertThat((run.out() + run.err()).lines()).as(what).hasSize(1);
    }
    stage.assertNothingIsHalf(before, run.status(), what);
    if (run.status() == 8) {
      assertVolumeIsWhole(stage, what);
    }
    return true;
  }

  /**
   * A volume that is changed under the protection of an undo file is what it was, or becomes so
   * again with it.
   */
  private static void assertVolumeIsWhole(Stage stage, String what) {
    for (var undo : stage.slots()) {
      if (!(undo.role() instanceof Invocation.Output(Content content))
          || content != Content.UNDO_FILE) {
        continue;
      }
      for (var volume : stage.slots()) {
        if (volume.role() instanceof Invocation.Target(Content kind)) {
          if (Files.exists(undo.path())) {
            var run = Commands.takeBack(undo.path(), volume.path());
            assertThat(run.status()).as("%s; then %s", what, run).isIn(0, 8);
          }
          assertThat(Digest.of(volume.path()))
              .as("%s: the volume", what)
              .isEqualTo(Digest.of(samples.file(kind)));
        }
      }
    }
  }
}
