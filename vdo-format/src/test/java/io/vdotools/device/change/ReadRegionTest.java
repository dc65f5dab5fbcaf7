package io.vdotools.device.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

/** What is remembered of a region, few blocks or many. */
class ReadRegionTest {
  private static final int BLOCKS = 640;

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

  /** {@return the hash of places that were added one by one, as few as they may be} */
  private static long placesOf(Set<Integer> places) {
    var region = new ReadRegion(16 * BLOCKS);
    places.forEach(place -> region.add(place, 1));
    return region.places();
  }

  @Property
  void otherPlacesHaveAnotherHash(
      @ForAll Set<@IntRange(max = BLOCKS - 1) Integer> places,
      @ForAll @IntRange(max = BLOCKS - 1) int moved) {
    var other = new TreeSet<>(places);
    if (!other.remove(moved)) {
      other.add(moved);
    }

    assertThat(placesOf(other)).isNotEqualTo(placesOf(places));
  }

  @Property(tries = 500)
  void eachBlockCountsOnceHoweverItWasAdded(@ForAll("steps") List<Step> steps) {
    var region = new ReadRegion(BLOCKS);
    var expected = new TreeSet<Integer>();
    for (var step : steps) {
      if (step.count() == 1) {
        region.add(step.from(), BlockHash.READ_ZEROS);
      } else {
        region.addZeros(step.from(), step.from() + step.count());
      }
      for (int place = step.from(); place < step.from() + step.count(); place++) {
        expected.add(place);
      }
    }

    assertThat(region.size()).isEqualTo(expected.size());
    assertThat(region.sum()).isEqualTo(expected.size() * BlockHash.READ_ZEROS);
    assertThat(region.places()).isEqualTo(placesOf(expected));
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
