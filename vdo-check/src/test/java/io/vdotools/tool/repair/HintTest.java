package io.vdotools.tool.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.engine.damage.Damage;
import io.vdotools.testing.ToolRun;
import io.vdotools.testing.VolumeImage;
import io.vdotools.testing.VolumeImages;
import io.vdotools.tool.check.CheckCommand;
import io.vdotools.tool.undo.UndoCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What only an older image can tell, and what is written although something will be left.
 *
 * <p>A page above the leaves is gone. Two leaves have lost their place with it, and nothing on the
 * volume says which is whose: the journal has forgotten them.
 */
class HintTest {
  private static final VolumeImage SOUND = VolumeImages.clean();
  private static final Damage LOST_PAGE =
      Damage.edit(areas -> areas.page(VolumeImages.PLAIN, 1), block -> block.fill((byte) 0));

  @TempDir private Path scratch;
  private Path older;
  private Path damaged;

  @BeforeEach
  void makeFiles() throws VdoException {
    older = SOUND.saveTo(scratch.resolve("older.img"));
    damaged = SOUND.with(LOST_PAGE).saveTo(scratch.resolve("damaged.img"));
  }

  private static Content content(Path path) throws VdoException {
    try (BlockDevice device = FileDevice.open(path, Access.READ)) {
      return Content.of(device);
    }
  }

  private static ToolRun repair(Object... arguments) {
    return ToolRun.of(new RepairCommand(), arguments);
  }

  @Test
  void withoutAnOlderImageTheLossIsNamed() throws VdoException {
    var run = repair("--apply", "--undo", scratch.resolve("undo"), damaged);

    assertThat(run.status()).as(run.out()).isEqualTo(1);
    assertThat(run.out()).contains("VDO-BM-").contains("  lost      LBN ");
    var changed = Content.of(SOUND.device()).changedIn(content(damaged), List.of());
    // The two leaves of that tree, and no block of the others.
    assertThat(changed)
        .contains(VolumeImages.PLAIN, VolumeImages.SECOND_LEAF)
        .doesNotContain(VolumeImages.FULL_LEAF, VolumeImages.LAST);
  }

  @Test
  void withAnOlderImageNothingIsLost() throws VdoException {
    var run = repair("--apply", "--undo", scratch.resolve("undo"), "--hint", older, damaged);

    assertThat(run.err()).isEmpty();
    assertThat(run.status()).as(run.out()).isEqualTo(1);
    assertThat(run.out())
        .contains("  lost      nothing\n")
        .contains("it has this place in " + older);
    assertThat(Content.of(SOUND.device()).changedIn(content(damaged), List.of())).isEmpty();
    assertThat(ToolRun.of(new CheckCommand(), damaged).status()).isZero();
    var second = repair("--hint", older, damaged);
    assertThat(second.out()).isEqualTo(damaged + ": in order; nothing was written\n");
  }

  @Test
  void anImageOfAnotherVolumeIsNotBelieved() throws VdoException {
    Path foreign =
        SOUND
            .with(Damage.superBlockField("vdo.nonce", 77).and(Damage.geometryField("nonce", 77)))
            .saveTo(scratch.resolve("foreign.img"));
    var without = repair("--json", damaged).json();

    var with = repair("--json", "--hint", foreign, damaged).json();

    assertThat(with.get("lostBlocks")).isEqualTo(without.get("lostBlocks"));
    assertThat(with.get("steps")).isEqualTo(without.get("steps"));
  }

  @Test
  void aHintThatIsNoVolumeIsRefused() throws IOException {
    Path text = Files.writeString(scratch.resolve("note.txt"), "a note\n".repeat(1000));

    var run = repair("--hint", text, damaged);

    assertThat(run.status()).isEqualTo(8);
    assertThat(run.err()).contains("note.txt").hasLineCount(1);
    assertThat(run.out()).isEmpty();
  }

  /** A volume of a version that only development code wrote has lost a page besides. */
  @Test
  void whatWouldLeaveProblemsIsWrittenOnlyWithForce() throws VdoException, IOException {
    Path unknown =
        SOUND
            .with(LOST_PAGE.and(Damage.superBlockField("version.minor_version", 1)))
            .saveTo(scratch.resolve("unknown.img"));
    byte[] before = Files.readAllBytes(unknown);
    Path undoFile = scratch.resolve("undo");

    var refused = repair("--apply", "--undo", undoFile, unknown);

    assertThat(refused.status()).as(refused.out()).isEqualTo(4);
    assertThat(refused.out()).contains("--apply --force writes what can");
    assertThat(undoFile).doesNotExist();
    assertThat(Files.readAllBytes(unknown)).isEqualTo(before);

    var forced = repair("--apply", "--force", "--undo", undoFile, unknown);

    assertThat(forced.err()).isEmpty();
    assertThat(forced.status()).as(forced.out()).isEqualTo(4);
    assertThat(forced.out()).contains("still wrong").contains("repaired in part; 'vdo_undo");
    assertThat(Files.readAllBytes(unknown)).isNotEqualTo(before);

    assertThat(ToolRun.of(new UndoCommand(), "--apply", undoFile).status()).isZero();
    assertThat(Files.readAllBytes(unknown)).isEqualTo(before);
  }
}
