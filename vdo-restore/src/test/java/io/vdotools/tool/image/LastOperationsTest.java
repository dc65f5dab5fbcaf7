package io.vdotools.tool.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.tool.image.Workload.Kind;
import io.vdotools.tool.image.Workload.Shares;
import java.util.HashMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class LastOperationsTest {
  @Property(tries = 300)
  void theyAreThoseOfOneRunThroughAll(
      @ForAll long seed,
      @ForAll @IntRange(max = 2_000) int end,
      @ForAll @IntRange(max = 100) int first,
      @ForAll @IntRange(min = 1, max = 500) int range,
      @ForAll boolean isSequential,
      @ForAll @IntRange(max = 100) int unique,
      @ForAll @IntRange(min = 1, max = 600) int windowBlocks) {
    // What is missing to 100 per cent does nothing.
    var shares = new Shares(unique / 2, 0, 0, unique / 4, unique / 4);
    var workload = new Workload(seed, end, first, range, isSequential, shares, 1, 0);
    var expected = new HashMap<Long, Long>();
    for (long number = 0; number < end; number++) {
      if (workload.kind(number) != Kind.NOTHING) {
        expected.put(workload.lbn(number), number);
      }
    }

    var last = new LastOperations(workload, end, windowBlocks);

    for (long lbn = first - 3L; lbn < first + range + 3L; lbn++) {
      assertThat(last.on(lbn))
          .as("LBN %d", lbn)
          .isEqualTo(expected.getOrDefault(lbn, LastOperations.NONE));
    }
  }
}
