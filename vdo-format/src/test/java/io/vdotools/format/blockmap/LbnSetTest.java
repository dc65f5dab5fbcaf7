package io.vdotools.format.blockmap;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LbnSetTest {
  @Test
  void theEmptySetHasNothingInIt() {
    assertThat(LbnSet.NONE.isEmpty()).isTrue();
    assertThat(LbnSet.NONE.size()).isZero();
    assertThat(LbnSet.range(7, 0)).isEqualTo(LbnSet.NONE);
    assertThat(LbnSet.NONE).hasToString("none");
  }

  @Test
  void aRangeIsOneRun() {
    var range = LbnSet.range(10, 5);

    assertThat(range.isEmpty()).isFalse();
    assertThat(range.size()).isEqualTo(5);
    assertThat(range.last()).isEqualTo(14);
    assertThat(range).hasToString("10..14");
    assertThat(LbnSet.range(10, 1)).hasToString("10");
  }

  @Test
  void runsLieAtEqualDistances() {
    var set = new LbnSet(812, 812, 48_720, 3);

    assertThat(set.size()).isEqualTo(2_436);
    assertThat(set.last()).isEqualTo(812 + 2 * 48_720 + 811);
    assertThat(set).hasToString("812..1623 and 2 more runs, 48720 apart, to 99063");
  }
}
