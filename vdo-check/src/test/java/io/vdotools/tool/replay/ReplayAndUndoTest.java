package io.vdotools.tool.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.engine.Volume;
import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.RecoveredState;
import io.vdotools.testing.ToolRun;
import io.vdotools.testing.VolumeFile;
import io.vdotools.tool.check.CheckCommand;
import io.vdotools.tool.undo.UndoCommand;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A replay is shown, made and taken back. */
class ReplayAndUndoTest {
  @TempDir private Path scratch;

  static Stream<String> crashed() {
    return GoldenVolume.all()
        .filter(volume -> volume.facts().has("recoveredAs"))
        .map(GoldenVolume::name);
  }

  private static ToolRun replay(Object... arguments) {
    return ToolRun.of(new ReplayCommand(), arguments);
  }

  private static ToolRun undo(Object... arguments) {
    return ToolRun.of(new UndoCommand(), arguments);
  }

  @ParameterizedTest
  @MethodSource("crashed")
  void withoutApplyThePlanIsShownAndNothingWritten(String name) {
    var volume = VolumeFile.unpack(name, scratch);
    String before = volume.fingerprint();
    Path undoFile = scratch.resolve("undo");

    var run = replay("--undo", undoFile, volume.path());

    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out())
        .startsWith(volume.path() + ": crash recovery\n")
        .contains("  changes   1 block of the super block\n")
        .endsWith("the result is clean and in order; nothing was written, --apply writes it\n");
    assertThat(volume.fingerprint()).isEqualTo(before);
    assertThat(undoFile).doesNotExist();
  }

  @ParameterizedTest
  @MethodSource("crashed")
  void aReplayEndsWhereTheDriverEndsAndCanBeTakenBackToTheByte(String name)
      throws VdoException, IOException {
    var golden = GoldenVolume.load(name);
    var driver = GoldenVolume.load(golden.facts().get("recoveredAs").asString());
    var volume = VolumeFile.unpack(name, scratch);
    Path undoFile = scratch.resolve("with space.vdoundo");

    var run = replay("--apply", "--undo", undoFile, volume.path());

    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("replayed, clean and in order");
    var checked = ToolRun.of(new CheckCommand(), volume.path());
    assertThat(checked.status()).isZero();
    assertThat(checked.out()).contains("  state     clean\n").endsWith("no problem found\n");
    try (var device = FileDevice.open(volume.path(), Access.READ)) {
      assertThat(RecoveredState.of(device).differencesFrom(RecoveredState.of(driver.copy())))
          .isEmpty();
    }
    assertThat(replay("--apply", "--undo", scratch.resolve("second"), volume.path()).out())
        .endsWith("nothing to replay; nothing was written\n");

    assertThat(undo(undoFile).out()).contains("  found     complete\n");
    var undone = undo("--apply", undoFile);
    assertThat(undone.err()).isEmpty();
    assertThat(undone.status()).isZero();
    assertThat(undone.out()).endsWith("the change is taken back\n");
    assertHolds(volume.path(), golden, driver);

    assertThat(undo("--finish", "--apply", undoFile, volume.path()).out())
        .endsWith("the change is complete\n");
    assertThat(ToolRun.of(new CheckCommand(), volume.path()).status()).isZero();
  }

  @ParameterizedTest
  @MethodSource("crashed")
  void theIndexRegionIsLeftAsItIs(String name) throws VdoException, IOException {
    var volume = VolumeFile.unpack(name, scratch);
    var geometry = Volume.open(GoldenVolume.load(name).copy()).geometry();
    long first = geometry.index().startBlock();
    long end = geometry.data().startBlock();
    assertThat(end - first).isGreaterThan(100_000);
    var noise = new byte[4096];
    var places = List.of(first, first + 1, (first + end) / 2, end - 1);
    for (long pbn : places) {
      new SplittableRandom(pbn).nextBytes(noise);
      volume.overwrite(pbn, 0, noise);
    }

    assertThat(replay("--apply", "--undo", scratch.resolve("undo"), volume.path()).status())
        .isZero();

    var found = new byte[noise.length];
    try (var file = new RandomAccessFile(volume.path().toFile(), "r")) {
      for (long pbn : places) {
        new SplittableRandom(pbn).nextBytes(noise);
        file.seek(pbn * noise.length);
        file.readFully(found);
        assertThat(found).as("index block at PBN %d", pbn).isEqualTo(noise);
      }
    }
  }

  /** All blocks that the one or the other volume has are those of the first. */
  private static void assertHolds(Path path, GoldenVolume expected, GoldenVolume other)
      throws IOException {
    var blocks = new TreeSet<>(expected.storedBlocks());
    blocks.addAll(other.storedBlocks());
    var found = new byte[4096];
    try (var file = new RandomAccessFile(path.toFile(), "r")) {
      for (long block : blocks) {
        file.seek(block * found.length);
        file.readFully(found);
        byte[] content =
            expected.storedBlocks().contains(block)
                ? expected.block(block).toArray(ValueLayout.JAVA_BYTE)
                : new byte[found.length];
        assertThat(found).as("block %d", block).isEqualTo(content);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"small", "new"})
  void aVolumeThatWasStoppedNeedsNothing(String name) {
    var volume = VolumeFile.unpack(name, scratch);
    String before = volume.fingerprint();

    var run = replay("--apply", "--undo", scratch.resolve("undo"), volume.path());

    assertThat(run.status()).isZero();
    assertThat(run.out()).isEqualTo(volume.path() + ": nothing to replay; nothing was written\n");
    assertThat(volume.fingerprint()).isEqualTo(before);
  }

  @Test
  void readOnlyModeIsForARepair() {
    var volume = VolumeFile.unpack("readonly", scratch);
    String before = volume.fingerprint();

    var run = replay("--apply", "--undo", scratch.resolve("undo"), volume.path());

    assertThat(run.status()).isEqualTo(4);
    assertThat(run.out()).endsWith("nothing was written, see vdo_check\n");
    assertThat(volume.fingerprint()).isEqualTo(before);
  }

  @Test
  void whatAReplayDoesNotMendIsLeftAlone() {
    var golden = GoldenVolume.load("churn");
    var volume = VolumeFile.unpack("churn", scratch);
    // A root page that is gone takes its tree along.
    long root = golden.superBlock().blockMap().rootOrigin();
    volume.overwrite(root + 1, 0, new byte[] {1, 2, 3, 4});
    String before = volume.fingerprint();

    var run = replay("--apply", "--undo", scratch.resolve("undo"), volume.path());

    assertThat(run.status()).isEqualTo(4);
    assertThat(run.out()).endsWith("nothing was written, see vdo_check\n");
    assertThat(volume.fingerprint()).isEqualTo(before);
    assertThat(scratch.resolve("undo")).doesNotExist();
  }

  @Test
  void anUndoFileIsNeverOverwritten() throws IOException {
    var volume = VolumeFile.unpack("churn", scratch);
    String before = volume.fingerprint();
    Path undoFile = Files.writeString(scratch.resolve("undo"), "precious");

    var run = replay("--apply", "--undo", undoFile, volume.path());

    assertThat(run.status()).isEqualTo(8);
    assertThat(run.err()).contains(undoFile.toString()).contains("there already").hasLineCount(1);
    assertThat(Files.readString(undoFile)).isEqualTo("precious");
    assertThat(volume.fingerprint()).isEqualTo(before);
  }

  @Test
  void aPlanThatWasSeenIsTheOneThatIsMade() {
    var volume = VolumeFile.unpack("churn", scratch);
    Path undoFile = scratch.resolve("undo");
    var shown = replay("--json", "--undo", undoFile, volume.path()).json().get("plan").asString();
    assertThat(replay(volume.path()).out()).contains("  plan      " + shown + "\n");

    assertThat(replay("--plan", "no", volume.path()).status()).isEqualTo(16);
    assertThat(replay("--plan", shown.toUpperCase(Locale.ROOT), volume.path()).status()).isZero();
    var run = replay("--apply", "--plan", shown, "--undo", undoFile, volume.path());

    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("replayed, clean and in order");
    // Afterwards there is nothing to do, whatever the plan was.
    assertThat(replay("--apply", "--plan", shown, volume.path()).status()).isZero();
  }

  @Test
  void anotherPlanThanTheOneThatWasSeenIsNotMade() {
    var volume = VolumeFile.unpack("churn", scratch);
    var shown = replay("--json", volume.path()).json().get("plan").asString();
    // Bytes that nothing depends on: but they were read, and somebody has written.
    volume.overwrite(superBlockPbn(GoldenVolume.load("churn")), 4000, 0x1234_5678L);
    String before = volume.fingerprint();
    Path undoFile = scratch.resolve("undo");

    var run = replay("--apply", "--plan", shown, "--undo", undoFile, volume.path());

    assertThat(run.status()).isEqualTo(8);
    assertThat(run.err()).contains(shown).contains("nothing was written").hasLineCount(1);
    assertThat(volume.fingerprint()).isEqualTo(before);
    assertThat(undoFile).doesNotExist();
  }

  @Test
  void theUndoFileOfAnInterruptedChangeIsRecognised() {
    var volume = VolumeFile.unpack("churn", scratch);
    Path undoFile = scratch.resolve("undo");
    replay("--apply", "--undo", undoFile, volume.path());
    String before = volume.fingerprint();

    var run = replay("--apply", "--undo", undoFile, volume.path());

    assertThat(run.status()).isEqualTo(8);
    assertThat(run.err()).contains("'vdo_undo " + undoFile + "'").hasLineCount(1);
    assertThat(volume.fingerprint()).isEqualTo(before);
  }

  @Test
  void aVolumeThatWasChangedSinceIsNotTakenBack() {
    var golden = GoldenVolume.load("churn");
    var volume = VolumeFile.unpack("churn", scratch);
    Path undoFile = scratch.resolve("undo");
    replay("--apply", "--undo", undoFile, volume.path());
    volume.overwrite(superBlockPbn(golden), 100, 0x1234_5678L);
    String before = volume.fingerprint();

    var shown = undo(undoFile);
    var run = undo("--apply", undoFile);

    assertThat(shown.status()).isEqualTo(4);
    assertThat(run.status()).isEqualTo(8);
    assertThat(run.err()).contains("changed since").hasLineCount(1);
    assertThat(volume.fingerprint()).isEqualTo(before);
  }

  private static long superBlockPbn(GoldenVolume volume) {
    return volume.superBlock().blockMap().rootOrigin() - 1;
  }

  @Test
  void otherFilesAreNoUndoFiles() {
    var volume = VolumeFile.unpack("new", scratch);

    var run = undo("--apply", volume.path());

    assertThat(run.status()).isEqualTo(8);
    assertThat(run.err()).contains("not an undo file").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"churn", "small", "readonly"})
  void theDocumentMatchesItsSchema(String name) {
    var volume = VolumeFile.unpack(name, scratch);

    var run = replay("--json", volume.path());

    assertThat(ToolRun.errorsOfSchema("vdo_replay")).isEmpty();
    assertThat(run.schemaErrors("vdo_replay")).isEmpty();
    assertThat(run.json().get("exitStatus").asInt()).isEqualTo(run.status());
  }
}
