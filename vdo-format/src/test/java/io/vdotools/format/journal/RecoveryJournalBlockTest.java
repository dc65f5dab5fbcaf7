package io.vdotools.format.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.testing.FieldTable;
import io.vdotools.testing.Segments;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Fields, examples and judgements of recovery journal blocks (format-spec, section 8). */
class RecoveryJournalBlockTest {
  private static final long NONCE = 0xDEADBEEFACEDFEEDL;

  @Test
  void theHeaderHasTheFieldsOfTheFormatDescription() {
    assertThat(FieldTable.of(RecoveryJournalBlock.STRUCT))
        .isEqualTo(
            """
            0 8 block_map_head
            8 8 slab_journal_head
            16 8 sequence_number
            24 8 nonce
            32 1 metadata_type
            33 2 entry_count
            35 8 logical_blocks_used
            43 8 block_map_data_blocks
            51 1 check_byte
            52 1 recovery_count
            53
            """);
    assertThat(FieldTable.of(RecoveryJournalBlock.SECTOR_STRUCT))
        .isEqualTo(
            """
            0 1 check_byte
            1 1 recovery_count
            2 1 entry_count
            3
            """);
    assertThat(FieldTable.of(RecoveryJournalBlock.ENTRY_STRUCT))
        .isEqualTo(
            """
            0 2 operation_slot_pbn_high
            2 4 pbn_low
            6 5 mapping
            11 5 unmapping
            16
            """);
  }

  private static RecoveryJournalBlock emptyBlock(JournalFormat format) {
    var block = new RecoveryJournalBlock(Segments.randomBlock(3));
    block.format(new RecoveryJournalBlock.Header(7, 8, 9, NONCE, format, 1000, 20, 0xA5), 4);
    return block;
  }

  @Test
  void theExampleEntryOfTheCurrentFormatHasTheBytesOfTheFormatDescription() {
    var entry =
        new JournalEntry(
            JournalFormat.CURRENT,
            0,
            0x312345678L,
            811,
            new BlockMapEntry(0x2ABCDEF01L, 1),
            new BlockMapEntry(0xABCD, 7));
    var block = emptyBlock(JournalFormat.CURRENT);
    block.append(entry);

    assertThat(Segments.hex(block.bytes(), 515, 16))
        .isEqualToIgnoringCase("AC 3C 78 56 34 12 21 01 EF CD AB 07 CD AB 00 00");
    assertThat(block.entry(JournalFormat.CURRENT, 1, 0)).isEqualTo(entry);
  }

  @Test
  void theExampleEntryOfTheOldFormatHasTheBytesOfTheFormatDescription() {
    var entry =
        new JournalEntry(
            JournalFormat.V1,
            1,
            0x312345678L,
            811,
            new BlockMapEntry(0x2ABCDEF01L, 1),
            BlockMapEntry.UNMAPPED);
    var block = emptyBlock(JournalFormat.V1);
    block.append(entry);

    assertThat(Segments.hex(block.bytes(), 515, 11))
        .isEqualToIgnoringCase("AD 3C 78 56 34 12 21 01 EF CD AB");
    assertThat(block.entry(JournalFormat.V1, 1, 0)).isEqualTo(entry);
  }

  @Test
  void theStartOfTheWorkedExampleIsWritten() {
    var block = new RecoveryJournalBlock(Segments.zeroBlock());
    block.format(
        new RecoveryJournalBlock.Header(1, 1, 1, NONCE, JournalFormat.CURRENT, 0, 0, 0), 2);
    block.append(remapping(1, 2, 0, 62));
    block.append(remapping(1, 62, 0, 63));
    for (int i = 2; i < 52; i++) {
      block.append(remapping(0, 65, i, i + 62));
    }

    assertThat(Segments.hex(block.bytes(), 0, 53))
        .isEqualTo(
            "01 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 "
                + "ed fe ed ac ef be ad de 03 34 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
                + "00 00 00 80 00");
    assertThat(Segments.hex(block.bytes(), 512, 27))
        .isEqualTo(
            "80 00 1f 01 00 02 00 00 00 01 3e 00 00 00 00 00 00 00 00 01 00 3e 00 00 00 01 3f");
    assertThat(block.sectorEntryCount(1)).isEqualTo(31);
    assertThat(block.sectorEntryCount(2)).isEqualTo(21);
    assertThat(block.sectorEntryCount(3)).isZero();
  }

  private static JournalEntry remapping(int operation, long page, int slot, long pbn) {
    return new JournalEntry(
        JournalFormat.CURRENT,
        operation,
        page,
        slot,
        new BlockMapEntry(pbn, 1),
        BlockMapEntry.UNMAPPED);
  }

  @Test
  void theStartOfTheWorkedExampleInTheOldFormatIsWritten() {
    var block = new RecoveryJournalBlock(Segments.zeroBlock());
    block.format(new RecoveryJournalBlock.Header(1, 1, 1, NONCE, JournalFormat.V1, 0, 0, 0), 2);
    var first =
        new JournalEntry(
            JournalFormat.V1, 3, 2, 0, new BlockMapEntry(62, 1), BlockMapEntry.UNMAPPED);
    for (int i = 0; i < 100; i++) {
      block.append(first);
    }

    assertThat(Segments.hex(block.bytes(), 512, 14))
        .isEqualTo("80 00 2e 03 00 02 00 00 00 01 3e 00 00 00");
    assertThat(block.sectorEntryCount(1)).isEqualTo(46);
    assertThat(block.sectorEntryCount(2)).isEqualTo(46);
    assertThat(block.sectorEntryCount(3)).isEqualTo(8);
    assertThat(block.metadataType()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void aFormattedBlockHasItsHeaderAndNothingElse(JournalFormat format) {
    var block = emptyBlock(format);

    assertThat(block.blockMapHead()).isEqualTo(7);
    assertThat(block.slabJournalHead()).isEqualTo(8);
    assertThat(block.sequenceNumber()).isEqualTo(9);
    assertThat(block.nonce()).isEqualTo(NONCE);
    assertThat(block.format()).contains(format);
    assertThat(block.entryCount()).isZero();
    assertThat(block.logicalBlocksUsed()).isEqualTo(1000);
    assertThat(block.blockMapDataBlocks()).isEqualTo(20);
    assertThat(block.checkByte()).isEqualTo(0x82);
    assertThat(block.recoveryCount()).isEqualTo(0xA5);
    assertThat(block.bytes().asSlice(53).mismatch(Segments.zeros(4096 - 53))).isEqualTo(-1);
  }

  @ParameterizedTest
  @CsvSource({
    // sequence number, journal blocks, check byte
    "1, 2, 80",
    "2, 2, 81",
    "3, 2, 81",
    "32767, 32768, 80",
    "32768, 32768, 81",
    "4161536, 32768, FF",
    "4194303, 32768, FF",
    "4194304, 32768, 80",
    "281474976710655, 32768, FF",
  })
  void theCheckByteChangesWithEveryLapAndIsNeverZero(
      long sequenceNumber, long journalBlocks, String checkByte) {
    assertThat(RecoveryJournalBlock.checkByteOf(sequenceNumber, journalBlocks))
        .isEqualTo(Integer.parseInt(checkByte, 16));
  }

  @ParameterizedTest
  @EnumSource
  void aBlockIsValidForItsVolumeAndGenerationOnly(JournalFormat format) {
    var block = emptyBlock(format);

    assertThat(block.isValid(NONCE, 0xA5)).isTrue();
    assertThat(block.isValid(NONCE + 1, 0xA5)).isFalse();
    assertThat(block.isValid(NONCE, 0xA4)).isFalse();
    setEntryCount(block, format.entriesPerBlock());
    assertThat(block.isValid(NONCE, 0xA5)).isTrue();
    setEntryCount(block, format.entriesPerBlock() + 1);
    assertThat(block.isValid(NONCE, 0xA5)).isFalse();
    setEntryCount(block, 0xffff);
    assertThat(block.entryCount()).isEqualTo(0xffff);
    assertThat(block.isValid(NONCE, 0xA5)).isFalse();
  }

  private static void setEntryCount(RecoveryJournalBlock block, int count) {
    block.bytes().set(ValueLayout.JAVA_BYTE, 33, (byte) count);
    block.bytes().set(ValueLayout.JAVA_BYTE, 34, (byte) (count >> 8));
  }

  @Test
  void aBlockOfAnotherTypeIsNotValid() {
    var block = emptyBlock(JournalFormat.CURRENT);
    block.bytes().set(ValueLayout.JAVA_BYTE, 32, (byte) 2);

    assertThat(block.format()).isEmpty();
    assertThat(block.isValid(NONCE, 0xA5)).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void aSectorIsValidWithTheBytesOfTheHeaderAndARoomyCount(JournalFormat format) {
    for (int sector = 1; sector <= JournalFormat.ENTRY_SECTORS; sector++) {
      var block = emptyBlock(format);
      long at = 512L * sector;
      assertThat(block.isSectorValid(format, sector)).as("not started").isFalse();
      block.bytes().set(ValueLayout.JAVA_BYTE, at, (byte) 0x82);
      assertThat(block.isSectorValid(format, sector)).as("other generation").isFalse();
      block.bytes().set(ValueLayout.JAVA_BYTE, at + 1, (byte) 0xA5);
      assertThat(block.isSectorValid(format, sector)).as("no entries").isTrue();
      block.bytes().set(ValueLayout.JAVA_BYTE, at + 2, (byte) format.capacity(sector));
      assertThat(block.isSectorValid(format, sector)).as("full").isTrue();
      block.bytes().set(ValueLayout.JAVA_BYTE, at, (byte) 0x83);
      assertThat(block.isSectorValid(format, sector)).as("other lap").isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSectorThatClaimsMoreEntriesThanItMayHoldIsNotValid(JournalFormat format) {
    for (int sector = 1; sector <= JournalFormat.ENTRY_SECTORS; sector++) {
      var block = emptyBlock(format);
      block.bytes().asSlice(512L * sector, 2).copyFrom(Segments.ofHex("82 a5"));
      for (int count = format.capacity(sector) + 1; count < 256; count++) {
        block.bytes().set(ValueLayout.JAVA_BYTE, 512L * sector + 2, (byte) count);
        assertThat(block.sectorEntryCount(sector)).isEqualTo(count);
        assertThat(block.isSectorValid(format, sector))
            .as("%d entries in sector %d", count, sector)
            .isFalse();
      }
    }
  }
}
