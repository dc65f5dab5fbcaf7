package io.vdotools.tool.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.check.CheckOptions;
import io.vdotools.check.CheckProgress;
import io.vdotools.check.DamageCase;
import io.vdotools.check.DamageCases;
import io.vdotools.device.BlockDevice;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each row of the damage matrix is repaired. */
class RepairMatrixTest {
  private static final RepairOptions OPTIONS =
      RepairOptions.all(CheckOptions.standard().withLevel(CheckOptions.Level.THOROUGH));

  static Stream<DamageCase> cases() {
    return DamageCases.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void eachDamageIsRepairedOnceAndForAll(DamageCase damage) throws VdoException {
    var device = damage.device().get();

    var plan = plan(device);

    assertThat(plan.left()).as(() -> plan.steps().toString()).isEmpty();
    assertThat(plan.isClean()).as(() -> plan.state() + " " + plan.steps()).isTrue();
    var second = plan(plan.overlay());
    assertThat(second.steps()).isEmpty();
    assertThat(second.changes().isEmpty()).isTrue();
  }

  private static RepairPlan plan(BlockDevice device) throws VdoException {
    return VolumeRepair.plan(device, OPTIONS, CheckProgress.NONE);
  }
}
