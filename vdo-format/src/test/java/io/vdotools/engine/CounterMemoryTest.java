package io.vdotools.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.foreign.ValueLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CounterMemoryTest {
  private static int[] range(int range) {
    return new int[] {range};
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void whatWasCountedBeforeIsForgotten(int readers) {
    try (var memory = new CounterMemory(readers)) {
      try (var counts = new ExactCounts(3, range(1), memory)) {
        counts.page(ReferenceFingerprints.RANGE_BLOCKS + 7L);
        assertThat(counts.count(ReferenceFingerprints.RANGE_BLOCKS + 7L).isPage()).isTrue();
      }
      for (int[] ranges : new int[][] {{0, 1, 2}, {2}, {0, 1}}) {
        try (var counts = new ExactCounts(3, ranges, memory)) {
          for (int range : ranges) {
            for (int i = 0; i < ReferenceFingerprints.RANGE_BLOCKS; i++) {
              long block = (long) range * ReferenceFingerprints.RANGE_BLOCKS + i;
              assertThat(counts.count(block)).isEqualTo(ExactCounts.Count.NOTHING);
              counts.page(block);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void onlyOneHasIt(int readers) {
    try (var memory = new CounterMemory(readers)) {
      var first = new ExactCounts(3, range(0), memory);
      assertThatIllegalStateException().isThrownBy(() -> new ExactCounts(3, range(1), memory));
      first.close();
      new ExactCounts(3, range(1), memory).close();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void closedMemoryIsOutOfReach(int readers) {
    var memory = new CounterMemory(readers);
    var lent = memory.take(8);
    memory.close();
    assertThatIllegalStateException().isThrownBy(() -> lent.get(ValueLayout.JAVA_BYTE, 0));
  }
}
