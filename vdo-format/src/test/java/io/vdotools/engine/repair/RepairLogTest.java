package io.vdotools.engine.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.format.blockmap.LbnSet;
import io.vdotools.problem.ProblemCode;
import io.vdotools.problem.Structure;
import java.util.List;
import org.junit.jupiter.api.Test;

class RepairLogTest {
  private static final LbnSet LEAF = LbnSet.range(812, 812);
  private static final LbnSet ALL_BELOW = new LbnSet(812, 812, 60 * 812, 3);

  private final RepairLog log = new RepairLog(_ -> true);

  private void add(String change, LbnSet... lost) {
    log.add(
        ProblemCode.PAGE_LOST,
        Structure.BLOCK_MAP_LEAF,
        5,
        change,
        "some evidence",
        Confidence.CERTAIN,
        List.of(lost));
  }

  private List<List<LbnSet>> lost() {
    return log.steps().stream().map(RepairStep::lost).toList();
  }

  @Test
  void whatIsGivenUpTwiceIsNamedOnce() {
    add("a given up", LEAF);
    add("b made empty", LEAF, LbnSet.range(0, 812));

    assertThat(lost()).containsExactly(List.of(LEAF), List.of(LbnSet.range(0, 812)));
  }

  @Test
  void aLeafBelowAPageThatWasGivenUpIsNamedWithIt() {
    add("a given up", ALL_BELOW);
    add("b made empty", LbnSet.range(812 + 2 * 60 * 812, 812));
    add("c made empty", LbnSet.range(3 * 60 * 812, 812));

    assertThat(lost())
        .containsExactly(List.of(ALL_BELOW), List.of(), List.of(LbnSet.range(3 * 60 * 812, 812)));
  }

  @Test
  void whatADiscardedStepGaveUpIsNamedByTheNextOne() {
    add("a given up", LEAF);
    log.truncate(0);
    add("b given up", LEAF);

    assertThat(lost()).containsExactly(List.of(LEAF));
  }
}
