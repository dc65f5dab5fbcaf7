package io.vdotools.tool.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.check.CheckOptions;
import io.vdotools.check.CheckProgress;
import io.vdotools.engine.damage.DamageCatalogue;
import io.vdotools.engine.damage.Position;
import io.vdotools.engine.repair.RepairStep;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.testing.VolumeImage;
import io.vdotools.testing.VolumeImages;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is lost with a page of a volume whose journal has forgotten it is told: by name, once, or as
 * a number.
 */
class NamedLossesTest {
  private static final VolumeImage SOUND = VolumeImages.clean();

  private static VolumeImage damaged(String damage, Position position) {
    return SOUND.with(DamageCatalogue.named(damage).recipe().at(position, 1));
  }

  private static RepairPlan plan(VolumeImage image) throws VdoException {
    return VolumeRepair.plan(
        image.device(), RepairOptions.all(CheckOptions.standard()), CheckProgress.NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"leaf.zeroed", "leaf.duplicated", "leaf.wrong-nonce"})
  void aLostLeafIsNamedOnce(String damage) throws VdoException {
    for (var position : Position.values()) {
      var plan = plan(damaged(damage, position));

      assertThat(plan.isClean()).isTrue();
      var lost = plan.steps().stream().map(RepairStep::lost).flatMap(List::stream).toList();
      assertThat(plan.lostBlocks())
          .as(position + ": " + plan.steps())
          .isBetween(damage.endsWith("nonce") ? 0L : 1L, (long) BlockMapPage.ENTRIES);
      assertThat(lost).doesNotHaveDuplicates();
      assertThat(plan.unnamedBlocks()).as(position + ": " + plan.steps()).isZero();
      var changed = Content.of(SOUND.device()).changedIn(Content.of(plan.overlay()), lost);
      assertThat(changed).as(position + ": " + plan.steps()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Position.class)
  void whatAnOldLeafHasForgottenIsCounted(Position position) throws VdoException {
    var plan = plan(damaged("leaf.stale", position));

    var changed = Content.of(SOUND.device()).changedIn(Content.of(plan.overlay()), List.of());
    assertThat(changed).isNotEmpty();
    // Zero blocks, which read the same without a mapping, are among those that were counted.
    assertThat(plan.lostBlocks() + plan.unnamedBlocks()).isGreaterThanOrEqualTo(changed.size());
  }
}
