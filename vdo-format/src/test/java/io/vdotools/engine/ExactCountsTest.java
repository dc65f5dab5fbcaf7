package io.vdotools.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.testing.Segments;
import java.util.ArrayList;
import java.util.Random;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What is asked about many counters at once is what is asked about each. */
class ExactCountsTest {
  private static final int RANGE = ReferenceFingerprints.RANGE_BLOCKS;
  // The last is far from the others.
  private static final int[] RANGES = {1, 2, 5};
  private static final int ALL_RANGES = 6;
  // Data blocks in all of them.
  private static final SlabGeometry SLABS =
      new SlabGeometry(1, ALL_RANGES, ReferenceFingerprints.RANGE_SHIFT, RANGE, 2, 1);

  private static LongStream blocks() {
    return LongStream.concat(
        LongStream.range(RANGE, 3L * RANGE), LongStream.range(5L * RANGE, 6L * RANGE));
  }

  private static ExactCounts random(long seed, CounterMemory memory) {
    var random = new Random(seed);
    var counts = new ExactCounts(ALL_RANGES, RANGES, memory);
    var batch = new ExactCounts.Batch();
    var tally = new LeafTally(SLABS, BlockMapPage.ENTRIES);
    for (int i = 0; i < 200; i++) {
      long block = random.nextLong((long) ALL_RANGES * RANGE);
      int references = random.nextInt(4) == 0 ? 253 + random.nextInt(4) : 1 + random.nextInt(2);
      var page = new BlockMapPage(Segments.zeros(BlockSize.BLOCK));
      for (int j = 0; j < references; j++) {
        int state = random.nextInt(8) == 0 ? 2 + random.nextInt(14) : 1;
        page.setEntry(j, BlockMapEntry.pack(SLABS.firstBlock() + block, state));
      }
      tally.count(0, page.bytes(), 0, (_, _) -> {});
      counts.add(tally, batch);
      if (random.nextInt(6) == 0 && counts.covers(block)) {
        counts.page(random.nextBoolean() ? block : RANGE + random.nextInt(RANGE));
      }
    }
    return counts;
  }

  @Property(tries = 50)
  void theUnusualAreThoseThatAreNotOrdinary(@ForAll long seed, @ForAll boolean orCompressed) {
    try (var memory = new CounterMemory(1);
        var counts = random(seed, memory)) {
      var unusual = new ArrayList<Long>();
      counts.forEachUnusual(orCompressed, unusual::add);

      assertThat(unusual)
          .containsExactlyElementsOf(
              blocks()
                  .filter(block ->
                      !counts.isOrdinary(block) || (orCompressed && counts.fragments(block) != 0))
                  .boxed()
                  .toList());
    }
  }

  @Property(tries = 50)
  void whatSeveralBlocksShouldHaveIsWhatEachShould(
      @ForAll long seed,
      @ForAll @IntRange(max = RANGE) int from,
      @ForAll @IntRange(max = RANGE) int count) {
    try (var memory = new CounterMemory(1);
        var counts = random(seed, memory)) {
      var expected = new byte[RANGE];
      counts.expected(RANGE + from, expected, count);

      for (int i = 0; i < RANGE; i++) {
        int each = i < count ? counts.expected((long) RANGE + from + i) : 0;
        assertThat(expected[i] & 0xff).isEqualTo(each).isLessThanOrEqualTo(ReferenceBlock.MAXIMUM);
      }
    }
  }
}
