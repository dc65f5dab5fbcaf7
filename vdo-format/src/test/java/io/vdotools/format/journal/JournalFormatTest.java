package io.vdotools.format.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.journal.JournalEntry.Operation;
import org.junit.jupiter.api.Test;

/** The two formats of the recovery journal (format-spec, sections 8.3 and 8.4). */
class JournalFormatTest {
  private static final BlockMapEntry NEW = new BlockMapEntry(100, 1);
  private static final BlockMapEntry OLD = new BlockMapEntry(200, 5);

  @Test
  void theCurrentFormatHasThirtyOneEntriesInEachSector() {
    var format = JournalFormat.CURRENT;

    assertThat(format.metadataType()).isEqualTo(3);
    assertThat(format.entryBytes()).isEqualTo(16);
    assertThat(format.entriesPerSector()).isEqualTo(31);
    assertThat(format.capacity(1)).isEqualTo(31);
    assertThat(format.capacity(7)).isEqualTo(31);
    assertThat(format.entriesPerBlock()).isEqualTo(217);
  }

  @Test
  void theOldFormatHasFewerEntriesInTheLastSector() {
    var format = JournalFormat.V1;

    assertThat(format.metadataType()).isEqualTo(1);
    assertThat(format.entryBytes()).isEqualTo(11);
    assertThat(format.entriesPerSector()).isEqualTo(46);
    assertThat(format.capacity(1)).isEqualTo(46);
    assertThat(format.capacity(6)).isEqualTo(46);
    assertThat(format.capacity(7)).isEqualTo(35);
    assertThat(format.entriesPerBlock()).isEqualTo(311);
  }

  @Test
  void aFormatIsKnownByTheTypeOfTheBlock() {
    for (int type = 0; type < 256; type++) {
      var format = JournalFormat.ofType(type);
      switch (type) {
        case 1 -> assertThat(format).contains(JournalFormat.V1);
        case 3 -> assertThat(format).contains(JournalFormat.CURRENT);
        default -> assertThat(format).as("type %d", type).isEmpty();
      }
    }
  }

  @Test
  void anOperationIsReadByTheFormatOfItsBlock() {
    assertThat(entry(JournalFormat.CURRENT, 0).operation()).isEqualTo(Operation.DATA_REMAPPING);
    assertThat(entry(JournalFormat.CURRENT, 1).operation())
        .isEqualTo(Operation.BLOCK_MAP_REMAPPING);
    assertThat(entry(JournalFormat.CURRENT, 2).operation()).isEqualTo(Operation.INVALID);
    assertThat(entry(JournalFormat.CURRENT, 3).operation()).isEqualTo(Operation.INVALID);
    assertThat(entry(JournalFormat.V1, 0).operation()).isEqualTo(Operation.DATA_DECREMENT);
    assertThat(entry(JournalFormat.V1, 1).operation()).isEqualTo(Operation.DATA_INCREMENT);
    assertThat(entry(JournalFormat.V1, 2).operation()).isEqualTo(Operation.BLOCK_MAP_DECREMENT);
    assertThat(entry(JournalFormat.V1, 3).operation()).isEqualTo(Operation.BLOCK_MAP_INCREMENT);
    assertThat(entry(JournalFormat.V1, 4).operation()).isEqualTo(Operation.INVALID);
  }

  @Test
  void anEntryOfTheCurrentFormatDoesBothHalves() {
    for (int code = 0; code < 4; code++) {
      var entry = entry(JournalFormat.CURRENT, code);
      assertThat(entry.storesMapping()).isTrue();
      assertThat(entry.releasesMapping()).isTrue();
      assertThat(entry.isBlockMapEntry()).isEqualTo(code == 1);
      assertThat(entry.location()).isEqualTo(NEW);
    }
  }

  @Test
  void anEntryOfTheOldFormatDoesOneHalf() {
    for (int code = 0; code < 4; code++) {
      var entry = entry(JournalFormat.V1, code);
      boolean isIncrement = code == 1 || code == 3;
      assertThat(entry.storesMapping()).as("code %d", code).isEqualTo(isIncrement);
      assertThat(entry.releasesMapping()).as("code %d", code).isEqualTo(!isIncrement);
      assertThat(entry.isBlockMapEntry()).as("code %d", code).isEqualTo(code == 3);
      assertThat(entry.location()).as("code %d", code).isEqualTo(isIncrement ? NEW : OLD);
    }
  }

  private static JournalEntry entry(JournalFormat format, int code) {
    return new JournalEntry(format, code, 50, 3, NEW, OLD);
  }
}
