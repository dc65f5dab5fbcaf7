package io.vdotools.format.depot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.format.Limits;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;
import net.jqwik.api.statistics.StatisticsReport.StatisticsReportMode;

/** Whatever a super block says of its depot, no address outside the depot comes of it. */
class SlabGeometryRefusalTest {
  private static final SlabConfig SANE = SlabConfig.of(1 << 13, 224);
  private static final long START = 679_189;
  private static final long END = START + 9 * (1 << 13);

  /** What a super block may say; every field is whatever the disk held. */
  private record Depot(long firstBlock, long lastBlock, SlabConfig config) {}

  /** Numbers near those that the arithmetic turns on, and any others. */
  @Provide
  Arbitrary<Long> numbers() {
    return Arbitraries.frequencyOf(
        Tuple.of(6, Arbitraries.longs().between(1, 300)),
        Tuple.of(
            4,
            Combinators.combine(
                    Arbitraries.integers().between(0, 63), Arbitraries.longs().between(-1, 1))
                .as((bits, off) -> (1L << bits) + off)),
        Tuple.of(1, Arbitraries.longs()));
  }

  /** Depots that make sense, one or the other of their numbers replaced by any. */
  @Provide
  Arbitrary<Depot> depots() {
    var sane =
        Combinators.combine(
                Arbitraries.longs().between(1, Limits.PHYSICAL_BLOCKS),
                Arbitraries.integers().between(0, 23),
                Arbitraries.longs().between(1, Limits.SLABS),
                Arbitraries.longs().between(1, 1 << 22),
                Arbitraries.longs().between(1, 256))
            .as(SlabGeometryRefusalTest::saneDepot);
    var which = Arbitraries.integers().between(0, 11);
    return Combinators.combine(sane, which, which, numbers(), numbers())
        .as((depot, first, second, a, b) -> spoilt(spoilt(depot, first, a), second, b));
  }

  private static Depot saneDepot(long start, int bits, long slabs, long data, long journal) {
    long slab = 1L << bits;
    long dataBlocks = Math.min(data, slab);
    long counts = Math.ceilDiv(dataBlocks, ReferenceBlock.COUNTS_PER_BLOCK);
    return new Depot(start, start + slabs * slab, config(slab, dataBlocks, counts, journal));
  }

  private static Depot spoilt(Depot depot, int which, long value) {
    var c = depot.config();
    long slab = c.slabBlocks();
    long data = c.dataBlocks();
    long counts = c.referenceCountBlocks();
    long journal = c.slabJournalBlocks();
    return switch (which) {
      case 0 -> new Depot(value, depot.lastBlock(), c);
      case 1 -> new Depot(depot.firstBlock(), value, c);
      case 2 ->
          new Depot(depot.firstBlock(), depot.lastBlock(), config(value, data, counts, journal));
      case 3 ->
          new Depot(depot.firstBlock(), depot.lastBlock(), config(slab, value, counts, journal));
      case 4 ->
          new Depot(depot.firstBlock(), depot.lastBlock(), config(slab, data, value, journal));
      case 5 -> new Depot(depot.firstBlock(), depot.lastBlock(), config(slab, data, counts, value));
      default -> depot;
    };
  }

  // The edge cases are in the numbers; jqwik's own would leave no tries for anything else.
  @Property(tries = 3000, edgeCases = EdgeCasesMode.NONE)
  @StatisticsReport(StatisticsReportMode.OFF)
  void everyAddressLiesInTheDepotOrThereIsNoGeometry(
      @ForAll("depots") Depot depot, @ForAll @IntRange(max = Limits.SLABS - 1) int any) {
    var geometry = SlabGeometry.of(depot.firstBlock(), depot.lastBlock(), depot.config());
    geometry.ifPresent(g -> assertAllInside(g, depot, any % g.slabCount()));

    Statistics.collect(geometry.isPresent());
    Statistics.coverage(coverage -> {
      coverage.check(true).percentage(p -> p > 10);
      coverage.check(false).percentage(p -> p > 10);
    });
  }

  private static void assertAllInside(SlabGeometry geometry, Depot depot, int slab) {
    long end = geometry.endBlock();
    assertThat(geometry.firstBlock()).isEqualTo(depot.firstBlock()).isPositive();
    assertThat(end).isGreaterThan(geometry.firstBlock()).isLessThanOrEqualTo(depot.lastBlock());
    assertThat(end).isLessThanOrEqualTo(Limits.PHYSICAL_BLOCKS);
    assertThat(geometry.slabCount()).isBetween(1, Limits.SLABS);
    assertThat(geometry.slabBlocks()).isPositive();
    assertThat(geometry.totalBlocks()).isEqualTo(end - geometry.firstBlock());
    for (int s : new int[] {0, slab, geometry.slabCount() - 1}) {
      long slabEnd = geometry.slabStart(s) + geometry.slabBlocks();
      assertThat(geometry.slabStart(s)).isGreaterThanOrEqualTo(geometry.firstBlock());
      assertThat(geometry.referenceStart(s)).isGreaterThan(geometry.slabStart(s));
      assertThat(geometry.journalStart(s)).isGreaterThan(geometry.referenceStart(s));
      assertThat(geometry.journalStart(s) + geometry.journalBlocks()).isLessThanOrEqualTo(slabEnd);
      assertThat(slabEnd).isLessThanOrEqualTo(end);
      assertThat(geometry.slabOf(geometry.slabStart(s))).isEqualTo(s);
      assertThat(geometry.slabOf(slabEnd - 1)).isEqualTo(s);
      assertThat(geometry.isDataBlock(geometry.referenceStart(s) - 1)).isTrue();
      assertThat(geometry.isDataBlock(geometry.referenceStart(s))).isFalse();
    }
    assertThat(geometry.usedReferenceBlocks()).isBetween(1, geometry.referenceBlocks());
    assertThat(geometry.fullnessHint(geometry.dataBlocks())).isBetween(1, 63);
    assertThat(geometry.journalPosition(depot.lastBlock()))
        .isBetween(0, geometry.journalBlocks() - 1);
  }

  @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE)
  void anyNumbersAtAllAreAccountedFor(
      @ForAll long firstBlock,
      @ForAll long lastBlock,
      @ForAll long slab,
      @ForAll long data,
      @ForAll long counts,
      @ForAll long journal) {
    var config = new SlabConfig(slab, data, counts, journal, 0, 0, 0);
    var depot = new Depot(firstBlock, lastBlock, config);

    SlabGeometry.of(firstBlock, lastBlock, config).ifPresent(g -> assertAllInside(g, depot, 0));
  }

  @Example
  void aSaneDepotIsAccepted() {
    assertThat(SlabGeometry.of(START, END, SANE)).isPresent();
    assertThat(SlabGeometry.of(START, END, config(1 << 13, 1, 1, 1))).isPresent();
  }

  @Example
  void aDepotThatDoesNotHoldOneSlabOrLiesOutsideTheVolumeIsRefused() {
    assertThat(SlabGeometry.of(START, START, SANE)).isEmpty();
    assertThat(SlabGeometry.of(START, START + (1 << 13) - 1, SANE)).isEmpty();
    assertThat(SlabGeometry.of(START, START - 1, SANE)).isEmpty();
    assertThat(SlabGeometry.of(0, END, SANE)).isEmpty();
    assertThat(SlabGeometry.of(-1, END, SANE)).isEmpty();
    assertThat(SlabGeometry.of(Long.MIN_VALUE, Long.MAX_VALUE, SANE)).isEmpty();
    assertThat(SlabGeometry.of(START, -1, SANE)).isEmpty();
    long most = Limits.PHYSICAL_BLOCKS;
    assertThat(SlabGeometry.of(most - (1 << 13), most, SANE)).isPresent();
    assertThat(SlabGeometry.of(most - (1 << 13), most + 1, SANE)).isEmpty();
  }

  @Example
  void moreSlabsThanTheSummaryHasEntriesForAreRefused() {
    long most = (long) Limits.SLABS << 13;

    assertThat(SlabGeometry.of(1, 1 + most, SANE).orElseThrow().slabCount()).isEqualTo(8192);
    assertThat(SlabGeometry.of(1, 1 + most + (1 << 13), SANE)).isEmpty();
  }

  @Example
  void aSlabSizeThatIsNoPowerOfTwoUpToTheLimitIsRefused() {
    long most = Limits.MAXIMUM_SLAB_BLOCKS;
    for (long slab : new long[] {0, -1, 3, 8191, 2 * most, 1L << 32, Long.MIN_VALUE}) {
      assertThat(SlabGeometry.of(1, 1L << 35, config(slab, 1, 1, 1))).as("%d", slab).isEmpty();
    }
    assertThat(SlabGeometry.of(1, 1L << 35, config(most, 1, 1, 1))).isPresent();
  }

  @Example
  void partsThatAreEmptyOrDoNotFitAreRefused() {
    for (long bad : new long[] {0, -1, 8193, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32}) {
      assertThat(SlabGeometry.of(START, END, config(8192, bad, 4, 4))).as("%d", bad).isEmpty();
      assertThat(SlabGeometry.of(START, END, config(8192, 4, bad, 4))).as("%d", bad).isEmpty();
      assertThat(SlabGeometry.of(START, END, config(8192, 4, 4, bad))).as("%d", bad).isEmpty();
    }
    assertThat(SlabGeometry.of(START, END, config(8192, 7966, 2, 224))).isPresent();
    assertThat(SlabGeometry.of(START, END, config(8192, 7967, 2, 224))).isEmpty();
    assertThat(SlabGeometry.of(START, END, config(8192, 4033, 1, 224))).isEmpty();
  }

  private static SlabConfig config(long slab, long data, long counts, long journal) {
    return new SlabConfig(slab, data, counts, journal, 0, 0, 0);
  }
}
