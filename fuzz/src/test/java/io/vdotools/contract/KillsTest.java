package io.vdotools.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.cli.Content;
import io.vdotools.cli.Invocation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Processes that are killed while they change a volume: with the undo file, if one is there, the
 * volume becomes byte for byte what it was; if none is there, it still is.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KillsTest {
  /** Where a process is from which on it has some time to live, and the most of that. */
  private enum Moment {
    READING(700),
    SAVING(60),
    WRITING(10);

    private final int mostMillis;

    Moment(int mostMillis) {
      this.mostMillis = mostMillis;
    }
  }

  @TempDir private static Path shared;
  private static Samples samples;

  @TempDir private Path scratch;
  private int killed;
  private int undone;

  @BeforeAll
  static void makeSamples() {
    samples = new Samples(shared);
  }

  static List<Commands.Case> withUndoFile() {
    return Commands.cases().stream()
        .filter(c -> c.invocation().arguments().contains(Invocation.creates(Content.UNDO_FILE)))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("withUndoFile")
  void killedOnce(Commands.Case aCase) throws Exception {
    kill(aCase, 1, 1);
  }

  /** Of all that are killed some had written something, or the moments are badly chosen. */
  @Tag("long")
  @Timeout(7200)
  @ParameterizedTest
  @MethodSource("withUndoFile")
  void killedAtManyMoments(Commands.Case aCase) throws Exception {
    int times = Math.ceilDiv(Integer.getInteger("kills", 200), withUndoFile().size());

    kill(aCase, times, 10 * times);

    System.out.printf("%s: %d killed, %d of them undone%n", aCase, killed, undone);
    assertThat(killed).isGreaterThanOrEqualTo(times);
    assertThat(undone).isPositive();
  }

  private void kill(Commands.Case aCase, int times, int attempts) throws Exception {
    var random = new SplittableRandom(aCase.toString().hashCode());
    for (int i = 0; i < attempts && killed < times; i++) {
      Path own = Files.createDirectory(scratch.resolve("run" + i));
      // The last part is short, and what matters most.
      var moment = Moment.values()[i % Moment.values().length];
      killedAfter(Stage.of(aCase, samples, own), moment, random.nextInt(moment.mostMillis));
      Stage.delete(own);
    }
  }

  private void killedAfter(Stage stage, Moment moment, int millis) throws Exception {
    Path volume = slot(stage, Invocation.Target.class);
    Path undoFile = slot(stage, Invocation.Output.class);
    String before = Digest.of(volume);
    var untouched = Files.getLastModifiedTime(volume);
    var running = ToolProcess.start(stage.directory(), stage.command(), stage.words());
    while (running.process().isAlive()
        && !switch (moment) {
          case READING -> running.hasOpen(volume);
          case SAVING -> Files.exists(undoFile);
          case WRITING -> !Files.getLastModifiedTime(volume).equals(untouched);
        }) {
      Thread.sleep(1);
    }
    Thread.sleep(millis);
    running.process().destroyForcibly();
    boolean isKilled = running.process().waitFor() == 128 + 9;
    Files.delete(running.err());
    killed += isKilled ? 1 : 0;
    String what = stage + (isKilled ? " killed after ms " : " done before ms ") + millis;

    undone += isKilled && !Digest.of(volume).equals(before) ? 1 : 0;
    if (Files.exists(undoFile)) {
      var run = Commands.takeBack(undoFile, volume);
      // One that was not complete is refused: then nothing had been written yet.
      assertThat(run.status()).as("%s: %s", what, run).isIn(0, 8);
      assertThat(run.err().lines().count()).as("%s: %s", what, run).isLessThanOrEqualTo(1);
    }
    assertThat(Digest.of(volume)).as(what).isEqualTo(before);
  }

  private static Path slot(Stage stage, Class<? extends Invocation.Argument> role) {
    return stage.slots().stream()
        .filter(slot -> role.isInstance(slot.role()))
        .findFirst()
        .orElseThrow()
        .path();
  }
}
