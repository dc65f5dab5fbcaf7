package io.vdotools.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vdotools.VdoException;
import io.vdotools.engine.damage.Damage;
import io.vdotools.engine.damage.DamageCatalogue;
import io.vdotools.engine.damage.NamedDamage;
import io.vdotools.engine.damage.Position;
import io.vdotools.problem.ProblemCode;
import io.vdotools.testing.VolumeImage;
import io.vdotools.testing.VolumeImages;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each damage that has a name is found for what its entry in the catalogue says. */
class NamedDamagesTest {
  @ParameterizedTest(name = "{0}")
  @MethodSource("io.vdotools.check.NamedDamages#withAnExpectation")
  void eachIsFoundForWhatItIs(NamedDamage damage) throws VdoException {
    var damaged =
        NamedDamages.imageFor(damage).with(damage.recipe().at(NamedDamages.placeFor(damage), 1));

    var result =
        VolumeCheck.run(
            damaged.device(), CheckOptions.standard().withLevel(CheckOptions.Level.THOROUGH));

    assertThat(result.findings().codes()).as(damage.name()).containsAll(damage.expected());
    assertThat(
            VolumeCheck.run(NamedDamages.imageFor(damage).device(), CheckOptions.standard())
                .findings()
                .codes())
        .as("before")
        .doesNotContainAnyElementsOf(damage.expected());
  }

  /** What no change of bytes in one place brings about, and what needs a volume of its own. */
  private static final EnumSet<ProblemCode> NOT_BY_NAME =
      EnumSet.of(
          ProblemCode.DEVICE_TOO_SMALL,
          ProblemCode.GEOMETRY_UNREADABLE,
          ProblemCode.SUPER_BLOCK_UNREADABLE,
          ProblemCode.PAGE_UNREADABLE,
          ProblemCode.REFERENCE_BLOCK_UNREADABLE,
          ProblemCode.SUMMARY_UNREADABLE,
          ProblemCode.SLAB_JOURNAL_UNREADABLE,
          ProblemCode.JOURNAL_UNREADABLE,
          ProblemCode.COMPRESSED_UNREADABLE,
          // The form of a volume, not a damage to it.
          ProblemCode.SMALL_SLABS,
          ProblemCode.SLAB_JOURNAL_TOO_LONG,
          ProblemCode.COMPRESSED_PACKING,
          ProblemCode.JOURNAL_OLD_FORMAT,
          ProblemCode.RECOVERY_PENDING,
          // Several structures have to tell the same wrong story.
          ProblemCode.COMMIT_POINT_BEHIND,
          ProblemCode.REFERENCE_BLOCK_TORN_REPLAYED,
          ProblemCode.USED_SLAB_MARKED_UNUSED,
          ProblemCode.COUNTS_NOT_LOADED,
          ProblemCode.DIRTY_SLAB_CHANGES,
          ProblemCode.ZONE_COUNT_IMPLAUSIBLE,
          ProblemCode.JOURNAL_BLOCK_TORN,
          ProblemCode.JOURNAL_HEADS,
          ProblemCode.JOURNAL_SLOT_CHAIN,
          ProblemCode.SUPER_BLOCK_OLDER,
          // Found by kind: zeroed.
          ProblemCode.GEOMETRY_MAGIC,
          ProblemCode.SUPER_BLOCK_MISSING,
          // A leaf without mappings: otherwise it counts as lost.
          ProblemCode.PAGE_UNINITIALIZED);

  @Test
  void everyOtherCodeOfTheCatalogueHasADamage() {
    var missing = EnumSet.complementOf(NOT_BY_NAME);
    NamedDamages.withAnExpectation().forEach(damage -> missing.removeAll(damage.expected()));

    assertThat(missing).isEmpty();
  }

  @Test
  void noTwoDamagesHaveOneNameAndEachIsFoundByIt() {
    List<String> names = DamageCatalogue.all().stream().map(NamedDamage::name).toList();

    assertThat(names).doesNotHaveDuplicates();
    for (String name : names) {
      assertThat(DamageCatalogue.named(name).name()).isEqualTo(name);
    }
  }

  @Test
  void anyFieldCanBeChanged() throws VdoException {
    Damage damage =
        DamageCatalogue.named("super-block.vdo.complete_recoveries+=0x10")
            .recipe()
            .at(Position.FIRST, 0);
    var clean = VolumeImages.clean();
    long before = clean.areas().volume().superBlock().vdo().completeRecoveries();

    var damaged = VolumeImage.of(clean.with(damage).device());

    assertThat(damaged.areas().volume().superBlock().vdo().completeRecoveries())
        .isEqualTo(before + 16);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "leaf",
        "leaf.",
        "leaf.eaten",
        "leaf.pbn",
        "leaf.pbn=",
        "leaf.pbn=x",
        "leaf.no=1",
        "summary.x=1",
        "tree.pbn=1",
        "geometry.swapped"
      })
  void whatIsNoDamageIsRefused(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> DamageCatalogue.named(name));
  }
}
