package io.vdotools.engine.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vdotools.engine.format.LayoutException.Kind;
import io.vdotools.format.Limits;
import io.vdotools.format.PartitionId;
import io.vdotools.format.index.IndexGeometry;
import io.vdotools.format.index.IndexMemory;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VolumeLayoutTest {
  private static final long MINIMUM_13 = 720_213;
  private static final long MINIMUM_19 = 1_236_309;

  private static FormatOptions options(long blocks, int slabBits) {
    return FormatOptions.defaults(blocks, new UUID(1, 2), 3).withSlabBits(slabBits);
  }

  /** What vdoformat chose for these devices (format-spec, section 4). */
  @ParameterizedTest
  @CsvSource({
    "2621440, 19, 3, 1569686",
    "26214400, 19, 48, 25117680",
    "2621440, 13, 233, 1853612",
    "750000, 13, 4, 31644",
    "750000, 14, 2, 32090",
    "1236309, 19, 1, 523108",
    "720213, 13, 1, 7776",
  })
  void slabsAndDefaultLogicalSizeAreTheFormatters(
      long physical, int slabBits, int slabs, long logical) throws LayoutException {
    var layout = VolumeLayout.of(options(physical, slabBits));

    assertThat(layout.slabs().slabCount()).isEqualTo(slabs);
    assertThat(layout.logicalBlocks()).isEqualTo(logical);
  }

  @ParameterizedTest
  @CsvSource({
    "523934, 523108",
    "52393400, 52328636",
    "1070921096, 1069600429",
  })
  void theDefaultLogicalSizeOfDataBlocksIsTheFormatters(long dataBlocks, long logical) {
    assertThat(VolumeLayout.defaultLogicalBlocks(dataBlocks)).isEqualTo(logical);
  }

  @Property(tries = 500)
  void everyBlockHasOnePlace(
      @ForAll @LongRange(min = MINIMUM_13, max = 1L << 26) long physical,
      @ForAll @IntRange(min = 13, max = 23) int slabBits,
      @ForAll @LongRange(min = 0, max = 1L << 40) long logical)
      throws LayoutException {
    VolumeLayout layout;
    try {
      layout = VolumeLayout.of(options(physical, slabBits).withLogicalBlocks(logical));
    } catch (LayoutException e) {
      boolean isTooSmall = physical < MINIMUM_13 - 8192 + (1L << slabBits);
      assertThat(e.kind()).isEqualTo(isTooSmall ? Kind.TOO_SMALL : Kind.TOO_MANY_SLABS);
      return;
    }
    long next = layout.superBlockPbn() + 1;
    for (var id : PartitionId.values()) {
      assertThat(layout.partition(id).offset()).isEqualTo(next);
      next = layout.partition(id).end();
    }

    assertThat(next).isEqualTo(physical);
    assertThat(layout.unusedBlocks()).isBetween(0L, (1L << slabBits) - 1);
    assertThat(layout.logicalBlocks()).isPositive();
    assertThat(layout.superBlock().vdo().config().physicalBlocks()).isEqualTo(physical);
  }

  @ParameterizedTest
  @CsvSource({"13, " + MINIMUM_13, "19, " + MINIMUM_19, "23, 9100629"})
  void oneBlockLessThanTheMinimumIsTooSmall(int slabBits, long minimum) throws LayoutException {
    assertThat(VolumeLayout.of(options(minimum, slabBits)).slabs().slabCount()).isEqualTo(1);
    assertThatExceptionOfType(LayoutException.class)
        .isThrownBy(() -> VolumeLayout.of(options(minimum - 1, slabBits)))
        .matches(e -> e.kind() == Kind.TOO_SMALL)
        .withMessageContaining("at least " + minimum + " blocks (");
  }

  @Test
  void whatIsTooSmallIsToldTheMinimumAndTheLeastMinimum() {
    assertThatExceptionOfType(LayoutException.class)
        .isThrownBy(() -> VolumeLayout.of(options(262_144, 19)))
        .withMessage(
            "262144 blocks (1024 MiB) are too few for a volume: at least 1236309 blocks (4830 MiB)"
                + " are needed with 19 slab bits, 720213 blocks (2814 MiB) with 13");
  }

  @Test
  void theMinimumDependsOnTheIndex() {
    assertThat(VolumeLayout.minimumBlocks(IndexGeometry.of(1, false).orElseThrow(), 1L << 19))
        .isEqualTo(3_289_929);
    assertThat(VolumeLayout.minimumBlocks(IndexGeometry.of(-256, true).orElseThrow(), 1L << 23))
        .isEqualTo(14_243_753);
  }

  @Test
  void moreThan8192SlabsAreTooManyAndTheNextStepIsTold() throws LayoutException {
    long most = MINIMUM_13 + 8191L * 8192;

    assertThat(VolumeLayout.of(options(most + 8191, 13)).slabs().slabCount()).isEqualTo(8192);
    assertThatExceptionOfType(LayoutException.class)
        .isThrownBy(() -> VolumeLayout.of(options(most + 8192, 13)))
        .matches(e -> e.kind() == Kind.TOO_MANY_SLABS)
        .withMessage(
            "it would have 8193 slabs with 13 slab bits, and a volume has at most 8192;"
                + " use 14 slab bits or more");
  }

  @Test
  void theLargestVolumeFits() throws LayoutException {
    var layout =
        VolumeLayout.of(
            options(Limits.PHYSICAL_BLOCKS, 23)
                .withLogicalBlocks(Limits.LOGICAL_BLOCKS)
                .withIndex(new IndexMemory(1024), true));

    assertThat(layout.slabs().endBlock()).isLessThanOrEqualTo(Limits.PHYSICAL_BLOCKS);
    assertThatExceptionOfType(LayoutException.class)
        .isThrownBy(() -> VolumeLayout.of(options(Limits.PHYSICAL_BLOCKS + 1, 23)))
        .matches(e -> e.kind() == Kind.PHYSICAL_TOO_LARGE);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Limits.LOGICAL_BLOCKS + 1, Long.MIN_VALUE, Long.MAX_VALUE})
  void aLogicalSizeBeyondTheLimitIsRefused(long logical) {
    assertThatExceptionOfType(LayoutException.class)
        .isThrownBy(() -> VolumeLayout.of(options(MINIMUM_19, 19).withLogicalBlocks(logical)))
        .matches(e -> e.kind() == Kind.LOGICAL_OUT_OF_RANGE);
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 12, 24, 64, Integer.MAX_VALUE})
  void slabBitsOutsideOfTheRangeAreRefused(int bits) {
    assertThatExceptionOfType(LayoutException.class)
        .isThrownBy(() -> VolumeLayout.of(options(MINIMUM_19, bits)))
        .matches(e -> e.kind() == Kind.SLAB_BITS_OUT_OF_RANGE);
  }
}
