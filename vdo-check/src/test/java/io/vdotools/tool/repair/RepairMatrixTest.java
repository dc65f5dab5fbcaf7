package io.vdotools.tool.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.check.CheckOptions;
import io.vdotools.check.CheckProgress;
import io.vdotools.check.DamageCase;
import io.vdotools.check.DamageCases;
import io.vdotools.check.NamedDamages;
import io.vdotools.device.BlockDevice;
import io.vdotools.engine.damage.NamedDamage;
import io.vdotools.problem.ProblemCode;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each row of the damage matrix is repaired: the result is in order, a second repair finds nothing
 * to do, and every logical block that is not named as lost reads as it did before the damage, or as
 * the damage left it.
 */
class RepairMatrixTest {
  private static final RepairOptions OPTIONS =
      RepairOptions.all(CheckOptions.standard().withLevel(CheckOptions.Level.THOROUGH));

  /** What nothing on the volume can mend. */
  private static final Set<String> BEYOND_REPAIR =
      Set.of(
          "the device lacks its last block",
          "the device ends before the super block",
          "version.minor_version = 1",
          "super-block.version.minor_version=1",
          "slab journals of 300 blocks");

  private static final EnumSet<ProblemCode> LEFT =
      EnumSet.of(
          ProblemCode.DEVICE_TOO_SMALL,
          ProblemCode.VOLUME_VERSION,
          ProblemCode.SLAB_JOURNAL_TOO_LONG);

  static Stream<DamageCase> cases() {
    return DamageCases.all();
  }

  static Stream<NamedDamage> named() {
    return NamedDamages.withAnExpectation();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void eachDamageIsRepairedOnceAndForAll(DamageCase damage) throws VdoException {
    var sound = damage.sound();
    assertRepaired(
        damage.name(), damage.device().get(), sound == null ? null : Content.of(sound.get()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("named")
  void eachDamageWithANameIsRepairedOnceAndForAll(NamedDamage damage) throws VdoException {
    var sound = NamedDamages.imageFor(damage);
    assertRepaired(
        damage.name(),
        sound.with(damage.recipe().at(NamedDamages.placeFor(damage), 1)).device(),
        Content.of(sound.device()));
  }

  private static void assertRepaired(String name, BlockDevice device, @Nullable Content sound)
      throws VdoException {
    var plan = plan(device);

    if (BEYOND_REPAIR.contains(name)) {
      assertThat(plan.left()).isNotEmpty().allMatch(f -> LEFT.contains(f.problem().code()));
      return;
    }
    assertThat(plan.left()).as(() -> plan.steps().toString()).isEmpty();
    assertThat(plan.isClean()).as(() -> plan.state() + " " + plan.steps()).isTrue();
    var second = plan(plan.overlay());
    assertThat(second.steps()).isEmpty();
    assertThat(second.changes().isEmpty()).isTrue();
    if (sound != null) {
      var lost = plan.steps().stream().flatMap(step -> step.lost().stream()).toList();
      var after = Content.of(plan.overlay());
      var changed = sound.changedIn(after, lost);
      if (!changed.isEmpty()) {
        // What went with a journal block, say, was gone before the repair.
        changed.retainAll(Content.of(device).changedIn(after, lost));
      }
      assertThat(changed).as(() -> "changed, and not named; " + plan.steps()).isEmpty();
    }
  }

  private static RepairPlan plan(BlockDevice device) throws VdoException {
    return VolumeRepair.plan(device, OPTIONS, CheckProgress.NONE);
  }
}
