package io.vdotools.bench;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ZoneOrderTest {
  @Property(tries = 200)
  void everyPlaceIsHitOnceAndFindsItsWayBack(
      @ForAll @IntRange(min = 1, max = 2000) int pieces,
      @ForAll @IntRange(min = 1, max = 16) int zones,
      @ForAll @IntRange(max = 1_000_000) int start) {
    var order = new ZoneOrder(pieces, zones, start);
    var hit = new boolean[pieces];
    for (int piece = 0; piece < pieces; piece++) {
      int place = (int) order.apply(piece);
      assertThat(hit[place]).isFalse();
      hit[place] = true;
      assertThat(order.invert(place)).isEqualTo(piece);
    }
  }
}
