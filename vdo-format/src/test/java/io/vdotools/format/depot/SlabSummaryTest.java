package io.vdotools.format.depot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.format.BlockSize;
import io.vdotools.testing.FieldTable;
import io.vdotools.testing.Segments;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The slab summary (format-spec, sections 7 and 15.6). */
class SlabSummaryTest {
  private static final int BYTES = SlabSummary.BLOCKS * BlockSize.BLOCK;

  @Example
  void itHasTheSizesOfTheFormatDescription() {
    assertThat(FieldTable.of(SlabSummaryEntry.STRUCT))
        .isEqualTo(
            """
            0 1 tail_block_offset
            1 1 state
            2
            """);
    assertThat(SlabSummary.ENTRIES_PER_BLOCK).isEqualTo(2048);
    assertThat(SlabSummary.BLOCKS_PER_COPY).isEqualTo(4);
    assertThat(SlabSummary.COPIES).isEqualTo(16);
    assertThat(SlabSummary.BLOCKS).isEqualTo(64);
    assertThat(BYTES / SlabSummaryEntry.SIZE_BYTES).isEqualTo(131_072);
  }

  @Example
  void theExamplesHaveTheBytesOfTheFormatDescription() {
    assertThat(bytes(new SlabSummaryEntry(200, 37, true, true))).isEqualTo("c8 e5");
    assertThat(bytes(new SlabSummaryEntry(0, 6, true, false))).isEqualTo("00 46");
    assertThat(bytes(new SlabSummaryEntry(0, 32, false, false))).isEqualTo("00 20");
    assertThat(SlabSummaryEntry.decode(Segments.ofHex("c8 e5")))
        .isEqualTo(new SlabSummaryEntry(200, 37, true, true))
        .hasToString("offset 200, hint 37, load, dirty");
  }

  private static String bytes(SlabSummaryEntry entry) {
    var bytes = Segments.zeros(2);
    entry.encode(bytes);
    return Segments.hex(bytes, 0, 2);
  }

  @Example
  void aSlabIsUnusedOnlyIfNothingSaysOtherwise() {
    assertThat(new SlabSummaryEntry(0, 63, false, false).isUnused()).isTrue();
    assertThat(new SlabSummaryEntry(1, 63, false, false).isUnused()).isFalse();
    assertThat(new SlabSummaryEntry(0, 63, true, false).isUnused()).isFalse();
    assertThat(new SlabSummaryEntry(0, 63, false, true).isUnused()).isFalse();
    assertThat(new SlabSummaryEntry(0, 0, false, false)).hasToString("offset 0, hint 0");
  }

  @Example
  void everyEntryOfEveryCopyHasItsOwnPlaceAndTheyFillTheSummary() {
    var places = new BitSet();
    var summary = new SlabSummary(Segments.zeros(BYTES));
    var mark = new SlabSummaryEntry(0xff, 0x3f, true, true);
    for (int copy = 0; copy < SlabSummary.COPIES; copy++) {
      for (int slab = 0; slab < 8192; slab++) {
        int expected = (4 * copy + slab / 2048) * 4096 + 2 * (slab % 2048);
        assertThat(places.get(expected)).isFalse();
        places.set(expected);
        assertThat(SlabSummary.blockOf(copy, slab)).isEqualTo(expected / 4096);
        summary.setEntry(copy, slab, mark);
        if (summary.bytes().get(ValueLayout.JAVA_SHORT_UNALIGNED, expected) == -1) {
          summary.bytes().asSlice(expected, 2).fill((byte) 0);
        }
      }
    }

    assertThat(places.cardinality()).isEqualTo(131_072);
    assertThat(summary.bytes().mismatch(Segments.zeros(BYTES)))
        .as("a byte written outside the place of its entry")
        .isEqualTo(-1);
  }

  @Property(tries = 20)
  void aSummaryIsWhatItsEntriesSay(@ForAll long seed) {
    var summary = new SlabSummary(Segments.random(seed, BYTES));

    assertThat(entriesOf(summary).mismatch(summary.bytes())).isEqualTo(-1);
  }

  private static MemorySegment entriesOf(SlabSummary summary) {
    var copied = new SlabSummary(Segments.zeros(BYTES));
    for (int copy = 0; copy < SlabSummary.COPIES; copy++) {
      for (int slab = 0; slab < 8192; slab++) {
        copied.setEntry(copy, slab, summary.entry(copy, slab));
      }
    }
    return copied.bytes();
  }

  @Property
  void eachZoneWritesItsOwnCopy(
      @ForAll @IntRange(max = 8191) int slab, @ForAll @IntRange(max = 16) int zones) {
    assertThat(SlabSummary.authoritativeCopy(slab, zones))
        .isEqualTo(zones == 0 ? 0 : slab % zones)
        .isBetween(0, SlabSummary.COPIES - 1);
  }

  @Property(tries = 200)
  void theEntriesThatAreNotTheExpectedOneAreFoundInOrder(
      @ForAll @IntRange(max = 15) int copy,
      @ForAll @IntRange(max = 8192) int from,
      @ForAll @IntRange(max = 8192) int end,
      @ForAll @Size(max = 20) Set<@IntRange(max = 8191) Integer> others) {
    var expected = new SlabSummaryEntry(0, 32, false, false);
    var summary = new SlabSummary(Segments.zeros(BYTES));
    for (int slab = 0; slab < 8192; slab++) {
      summary.setEntry(
          copy,
          slab,
          others.contains(slab) ? new SlabSummaryEntry(slab & 1, 33, false, true) : expected);
    }
    var found = new ArrayList<Integer>();
    for (int slab = summary.firstOther(copy, from, end, expected);
        slab >= 0;
        slab = summary.firstOther(copy, slab + 1, end, expected)) {
      found.add(slab);
    }

    assertThat(found)
        .isEqualTo(others.stream().filter(slab -> slab >= from && slab < end).sorted().toList());
    assertThat(summary.countOthers(copy, from, end, expected)).isEqualTo(found.size());
  }
}
