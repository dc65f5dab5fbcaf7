package io.vdotools.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.problem.Problem.SlabProblem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How findings are kept, counted and ordered. */
class FindingsTest {
  private static SlabProblem problemAt(long pbn) {
    return new SlabProblem(
        ProblemCode.FULLNESS_HINT, Structure.SLAB_SUMMARY, pbn, (int) pbn, "at " + pbn);
  }

  @Test
  void theFirstByPlaceAreKeptWhateverTheOrderOfArrival() {
    var pbns = new ArrayList<>(IntStream.range(0, 100).boxed().toList());
    Collections.shuffle(pbns, new Random(7));
    var findings = new Findings(10);
    pbns.forEach(pbn -> findings.add(problemAt(pbn)));

    assertThat(findings.kept(ProblemCode.FULLNESS_HINT))
        .extracting(finding -> finding.problem().pbn())
        .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
    assertThat(findings.count(ProblemCode.FULLNESS_HINT)).isEqualTo(100);
  }

  @Test
  void theWorstSeverityDecides() {
    var findings = new Findings();
    assertThat(findings.hasDefects()).isFalse();
    findings.add(problemAt(1), Severity.INFO);
    assertThat(findings.hasDefects()).isFalse();
    findings.add(problemAt(2));

    assertThat(findings.worst()).isEqualTo(Severity.HARMLESS);
    assertThat(findings.hasDefects()).isTrue();
  }

  @Test
  void problemsThatAreOnlyCountedCountAsFound() {
    var findings = new Findings();
    findings.addUncounted(ProblemCode.COUNT_TOO_LOW, Severity.LOSES_DATA, 5);
    findings.addUncounted(ProblemCode.COUNT_TOO_HIGH, Severity.LOSES_SPACE, 0);

    assertThat(findings.codes()).isEqualTo(List.of(ProblemCode.COUNT_TOO_LOW));
    assertThat(findings.count(ProblemCode.COUNT_TOO_LOW)).isEqualTo(5);
    assertThat(findings.worst()).isEqualTo(Severity.LOSES_DATA);
  }
}
