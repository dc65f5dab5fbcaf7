package io.vdotools.format.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.testing.Segments;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Entries go into a block and come out of it as they were. */
class RecoveryJournalEntriesTest {
  private static RecoveryJournalBlock emptyBlock(JournalFormat format) {
    var block = new RecoveryJournalBlock(Segments.zeroBlock());
    block.format(new RecoveryJournalBlock.Header(1, 1, 40_000, 0x1234, format, 5, 6, 7), 32_768);
    return block;
  }

  private static List<JournalEntry> randomEntries(long seed, JournalFormat format, int count) {
    var random = new SplittableRandom(seed);
    var entries = new ArrayList<JournalEntry>();
    for (int i = 0; i < count; i++) {
      int operation = random.nextInt(4);
      var first = BlockMapEntry.unpack(random.nextLong() & BlockMapEntry.MASK);
      var second = BlockMapEntry.unpack(random.nextLong() & BlockMapEntry.MASK);
      boolean isHalf = format == JournalFormat.V1;
      boolean isIncrement = (operation & 1) != 0;
      entries.add(
          new JournalEntry(
              format,
              operation,
              random.nextLong(1L << 36),
              random.nextInt(1 << 10),
              isHalf && !isIncrement ? BlockMapEntry.UNMAPPED : first,
              isHalf && isIncrement ? BlockMapEntry.UNMAPPED : second));
    }
    return entries;
  }

  @Property(tries = 100)
  void entriesAreReadAsTheyWereAppendedUntilTheBlockIsFull(
      @ForAll JournalFormat format, @ForAll long seed) {
    int capacity = format.entriesPerBlock();
    var block = emptyBlock(format);
    var entries = randomEntries(seed, format, capacity + 1);
    for (int i = 0; i < capacity; i++) {
      assertThat(block.append(entries.get(i))).as("entry %d", i).isTrue();
      assertThat(block.entryCount()).isEqualTo(i + 1);
    }
    var full = Segments.array(block.bytes());
    assertThat(block.append(entries.get(capacity))).as("entry in a full block").isFalse();
    assertThat(Segments.array(block.bytes())).isEqualTo(full);

    int i = 0;
    for (int sector = 1; sector <= JournalFormat.ENTRY_SECTORS; sector++) {
      assertThat(block.isSectorValid(format, sector)).isTrue();
      assertThat(block.sectorEntryCount(sector)).isEqualTo(format.capacity(sector));
      for (int index = 0; index < format.capacity(sector); index++) {
        assertThat(block.entry(format, sector, index)).isEqualTo(entries.get(i));
        i++;
      }
    }
    assertThat(i).isEqualTo(capacity);
  }

  @Property(tries = 100)
  void appendingTouchesOnlyTheHeaderAndTheSectorOfTheEntry(
      @ForAll JournalFormat format, @ForAll long seed, @ForAll @IntRange(max = 310) int any) {
    int count = any % format.entriesPerBlock();
    var entries = randomEntries(seed, format, count + 1);
    var block = emptyBlock(format);
    entries.subList(0, count).forEach(block::append);
    var before = Segments.copy(block.bytes());
    block.append(entries.get(count));

    int touched = 1 + count / format.entriesPerSector();
    for (int sector = 1; sector <= JournalFormat.ENTRY_SECTORS; sector++) {
      boolean isSame = sector(block.bytes(), sector).mismatch(sector(before, sector)) < 0;
      assertThat(isSame || sector == touched).as("sector %d", sector).isTrue();
      assertThat(block.sectorEntryCount(sector))
          .isEqualTo(
              Math.clamp(
                  count + 1 - (sector - 1) * format.entriesPerSector(),
                  0,
                  format.capacity(sector)));
      assertThat(block.isSectorValid(format, sector)).isEqualTo(sector <= touched);
    }
    assertThat(block.bytes().asSlice(0, 33).mismatch(before.asSlice(0, 33))).isEqualTo(-1);
    assertThat(block.bytes().asSlice(35, 477).mismatch(before.asSlice(35, 477))).isEqualTo(-1);
  }

  private static MemorySegment sector(MemorySegment block, int sector) {
    return block.asSlice(512L * sector, 512);
  }

  @Property(tries = 200)
  void anyBytesAreEntriesAndAreStoredAsTheyWereRead(
      @ForAll JournalFormat format, @ForAll long seed) {
    var block = new RecoveryJournalBlock(Segments.randomBlock(seed));
    var copy = new RecoveryJournalBlock(Segments.copy(block.bytes()));
    for (int sector = 1; sector <= JournalFormat.ENTRY_SECTORS; sector++) {
      for (int index = 0; index < format.entriesPerSector(); index++) {
        // Cleared first: what the entry does not say would otherwise stay as it was.
        copy.bytes()
            .asSlice(512L * sector + 3 + (long) index * format.entryBytes(), format.entryBytes())
            .fill((byte) 0);
        copy.setEntry(sector, index, block.entry(format, sector, index));
      }
    }

    assertThat(Segments.array(copy.bytes())).isEqualTo(Segments.array(block.bytes()));
  }
}
