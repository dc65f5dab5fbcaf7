package io.vdotools.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.engine.NotAVolumeException;
import io.vdotools.problem.Finding;
import io.vdotools.problem.ProblemCode;
import java.util.EnumSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each way in which an invariant can be broken is found, and nothing else with it. */
class DamageMatrixTest {
  // What only counting every reference, or reading data blocks, can find.
  private static final EnumSet<ProblemCode> THOROUGH_ONLY =
      EnumSet.of(
          ProblemCode.MIXED_KINDS,
          ProblemCode.COMPRESSED_VERSION,
          ProblemCode.FRAGMENT_BOUNDS,
          ProblemCode.FRAGMENT_INFLATION,
          ProblemCode.COMPRESSED_PACKING,
          ProblemCode.FRAGMENT_OF_ZEROS,
          ProblemCode.COMPRESSED_UNREADABLE);

  static Stream<DamageCase> cases() {
    return DamageCases.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void eachDamageIsFoundForWhatItIs(DamageCase damage) throws NotAVolumeException {
    var result = check(damage, CheckOptions.Level.THOROUGH);

    assertThat(result.findings().codes())
        .as(() -> evidence(result))
        .containsExactlyInAnyOrderElementsOf(damage.expected());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void aStandardCheckFindsTheSameButForDataBlocks(DamageCase damage) throws NotAVolumeException {
    var result = check(damage, CheckOptions.Level.STANDARD);

    assertThat(result.findings().codes())
        .as(() -> evidence(result))
        .containsExactlyInAnyOrderElementsOf(
            damage.expected().stream().filter(code -> !THOROUGH_ONLY.contains(code)).toList());
  }

  @Test
  void everyCodeOfTheCatalogueIsProvoked() {
    var missing = EnumSet.allOf(ProblemCode.class);
    cases().forEach(damage -> missing.removeAll(damage.expected()));

    assertThat(missing).isEmpty();
  }

  private static CheckResult check(DamageCase damage, CheckOptions.Level level)
      throws NotAVolumeException {
    return VolumeCheck.run(damage.device().get(), CheckOptions.standard().withLevel(level));
  }

  private static String evidence(CheckResult result) {
    var lines = new StringBuilder();
    for (Finding finding : result.findings().all().stream().limit(20).toList()) {
      var problem = finding.problem();
      lines.append("\n").append(problem.code()).append(" PBN ").append(problem.pbn());
      lines.append(": ").append(problem.evidence());
    }
    return lines.append('\n').toString();
  }
}
