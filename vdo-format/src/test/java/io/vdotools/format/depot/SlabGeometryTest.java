package io.vdotools.format.depot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Where the parts of slabs lie (format-spec, sections 4.2, 6.1 and 15). */
class SlabGeometryTest {
  /** The depot of the worked example: two slabs of 128 blocks, some unused at the end of each. */
  private static final SlabGeometry WORKED_EXAMPLE =
      SlabGeometry.of(62, 318, new SlabConfig(128, 64, 1, 2, 2, 2, 2)).orElseThrow();

  @Test
  void thePartsOfTheWorkedExampleLieWhereItSays() {
    assertThat(WORKED_EXAMPLE.slabCount()).isEqualTo(2);
    assertThat(WORKED_EXAMPLE.slabBlocks()).isEqualTo(128);
    assertThat(WORKED_EXAMPLE.slabStart(0)).isEqualTo(62);
    assertThat(WORKED_EXAMPLE.referenceStart(0)).isEqualTo(126);
    assertThat(WORKED_EXAMPLE.journalStart(0)).isEqualTo(127);
    assertThat(WORKED_EXAMPLE.slabStart(1)).isEqualTo(190);
    assertThat(WORKED_EXAMPLE.referenceStart(1)).isEqualTo(254);
    assertThat(WORKED_EXAMPLE.journalStart(1)).isEqualTo(255);
    assertThat(WORKED_EXAMPLE.endBlock()).isEqualTo(318);
    assertThat(WORKED_EXAMPLE.totalBlocks()).isEqualTo(256);
    assertThat(WORKED_EXAMPLE.usedReferenceBlocks()).isEqualTo(1);
  }

  @Test
  void onlyTheDataPartsOfSlabsHoldData() {
    for (long pbn = 0; pbn < 400; pbn++) {
      boolean inFirst = pbn >= 62 && pbn < 126;
      boolean inSecond = pbn >= 190 && pbn < 254;
      assertThat(WORKED_EXAMPLE.isDataBlock(pbn)).as("PBN %d", pbn).isEqualTo(inFirst || inSecond);
      assertThat(WORKED_EXAMPLE.contains(pbn)).as("PBN %d", pbn).isEqualTo(pbn >= 62 && pbn < 318);
    }
    assertThat(WORKED_EXAMPLE.isDataBlock(-1)).isFalse();
    assertThat(WORKED_EXAMPLE.isDataBlock(Long.MIN_VALUE)).isFalse();
    assertThat(WORKED_EXAMPLE.isDataBlock(Long.MAX_VALUE)).isFalse();
    assertThat(WORKED_EXAMPLE.isDataBlock((1L << 32) + 62)).isFalse();
  }

  @Test
  void slabAndOffsetOfAPbnAreThoseItWasMadeFrom() {
    for (int slab = 0; slab < 2; slab++) {
      for (int offset = 0; offset < 128; offset++) {
        long pbn = WORKED_EXAMPLE.slabStart(slab) + offset;
        assertThat(WORKED_EXAMPLE.slabOf(pbn)).isEqualTo(slab);
        assertThat(WORKED_EXAMPLE.offsetInSlab(pbn)).isEqualTo(offset);
      }
    }
  }

  @Test
  void blocksBehindTheLastWholeSlabBelongToNone() {
    var geometry = SlabGeometry.of(62, 318 + 127, new SlabConfig(128, 64, 1, 2, 2, 2, 2));

    assertThat(geometry).contains(WORKED_EXAMPLE);
  }

  @Test
  void aSlabJournalBlockLiesAtTheRemainderOfItsSequenceNumber() {
    var geometry = SlabGeometry.of(62, 62 + (1 << 13), SlabConfig.of(1 << 13, 224)).orElseThrow();

    assertThat(geometry.journalPosition(1)).isEqualTo(1);
    assertThat(geometry.journalPosition(223)).isEqualTo(223);
    assertThat(geometry.journalPosition(224)).isZero();
    assertThat(geometry.journalPosition(225)).isEqualTo(1);
    assertThat(geometry.journalPosition(-1)).isBetween(0, 223);
    assertThat(WORKED_EXAMPLE.journalPosition(1)).isEqualTo(1);
  }

  @Test
  void theHintRoundsDownButNeverToZero() {
    // 13 free blocks of 64 make hint 6, all 64 make 32: the worked example.
    assertThat(WORKED_EXAMPLE.hintShift()).isEqualTo(1);
    assertThat(WORKED_EXAMPLE.fullnessHint(13)).isEqualTo(6);
    assertThat(WORKED_EXAMPLE.fullnessHint(64)).isEqualTo(32);
    assertThat(WORKED_EXAMPLE.fullnessHint(1)).isEqualTo(1);
    assertThat(WORKED_EXAMPLE.fullnessHint(0)).isZero();
    assertThat(WORKED_EXAMPLE.unusedEntry()).isEqualTo(new SlabSummaryEntry(0, 32, false, false));
  }

  @Test
  void aSlabSmallerThanTheHintCanCountIsNotShifted() {
    var tiny = SlabGeometry.of(1, 33, new SlabConfig(32, 20, 1, 2, 1, 1, 1)).orElseThrow();

    assertThat(tiny.hintShift()).isZero();
    assertThat(tiny.fullnessHint(20)).isEqualTo(20);
  }
}
