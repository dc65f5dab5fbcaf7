package io.vdotools.tool.image;

import static io.vdotools.tool.image.ImageRun.check;
import static io.vdotools.tool.image.ImageRun.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.engine.damage.DamageCatalogue;
import io.vdotools.problem.ProblemCode;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A damage by name does what its name says, to a volume of the formatter and the engine. */
class CorruptStepTest {
  @TempDir private static Path folder;
  private static Path sound;

  @TempDir private Path scratch;
  private Path volume;

  @BeforeAll
  static void makeVolume() throws Exception {
    sound = ImageRun.newVolume(folder);
    ok("fill --count 2000 --range 0..9999 --compressible 40 --zero 10 --duplicate 10", sound);
  }

  @BeforeEach
  void copyVolume() throws Exception {
    volume = scratch.resolve("copy.img");
    var copy = new ProcessBuilder("cp", "--sparse=always", sound.toString(), volume.toString());
    assertThat(copy.start().waitFor()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "leaf.zeroed --at middle, PAGE_LOST",
    "leaf.wrong-nonce --at lbn:3000, PAGE_LOST",
    "root.swapped, ROOT_INVALID",
    "super-block.vdo.state=99, STATE_UNKNOWN",
    "super-block.recovery_journal.logical_blocks_used+=5, LOGICAL_BLOCKS_USED",
    "geometry.flipped --seed 4, GEOMETRY_CHECKSUM",
    "mapping.into-leaf --at last, MAPPING_TO_PAGE",
    "mapping.outside, MAPPING_NOT_DATA_BLOCK",
    "count.too-high, COUNT_TOO_HIGH",
    "count.too-low, COUNT_TOO_LOW",
    "reference-block.stale, COUNT_TOO_LOW",
    "compressed-block.garbage --at middle, FRAGMENT_INFLATION",
    "slab.fullness-hint, FULLNESS_HINT",
    "layout.base, PARTITION_BASE",
  })
  void aDamageIsFoundForWhatItIs(String damage, ProblemCode expected) throws Exception {
    assertThat(ok("corrupt", volume, (Object[]) damage.split(" ", -1)).out()).contains(" at PBN ");

    assertThat(check(volume).findings().codes()).contains(expected);
  }

  @Test
  void theListNamesEveryDamage() {
    var list = ImageRun.of("corrupt", "--list");

    assertThat(list.status()).isZero();
    assertThat(list.out()).hasLineCount(DamageCatalogue.all().size());
    for (var damage : DamageCatalogue.all()) {
      assertThat(list.out()).contains(damage.name() + " ");
    }
  }

  @Test
  void whatTheVolumeLacksIsNotDamaged() throws Exception {
    for (String line :
        new String[] {
          "leaf.zeroed --at pbn:7",
          "leaf.zeroed --at lbn:19999",
          "summary.zeroed --at lbn:1",
          "interior.swapped --at lbn:19999999"
        }) {
      Object[] words = ("corrupt " + volume + " " + line).split(" ", -1);
      var run = ImageRun.of(words);

      assertThat(run.status()).as(line).isEqualTo(8);
      assertThat(run.err()).as(line).hasLineCount(1);
    }
    ImageRun.assertSound(volume);
  }
}
