package io.vdotools.format.blockmap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
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

  @Property
  void whatLiesInARangeIsWhatEachLbnSays(
      @ForAll @LongRange(min = 0, max = 30) long first,
      @ForAll @LongRange(min = 1, max = 6) long length,
      @ForAll @LongRange(min = 0, max = 5) long gap,
      @ForAll @LongRange(min = 0, max = 6) long runs,
      @ForAll @LongRange(min = 0, max = 90) long from,
      @ForAll @LongRange(min = 0, max = 90) long to) {
    var set = runs == 0 ? LbnSet.NONE : new LbnSet(first, length, length + gap, runs);
    var expected = lbns(set).stream().filter(lbn -> lbn >= from && lbn < to).toList();

    var parts = set.within(from, to);

    assertThat(parts.stream().flatMap(part -> lbns(part).stream()).toList()).isEqualTo(expected);
    assertThat(parts).hasSizeLessThanOrEqualTo(3).noneMatch(LbnSet::isEmpty);
  }

  private static List<Long> lbns(LbnSet set) {
    var lbns = new ArrayList<Long>();
    for (long run = 0; run < set.runs(); run++) {
      for (long i = 0; i < set.length(); i++) {
        lbns.add(set.first() + run * set.stride() + i);
      }
    }
    return lbns;
  }
}
