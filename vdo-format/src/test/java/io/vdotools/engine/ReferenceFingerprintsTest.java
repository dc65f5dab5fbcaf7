package io.vdotools.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.format.depot.SlabConfig;
import io.vdotools.format.depot.SlabGeometry;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Fingerprints differ exactly where references and counts do. */
class ReferenceFingerprintsTest {
  private static final SlabGeometry SLABS =
      SlabGeometry.of(1000, 1000 + (4L << 13), SlabConfig.of(1 << 13, 224)).orElseThrow();
  private static final int BLOCKS = (int) SLABS.totalBlocks();

  private static byte[] randomCounts(long seed) {
    var random = new Random(seed);
    byte[] counts = new byte[BLOCKS];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = (byte) (random.nextInt(4) == 0 ? random.nextInt(255) : 0);
    }
    return counts;
  }

  private static void addAll(ReferenceFingerprints.Table table, byte[] counts) {
    for (int block = 0; block < counts.length; block++) {
      table.addReferences(block, counts[block] & 0xff);
    }
  }

  @Test
  void equalReferencesAndCountsLeaveNothing() {
    byte[] counts = randomCounts(1);
    var table = ReferenceFingerprints.of(SLABS).newTable();
    addAll(table, counts);
    table.subtractCounts(0, counts, counts.length);

    assertThat(table.differences()).isEmpty();
  }

  @Property(tries = 50)
  void oneWrongCountIsSeenInItsRangeAndNowhereElse(
      @ForAll @IntRange(max = 4 * 8192 - 1) int block,
      @ForAll @IntRange(min = 1, max = 255) int change,
      @ForAll long seed) {
    byte[] counts = randomCounts(seed);
    var table = ReferenceFingerprints.of(SLABS).newTable();
    addAll(table, counts);
    counts[block] += (byte) change;
    table.subtractCounts(0, counts, counts.length);

    assertThat(table.differences()).containsExactly(block >>> ReferenceFingerprints.RANGE_SHIFT);
  }

  @Property(tries = 50)
  void someReferencesAtOnceAreAsOneByOne(
      @ForAll long seed,
      @ForAll @IntRange(max = 7) int firstRange,
      @ForAll @IntRange(max = 8) int ranges) {
    var random = new Random(seed);
    var fingerprints = ReferenceFingerprints.of(SLABS);
    var atOnce = fingerprints.newTable(firstRange, ranges);
    var oneByOne = fingerprints.newTable(firstRange, ranges);
    for (int round = 0; round < 20; round++) {
      // Now in a row, now anywhere.
      long[] blocks = new long[random.nextInt(40)];
      long block = 0;
      for (int i = 0; i < blocks.length; i++) {
        block = random.nextInt(3) == 0 ? random.nextInt(BLOCKS) : (block + 1) % BLOCKS;
        blocks[i] = block;
      }
      int count = random.nextInt(blocks.length + 1);
      atOnce.addReferences(blocks, count);
      for (int i = 0; i < count; i++) {
        oneByOne.addReferences(blocks[i], -1);
      }
    }
    oneByOne.add(atOnce);

    assertThat(oneByOne.differences()).isEmpty();
    assertThat(atOnce.differences().length > 0).isEqualTo(ranges > 0);
  }

  @Test
  void swappedNeighboursAreSeen() {
    var table = ReferenceFingerprints.of(SLABS).newTable();
    table.addReferences(100, 1);
    table.addReferences(103, 1);
    byte[] counts = new byte[BLOCKS];
    counts[101] = 1;
    counts[102] = 1;
    table.subtractCounts(0, counts, counts.length);

    assertThat(table.differences()).containsExactly(0);
  }

  @Test
  void tablesOfSeveralThreadsAddUp() {
    byte[] counts = randomCounts(5);
    var fingerprints = ReferenceFingerprints.of(SLABS);
    var one = fingerprints.newTable();
    var other = fingerprints.newTable();
    addAll(one, counts);
    // The counts of slabs come in pieces that begin in the middle of ranges.
    for (int from = 0; from < counts.length; from += 5000) {
      int length = Math.min(5000, counts.length - from);
      other.subtractCounts(from, Arrays.copyOfRange(counts, from, from + length), length);
    }
    one.add(other);

    assertThat(one.differences()).isEmpty();
  }
}
