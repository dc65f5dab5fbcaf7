package io.vdotools.tool.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.ToolRun;
import io.vdotools.testing.VolumeFile;
import io.vdotools.tool.check.CheckCommand;
import io.vdotools.tool.undo.UndoCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A repair is shown, made, limited, and taken back. */
class RepairCommandTest {
  /** A leaf page that maps 90 blocks. */
  private static final long LEAF_PBN = 680_209;

  @TempDir private Path scratch;

  private static ToolRun repair(Object... arguments) {
    return ToolRun.of(new RepairCommand(), arguments);
  }

  private VolumeFile withoutGeometry() {
    return VolumeFile.unpack("small", scratch).zero(0);
  }

  private VolumeFile withWrongCount() {
    long counts = GoldenVolume.load("small").slabs().referenceStart(0);
    return VolumeFile.unpack("small", scratch)
        .overwrite(counts, ReferenceBlock.offsetOf(100), "07");
  }

  @Test
  void withoutApplyThePlanIsShownAndNothingWritten() {
    var volume = withoutGeometry();
    String before = volume.fingerprint();
    Path undoFile = scratch.resolve("undo");

    var run = repair("--undo", undoFile, volume.path());

    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isEqualTo(4);
    assertThat(run.out())
        .startsWith(volume.path() + ": repair\n  VDO-GB-002 ")
        .contains(
            "    geometry block at PBN 0: geometry block made again: data region at PBN 679128")
        .contains("      certain: the super block was found at that PBN")
        .contains("  lost      nothing\n")
        .containsPattern("  plan      [0-9a-f]{16}\n")
        .contains("  changes   2 blocks\n")
        .endsWith("the result is in order; nothing was written, --apply writes it\n");
    assertThat(volume.fingerprint()).isEqualTo(before);
    assertThat(undoFile).doesNotExist();
  }

  @Test
  void whatIsAppliedIsInOrderAndCanBeTakenBackToTheByte() throws IOException {
    var volume = withoutGeometry();
    byte[] before = firstBytes(volume.path());
    Path undoFile = scratch.resolve("undo");

    var run = repair("--apply", "--undo", undoFile, volume.path());

    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out())
        .endsWith("repaired and in order; 'vdo_undo --apply " + undoFile + "' takes it back\n");
    assertThat(ToolRun.of(new CheckCommand(), volume.path()).status()).isZero();
    var second = repair("--apply", "--undo", scratch.resolve("second"), volume.path());
    assertThat(second.status()).isZero();
    assertThat(second.out()).isEqualTo(volume.path() + ": in order; nothing was written\n");
    assertThat(scratch.resolve("second")).doesNotExist();

    assertThat(ToolRun.of(new UndoCommand(), "--apply", undoFile).status()).isZero();
    assertThat(firstBytes(volume.path())).isEqualTo(before);
  }

  private static byte[] firstBytes(Path path) throws IOException {
    try (var in = Files.newInputStream(path)) {
      return in.readNBytes(1 << 20);
    }
  }

  @Test
  void aLeafThatTheJournalStillHoldsCostsNothing() {
    var volume = VolumeFile.unpack("small", scratch).zero(LEAF_PBN);

    var run = repair("--json", volume.path());

    assertThat(run.status()).isEqualTo(4);
    assertThat(run.json().get("verdict").asString()).isEqualTo("ready");
    assertThat(run.json().get("lostBlocks").asLong()).isZero();
  }

  @Test
  void aCopyIsRepairedAndTheVolumeLeftAlone() throws IOException {
    var volume = withWrongCount();
    String before = volume.fingerprint();
    Path copy = Files.writeString(scratch.resolve("copy.img"), "something else");

    var refused = repair("--output", copy, volume.path());
    var run = repair("--force", "--output", copy, volume.path());

    assertThat(refused.status()).isEqualTo(8);
    assertThat(refused.err()).contains("it is there already", "--force").hasLineCount(1);

    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out())
        .endsWith(
            "repaired and in order; " + copy + " holds the result; the volume was not touched\n");
    assertThat(volume.fingerprint()).isEqualTo(before);
    assertThat(copy).hasSize(volume.path().toFile().length());
    assertThat(ToolRun.of(new CheckCommand(), copy).status()).isZero();
  }

  @Test
  void aCopyThatIsThereIsReplacedOnlyWithForceAndTheVolumeNever() throws IOException {
    var volume = withWrongCount();
    String before = volume.fingerprint();
    Path copy = Files.writeString(scratch.resolve("copy.img"), "something else");

    var refused = repair("--output", copy, volume.path());

    assertThat(refused.status()).isEqualTo(8);
    assertThat(refused.err()).contains("or replace it with --force").hasLineCount(1);
    assertThat(copy).hasContent("something else");
    var itself = repair("--force", "--output", volume.path(), volume.path());
    assertThat(itself.status()).isEqualTo(8);
    assertThat(itself.err()).contains("it is the volume itself").hasLineCount(1);
    assertThat(volume.fingerprint()).isEqualTo(before);

    var forced = repair("--force", "--output", copy, volume.path());

    assertThat(forced.status()).as(forced.err()).isEqualTo(1);
    assertThat(ToolRun.of(new CheckCommand(), copy).status()).isZero();
    assertThat(volume.fingerprint()).isEqualTo(before);
    try (var files = Files.list(scratch)) {
      assertThat(files).containsExactlyInAnyOrder(copy, volume.path());
    }
  }

  @Test
  void onlyWhatIsAskedForIsRepaired() {
    var volume = withWrongCount().zero(0);

    var run = repair("--only", "VDO-GB-002", "--json", volume.path());

    assertThat(run.json().get("steps")).hasSize(1);
    assertThat(run.json().get("steps").get(0).get("treatment").asString()).isEqualTo("geometry");
    assertThat(run.json().get("verdict").asString()).isEqualTo("problems-would-be-left");
    assertThat(run.status()).isEqualTo(4);

    var applied =
        repair(
            "--apply", "--undo", scratch.resolve("undo"), "--except", "VDO-GB-002", volume.path());

    // What was not to be repaired is no obstacle to the rest.
    assertThat(applied.out()).contains("still wrong\n    VDO-GB-002 ");
    assertThat(applied.status()).isEqualTo(4);
    assertThat(repair("--json", volume.path()).json().get("found")).hasSize(1);
  }

  @Test
  void whatCannotBeRepairedIsLeftAsItIs() {
    long superBlock = GoldenVolume.load("small").geometry().data().startBlock();
    // A version that nobody knows, under a checksum that does not fit; two bits of it are off.
    var volume = withWrongCount().overwrite(superBlock, 28, "05000000").zero(0);
    String before = volume.fingerprint();
    Path undoFile = scratch.resolve("undo");

    var refused = repair("--apply", "--undo", undoFile, volume.path());

    assertThat(refused.status()).isIn(4, 8);
    assertThat(volume.fingerprint()).isEqualTo(before);
    assertThat(undoFile).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"churn", "small", "readonly", "new", "v1-dirty"})
  void theDocumentMatchesItsSchema(String name) {
    var volume = VolumeFile.unpack(name, scratch);

    var run = repair("--json", volume.path());

    assertThat(ToolRun.errorsOfSchema("vdo_repair")).isEmpty();
    assertThat(run.schemaErrors("vdo_repair")).isEmpty();
    assertThat(run.json().get("exitStatus").asInt()).isEqualTo(run.status());
  }

  @Test
  void theDocumentOfDamagesMatchesItsSchema() {
    var volume = withWrongCount().zero(0).zero(LEAF_PBN);

    var run = repair("--json", "--thorough", volume.path());

    assertThat(run.schemaErrors("vdo_repair")).isEmpty();
    assertThat(run.json().get("steps")).hasSizeGreaterThan(2);
  }

  @Test
  void whatIsNoVolumeIsSaidInOneLine() throws IOException {
    Path file = Files.write(scratch.resolve("zeros.img"), new byte[1 << 20]);

    var run = repair(file);

    assertThat(run.status()).isEqualTo(8);
    assertThat(run.err()).contains("no VDO volume").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--only=VDO-XX-001", "--memory=1K", "--apply --output=x"})
  void wrongUsageIsRefused(String options) {
    var volume = VolumeFile.unpack("new", scratch);
    var arguments = new ArrayList<Object>(List.of(options.split(" ")));
    arguments.add(volume.path());

    assertThat(repair(arguments.toArray()).status()).isEqualTo(16);
  }

  @Test
  void quietSaysNothing() {
    var run = repair("--quiet", withWrongCount().path());

    assertThat(run.out()).isEmpty();
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isEqualTo(4);
  }
}
