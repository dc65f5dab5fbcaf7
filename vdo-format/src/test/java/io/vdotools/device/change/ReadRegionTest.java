package io.vdotools.device.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** What is remembered of a region, few blocks or many. */
class ReadRegionTest {
  private static final int BLOCKS = 640;
  private static final long FIRST_BLOCK = 7 * BLOCKS;

  /** A block that was read, or zeros that were passed over. */
  record Step(int from, int count) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    var from = Arbitraries.integers().between(0, BLOCKS - 1);
    var single = from.map(place -> new Step(place, 1));
    var many =
        Combinators.combine(from, Arbitraries.integers().between(0, BLOCKS))
            .as((place, count) -> new Step(place, Math.min(count, BLOCKS - place)));
    return Arbitraries.frequencyOf(Tuple.of(12, single), Tuple.of(1, many)).list().ofMaxSize(100);
  }

  @Property(tries = 500)
  void eachBlockCountsOnceHoweverItWasAdded(@ForAll("steps") List<Step> steps) {
    var region = new ReadRegion(BLOCKS);
    var expected = new TreeSet<Integer>();
    for (var step : steps) {
      if (step.count() == 1) {
        region.add(step.from(), BlockHash.ofZeros(FIRST_BLOCK + step.from()));
      } else {
        region.addZeros(FIRST_BLOCK, step.from(), step.from() + step.count());
      }
      for (int place = step.from(); place < step.from() + step.count(); place++) {
        expected.add(place);
      }
    }

    assertThat(region.size()).isEqualTo(expected.size());
    assertThat(region.sum())
        .isEqualTo(expected.stream().mapToLong(p -> BlockHash.ofZeros(FIRST_BLOCK + p)).sum());
    assertThat(region.last()).isEqualTo(expected.isEmpty() ? -1 : expected.last());
    for (int place = 0; place <= BLOCKS; place++) {
      assertThat(region.contains(place)).isEqualTo(expected.contains(place));
      var next = expected.ceiling(place);
      assertThat(region.next(place)).isEqualTo(next == null ? -1 : next);
      int unread = place;
      while (expected.contains(unread)) {
        unread++;
      }
      assertThat(region.nextUnread(place)).isEqualTo(unread);
    }
  }
}
