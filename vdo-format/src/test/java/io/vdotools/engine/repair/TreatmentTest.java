package io.vdotools.engine.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.problem.ProblemCode;
import io.vdotools.problem.Remedy;
import java.util.EnumSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the catalogue promises and what a repair does go together. */
class TreatmentTest {
  @ParameterizedTest
  @EnumSource(ProblemCode.class)
  void theCatalogueSaysWhetherARepairHelps(ProblemCode code) {
    assertThat(Treatment.of(code) == Treatment.NONE).isEqualTo(code.remedy() == Remedy.NONE);
    assertThat(Treatment.of(code) == Treatment.NOT_REPAIRABLE)
        .isEqualTo(EnumSet.of(Remedy.OPERATOR, Remedy.IMPOSSIBLE).contains(code.remedy()));
  }
}
