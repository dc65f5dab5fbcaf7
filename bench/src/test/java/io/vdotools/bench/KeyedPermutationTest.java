package io.vdotools.bench;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class KeyedPermutationTest {
  @Property(tries = 200)
  void everyNumberIsHitOnceAndFindsItsWayBack(
      @ForAll @IntRange(min = 1, max = 5000) int size, @ForAll long key) {
    var permutation = new KeyedPermutation(size, key);
    var hit = new boolean[size];
    for (int x = 0; x < size; x++) {
      int y = (int) permutation.apply(x);
      assertThat(hit[y]).isFalse();
      hit[y] = true;
      assertThat(permutation.invert(y)).isEqualTo(x);
    }
  }

  @Property
  void largeNumbersFindTheirWayBack(
      @ForAll @LongRange(min = 1, max = 1L << 40) long size,
      @ForAll @LongRange(min = 0, max = 1L << 40) long number,
      @ForAll long key) {
    var permutation = new KeyedPermutation(size, key);
    long x = number % size;

    long y = permutation.apply(x);

    assertThat(y).isBetween(0L, size - 1);
    assertThat(permutation.invert(y)).isEqualTo(x);
  }
}
