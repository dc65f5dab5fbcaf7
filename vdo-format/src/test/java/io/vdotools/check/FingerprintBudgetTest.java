package io.vdotools.check;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** Tables of fingerprints keep to the memory allowed. */
class FingerprintBudgetTest {
  private static final int RANGES_OF_1_TIB = 1 << 16;
  private static final int RANGES_OF_16_TIB = 1 << 20;
  private static final int RANGES_OF_256_TIB = 1 << 24;

  @Property
  void theTablesFitInTheMemoryAllowed(
      @ForAll @LongRange(min = 64, max = 1L << 40) long memory,
      @ForAll @IntRange(min = 1, max = RANGES_OF_256_TIB) int ranges,
      @ForAll @IntRange(min = 1, max = 256) int cores) {
    var budget = FingerprintBudget.of(memory, ranges, cores);

    assertThat((long) budget.tables() * budget.windowRanges() * Long.BYTES)
        .isLessThanOrEqualTo(memory);
    assertThat(budget.tables()).isBetween(1, cores);
    assertThat(budget.windowRanges()).isBetween(1, ranges);
  }

  @Test
  void aTebibyteIsCheckedInOneWalkEvenWithTheLeastMemory() {
    assertThat(FingerprintBudget.of(1 << 20, RANGES_OF_1_TIB, 2))
        .isEqualTo(new FingerprintBudget(2, RANGES_OF_1_TIB));
  }

  @Test
  void theLargestVolumeTakesLessThanOneGibibyteOnAnyMachine() {
    assertThat(FingerprintBudget.of(1L << 40, RANGES_OF_256_TIB, 256))
        .isEqualTo(new FingerprintBudget(8, RANGES_OF_256_TIB));
    assertThat(FingerprintBudget.of(1L << 40, RANGES_OF_256_TIB, 2))
        .isEqualTo(new FingerprintBudget(2, RANGES_OF_256_TIB));
  }

  /** The whole process has 512 MiB at 16 TiB, of which slabs and pages take half on 64 cores. */
  @Test
  void aVolumeOf16TebibytesTakesLessThan200MebibytesOnAnyMachine() {
    var budget = FingerprintBudget.of(1L << 40, RANGES_OF_16_TIB, 256);

    assertThat(budget).isEqualTo(new FingerprintBudget(24, RANGES_OF_16_TIB));
    assertThat((long) budget.tables() * budget.windowRanges() * Long.BYTES).isEqualTo(192L << 20);
  }

  @Test
  void withLittleMemoryThereAreMoreWalks() {
    assertThat(FingerprintBudget.of(1L << 20, RANGES_OF_256_TIB, 2))
        .isEqualTo(new FingerprintBudget(1, (1 << 20) / Long.BYTES));
  }
}
