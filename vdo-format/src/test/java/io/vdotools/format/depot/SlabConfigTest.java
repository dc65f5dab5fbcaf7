package io.vdotools.format.depot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.format.Limits;
import io.vdotools.testing.FieldTable;
import io.vdotools.testing.Segments;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The division of a slab that formatters choose (format-spec, section 4.3). */
class SlabConfigTest {
  @Test
  void itHasSevenLongFields() {
    assertThat(FieldTable.of(SlabConfig.STRUCT))
        .isEqualTo(
            """
            0 8 slab_blocks
            8 8 data_blocks
            16 8 reference_count_blocks
            24 8 slab_journal_blocks
            32 8 slab_journal_flushing_threshold
            40 8 slab_journal_blocking_threshold
            48 8 slab_journal_scrubbing_threshold
            56
            """);
  }

  @Test
  void theDefaultSlabIsDividedAsTheFormatDescriptionSays() {
    assertThat(SlabConfig.of(1 << 19, 224))
        .isEqualTo(new SlabConfig(1 << 19, 523_934, 130, 224, 168, 208, 222));
  }

  @ParameterizedTest
  @CsvSource({
    // bits, data blocks, reference blocks, those in use, hint, summary entry, largest volume in GiB
    "13, 7966, 2, 2, 62, 3E00, 256",
    "14, 16155, 5, 5, 63, 3F00, 512",
    "15, 32535, 9, 9, 63, 3F00, 1024",
    "16, 65295, 17, 17, 63, 3F00, 2048",
    "17, 130815, 33, 33, 63, 3F00, 4096",
    "18, 261855, 65, 65, 63, 3F00, 8192",
    "19, 523934, 130, 130, 63, 3F00, 16384",
    "20, 1048091, 261, 260, 63, 3F00, 32768",
    "21, 2096407, 521, 520, 63, 3F00, 65536",
    "22, 4193039, 1041, 1040, 63, 3F00, 131072",
    "23, 8386303, 2081, 2080, 63, 3F00, 262144",
  })
  void everySlabSizeIsDividedAsTheFormatDescriptionSays(
      int bits,
      long dataBlocks,
      long referenceBlocks,
      int usedReferenceBlocks,
      int hint,
      String entry,
      long largestVolumeGib) {
    long slabBlocks = 1L << bits;
    var config = SlabConfig.of(slabBlocks, 224);
    var geometry = SlabGeometry.of(100, 100 + 3 * slabBlocks, config).orElseThrow();
    var unused = Segments.zeros(2);
    geometry.unusedEntry().encode(unused);

    assertThat(config)
        .isEqualTo(new SlabConfig(slabBlocks, dataBlocks, referenceBlocks, 224, 168, 208, 222));
    assertThat(geometry.usedReferenceBlocks()).isEqualTo(usedReferenceBlocks);
    assertThat(geometry.fullnessHint((int) dataBlocks)).isEqualTo(hint);
    assertThat(Segments.hex(unused, 0, 2))
        .isEqualToIgnoringCase(entry.substring(2) + " " + entry.substring(0, 2));
    assertThat(slabBlocks * Limits.SLABS).isEqualTo(largestVolumeGib << 18);
  }

  @ParameterizedTest
  @CsvSource({
    // journal blocks, and flushing, blocking and scrubbing thresholds
    "1, 1, 1, 1",
    "2, 2, 2, 2",
    "3, 3, 1, 1",
    "4, 3, 2, 2",
    "10, 8, 8, 8",
    "100, 75, 92, 98",
    "224, 168, 208, 222",
    "256, 192, 237, 254",
  })
  void theThresholdsFollowFromTheSizeOfTheJournal(
      long journalBlocks, long flushing, long blocking, long scrubbing) {
    var config = SlabConfig.of(1 << 13, journalBlocks);

    assertThat(config.flushingThreshold()).isEqualTo(flushing);
    assertThat(config.blockingThreshold()).isEqualTo(blocking);
    assertThat(config.scrubbingThreshold()).isEqualTo(scrubbing);
  }

  @Test
  void thePartsOfASlabFillIt() {
    for (int bits = 13; bits <= 23; bits++) {
      for (long journalBlocks : new long[] {1, 2, 3, 100, 224, 256}) {
        var config = SlabConfig.of(1L << bits, journalBlocks);
        assertThat(config.dataBlocks() + config.referenceCountBlocks() + config.slabJournalBlocks())
            .isEqualTo(config.slabBlocks());
        assertThat(config.referenceCountBlocks() * ReferenceBlock.COUNTS_PER_BLOCK)
            .isGreaterThanOrEqualTo(config.dataBlocks());
      }
    }
  }
}
