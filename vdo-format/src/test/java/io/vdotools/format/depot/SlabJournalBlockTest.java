package io.vdotools.format.depot;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.format.BlockSize;
import io.vdotools.format.JournalPoint;
import io.vdotools.format.depot.SlabJournalEntry.Operation;
import io.vdotools.testing.FieldTable;
import io.vdotools.testing.Segments;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Slab journal blocks in both encodings (format-spec, sections 6.5 and 15.4). */
class SlabJournalBlockTest {
  private static final long NONCE = 0xDEADBEEFACEDFEEDL;
  private static final int MOST_OFFSET = (1 << 23) - 1;

  @Example
  void itHasTheFieldsOfTheFormatDescription() {
    assertThat(FieldTable.of(SlabJournalBlock.STRUCT))
        .isEqualTo(
            """
            0 8 head
            8 8 sequence_number
            16 8 recovery_point
            24 8 nonce
            32 1 metadata_type
            33 1 has_block_map_increments
            34 2 entry_count
            36
            """);
    assertThat(SlabJournalBlock.ENTRIES).isEqualTo(1353);
    assertThat(SlabJournalBlock.FULL_ENTRIES).isEqualTo(1299);
    assertThat(SlabJournalBlock.TYPES_OFFSET).isEqualTo(3933);
    assertThat(SlabJournalBlock.TYPES_BYTES).isEqualTo(163);
    assertThat(SlabJournalBlock.TYPES_OFFSET + SlabJournalBlock.TYPES_BYTES)
        .isEqualTo(BlockSize.BLOCK);
  }

  @Example
  void theExampleEntryHasTheBytesOfTheFormatDescription() {
    var block = emptyBlock();
    block.append(new SlabJournalEntry(0x12345, Operation.DATA_INCREMENT), 0);
    block.append(new SlabJournalEntry(0x12345, Operation.DECREMENT), 1);

    assertThat(Segments.hex(block.bytes(), 36, 6)).isEqualTo("45 23 81 45 23 01");
  }

  @Example
  void theWorkedExampleIsReadAndWritten() {
    var block = emptyBlock();
    for (int sbn = 0; sbn < 51; sbn++) {
      // A block map increment for each page of the first chain, then data. The recovery journal
      // has an entry more: the zero block, entry 4, does not come here.
      int entry = sbn < 4 ? sbn : sbn + 1;
      block.append(
          new SlabJournalEntry(
              sbn, sbn < 4 ? Operation.BLOCK_MAP_INCREMENT : Operation.DATA_INCREMENT),
          JournalPoint.pack(1, 2 * entry));
    }

    assertThat(Segments.hex(block.bytes(), 0, 45))
        .isEqualTo(
            "01 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 66 00 01 00 00 00 00 00 "
                + "ed fe ed ac ef be ad de 02 01 33 00 00 00 80 01 00 80 02 00 80");
    assertThat(Segments.hex(block.bytes(), 0xf5d, 3)).isEqualTo("0f 00 00");
    assertThat(block.head()).isEqualTo(1);
    assertThat(block.sequenceNumber()).isEqualTo(1);
    assertThat(block.recoveryPoint()).isEqualTo(JournalPoint.pack(1, 102));
    assertThat(block.nonce()).isEqualTo(NONCE);
    assertThat(block.metadataType()).isEqualTo(2);
    assertThat(block.entryCount()).isEqualTo(51);
    assertThat(block.entry(3)).isEqualTo(new SlabJournalEntry(3, Operation.BLOCK_MAP_INCREMENT));
    assertThat(block.entry(4)).isEqualTo(new SlabJournalEntry(4, Operation.DATA_INCREMENT));
  }

  private static SlabJournalBlock emptyBlock() {
    var block = new SlabJournalBlock(Segments.randomBlock(5));
    block.format(1, 1, NONCE);
    return block;
  }

  @Example
  void aFormattedBlockHasNoEntriesAndNoTypeBits() {
    var block = emptyBlock();

    assertThat(block.entryCount()).isZero();
    assertThat(block.hasBlockMapIncrements()).isFalse();
    assertThat(block.capacity()).isEqualTo(1353);
    assertThat(block.belongsTo(NONCE)).isTrue();
    assertThat(block.belongsTo(NONCE - 1)).isFalse();
    assertThat(block.bytes().asSlice(36).mismatch(Segments.zeros(4060))).isEqualTo(-1);
  }

  /** Random entries, the first block map increment at the given index. */
  private static List<SlabJournalEntry> randomEntries(long seed, int count, int firstIncrement) {
    var random = new SplittableRandom(seed);
    var entries = new ArrayList<SlabJournalEntry>();
    for (int i = 0; i < count; i++) {
      var operation =
          i == firstIncrement
              ? Operation.BLOCK_MAP_INCREMENT
              : switch (random.nextInt(i < firstIncrement ? 2 : 3)) {
                case 0 -> Operation.DATA_INCREMENT;
                case 1 -> Operation.DECREMENT;
                default -> Operation.BLOCK_MAP_INCREMENT;
              };
      entries.add(new SlabJournalEntry(random.nextInt(MOST_OFFSET + 1), operation));
    }
    return entries;
  }

  @Property(tries = 100)
  void entriesAreReadAsTheyWereAppendedInBothEncodings(
      @ForAll long seed, @ForAll @IntRange(max = 1400) int firstIncrement) {
    var block = emptyBlock();
    var entries = randomEntries(seed, 1400, firstIncrement);
    int accepted = 0;
    while (block.append(entries.get(accepted), JournalPoint.pack(9, accepted))) {
      accepted++;
    }

    // A block without type bits ends at 1353 entries. One that is past 1299 when the first block
    // map increment comes refuses that increment.
    int expected = firstIncrement < 1299 ? 1299 : Math.min(firstIncrement, 1353);
    assertThat(accepted).isEqualTo(expected);
    assertThat(block.entryCount()).isEqualTo(expected);
    assertThat(block.hasBlockMapIncrements()).isEqualTo(firstIncrement < 1299);
    assertThat(block.capacity()).isEqualTo(firstIncrement < 1299 ? 1299 : 1353);
    assertThat(block.recoveryPoint()).isEqualTo(JournalPoint.pack(9, expected - 1));
    for (int i = 0; i < accepted; i++) {
      assertThat(block.entry(i)).as("entry %d", i).isEqualTo(entries.get(i));
      assertThat(block.entryOffsetInSlab(i)).isEqualTo(entries.get(i).offsetInSlab());
      assertThat(block.entryOperation(i)).isEqualTo(entries.get(i).operation());
    }
  }

  @Example
  void aRefusedEntryChangesNothing() {
    var block = emptyBlock();
    for (int i = 0; i < 1300; i++) {
      assertThat(block.append(new SlabJournalEntry(i, Operation.DATA_INCREMENT), i)).isTrue();
    }
    var before = Segments.array(block.bytes());

    assertThat(block.append(new SlabJournalEntry(1, Operation.BLOCK_MAP_INCREMENT), 9999))
        .isFalse();
    assertThat(Segments.array(block.bytes())).isEqualTo(before);

    for (int i = 1300; i < 1353; i++) {
      assertThat(block.append(new SlabJournalEntry(i, Operation.DECREMENT), i)).isTrue();
    }
    var full = Segments.array(block.bytes());
    assertThat(block.append(new SlabJournalEntry(1, Operation.DECREMENT), 9999)).isFalse();
    assertThat(Segments.array(block.bytes())).isEqualTo(full);
    assertThat(Segments.hex(block.bytes(), 4095, 1)).as("the byte left over").isEqualTo("00");
  }

  @Example
  void theTypeBitsAreClearedWhenTheyComeIntoUse() {
    // The driver's buffer is reused: behind its entries a block has whatever was there before.
    var block = emptyBlock();
    block.append(new SlabJournalEntry(7, Operation.DATA_INCREMENT), 0);
    block.bytes().asSlice(36 + 3).fill((byte) 0xff);
    block.append(new SlabJournalEntry(8, Operation.BLOCK_MAP_INCREMENT), 2);
    block.append(new SlabJournalEntry(9, Operation.DATA_INCREMENT), 4);

    assertThat(block.entry(0)).isEqualTo(new SlabJournalEntry(7, Operation.DATA_INCREMENT));
    assertThat(block.entry(1)).isEqualTo(new SlabJournalEntry(8, Operation.BLOCK_MAP_INCREMENT));
    assertThat(block.entry(2)).isEqualTo(new SlabJournalEntry(9, Operation.DATA_INCREMENT));
    assertThat(Segments.hex(block.bytes(), 3933, 2)).isEqualTo("02 00");
    assertThat(block.typeBit(1)).isTrue();
    assertThat(block.typeBit(2)).isFalse();
  }

  @Example
  void theLastEntryOfAFullBlockHasTheLastTypeBit() {
    var block = emptyBlock();
    for (int i = 0; i < 1299; i++) {
      block.append(new SlabJournalEntry(MOST_OFFSET, Operation.BLOCK_MAP_INCREMENT), i);
    }

    assertThat(Segments.hex(block.bytes(), 3930, 5)).isEqualTo("ff ff ff ff ff");
    // 1299 is 162 bytes and 3 bits.
    assertThat(Segments.hex(block.bytes(), 4094, 2)).isEqualTo("ff 07");
    assertThat(block.entry(1298))
        .isEqualTo(new SlabJournalEntry(MOST_OFFSET, Operation.BLOCK_MAP_INCREMENT));
  }

  @Example
  void aTypeBitOfADecrementIsIgnored() {
    var block = emptyBlock();
    block.append(new SlabJournalEntry(1, Operation.BLOCK_MAP_INCREMENT), 0);
    block.append(new SlabJournalEntry(2, Operation.DECREMENT), 1);
    block.bytes().asSlice(3933, 163).fill((byte) 0xff);

    assertThat(block.entryOperation(1)).isEqualTo(Operation.DECREMENT);
    assertThat(Operation.values())
        .filteredOn(operation -> new SlabJournalEntry(0, operation).isIncrement())
        .containsExactly(Operation.DATA_INCREMENT, Operation.BLOCK_MAP_INCREMENT);
  }

  @Property(tries = 200)
  void anyBytesAreABlock(@ForAll long seed) {
    var block = new SlabJournalBlock(Segments.randomBlock(seed));

    assertThat(block.entryCount()).isBetween(0, 65_535);
    assertThat(block.hasBlockMapIncrements()).isEqualTo(block.encodingByte() != 0);
    for (int i = 0; i < block.capacity(); i++) {
      assertThat(block.entry(i).offsetInSlab()).isBetween(0, MOST_OFFSET);
    }
  }
}
