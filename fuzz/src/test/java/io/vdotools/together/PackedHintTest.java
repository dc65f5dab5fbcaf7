package io.vdotools.together;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.engine.LogicalSweep.Order;
import io.vdotools.engine.damage.Damage;
import io.vdotools.testing.Gathered;
import io.vdotools.testing.ToolRun;
import io.vdotools.testing.VolumeImage;
import io.vdotools.testing.VolumeImages;
import io.vdotools.tool.check.CheckCommand;
import io.vdotools.tool.pack.PackCommand;
import io.vdotools.tool.repair.RepairCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A pack that was made while all was well tells a repair as much as the image itself would.
 *
 * <p>A page above the leaves is gone, and two leaves have lost their place with it. Since the pack
 * was made one of them has got more mappings, which no pack can know.
 */
class PackedHintTest {
  private static final VolumeImage OLDER = VolumeImages.clean();
  private static final VolumeImage SOUND =
      VolumeImages.everyKind().plainRange(100, 50).plain(VolumeImages.PLAIN).build();
  private static final Damage LOST_PAGE =
      Damage.edit(areas -> areas.page(VolumeImages.PLAIN, 1), block -> block.fill((byte) 0));

  @TempDir private Path scratch;
  private Path image;
  private Path pack;
  private Path damaged;

  @BeforeEach
  void makeFiles() throws VdoException {
    image = OLDER.saveTo(scratch.resolve("older.img"));
    pack = pack(image, "older.vdopack");
    damaged = SOUND.with(LOST_PAGE).saveTo(scratch.resolve("damaged.img"));
  }

  private Path pack(Path volume, String name, Object... options) {
    Path path = scratch.resolve(name);
    var words = new Object[options.length + 3];
    System.arraycopy(options, 0, words, 3, options.length);
    words[0] = volume;
    words[1] = "-o";
    words[2] = path;
    var run = ToolRun.of(new PackCommand(), words);
    assertThat(run.status()).as(run.toString()).isZero();
    return path;
  }

  private static ToolRun repair(Object... arguments) {
    return ToolRun.of(new RepairCommand(), arguments);
  }

  private static SortedMap<Long, Long> content(BlockDevice device) throws VdoException {
    return Gathered.all(device, Order.BY_LBN, 1).hashes();
  }

  private static SortedMap<Long, Long> content(Path volume) throws VdoException {
    try (var device = FileDevice.open(volume, Access.READ)) {
      return content(device);
    }
  }

  @Test
  void whatTheVolumeHasLostComesBackByThePack() throws VdoException {
    assertThat(repair(damaged).out()).contains("  lost      LBN ");

    var run = repair("--apply", "--undo", scratch.resolve("undo"), "--hint", pack, damaged);

    assertThat(run.err()).isEmpty();
    assertThat(run.status()).as(run.out()).isEqualTo(1);
    assertThat(run.out())
        .contains("  lost      nothing\n")
        .contains("it has this place in " + pack);
    assertThat(ToolRun.of(new CheckCommand(), damaged).status()).isZero();
    // What was written after the pack was made, too.
    assertThat(content(damaged)).isEqualTo(content(SOUND.device())).isNotEqualTo(content(image));
    assertThat(repair("--hint", pack, damaged).out())
        .isEqualTo(damaged + ": in order; nothing was written\n");
  }

  @Test
  void aPackTellsWhatItsImageTells() throws IOException {
    Path byImage = scratch.resolve("by-image.img");
    Path byPack = scratch.resolve("by-pack.img");

    assertThat(repair("--hint", image, "--output", byImage, damaged).status()).isEqualTo(1);
    assertThat(repair("--hint", pack, "--output", byPack, damaged).status()).isEqualTo(1);

    assertThat(Files.mismatch(byPack, byImage)).isEqualTo(-1);
    assertThat(Files.mismatch(damaged, byPack)).isNotNegative();
  }

  @Test
  void aPackOfTheDamagedVolumeItselfTellsNothingNew() {
    Path later = pack(damaged, "later.vdopack");
    var without = repair("--json", damaged).json();

    var with = repair("--json", "--hint", later, damaged).json();

    assertThat(without.get("lostBlocks").asLong()).isPositive();
    assertThat(with.get("lostBlocks")).isEqualTo(without.get("lostBlocks"));
    assertThat(with.get("steps")).isEqualTo(without.get("steps"));
  }

  @Test
  void aDifferenceToAnotherPackIsRefused() throws IOException {
    Path delta = pack(damaged, "delta.vdopack", "--base", pack);

    assertRefused(delta);
  }

  @Test
  void aPackThatIsCutOffIsRefused() throws IOException {
    byte[] bytes = Files.readAllBytes(pack);
    for (int length : new int[] {8, 100, bytes.length / 2, bytes.length - 1}) {
      var cut = new byte[length];
      System.arraycopy(bytes, 0, cut, 0, length);

      assertRefused(Files.write(scratch.resolve("cut-" + length + ".vdopack"), cut));
    }
  }

  private void assertRefused(Path hint) throws IOException {
    byte[] before = Files.readAllBytes(damaged);
    Path undoFile = scratch.resolve("undo");

    var run = repair("--apply", "--undo", undoFile, "--hint", hint, damaged);

    assertThat(run.status()).as(run.toString()).isEqualTo(8);
    assertThat(run.err()).contains(hint.toString()).hasLineCount(1);
    assertThat(run.out()).isEmpty();
    assertThat(undoFile).doesNotExist();
    assertThat(Files.readAllBytes(damaged)).isEqualTo(before);
  }
}
