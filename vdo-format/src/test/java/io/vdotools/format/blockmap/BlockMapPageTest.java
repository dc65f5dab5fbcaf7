package io.vdotools.format.blockmap;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.format.BlockSize;
import io.vdotools.format.VersionNumber;
import io.vdotools.format.blockmap.BlockMapPage.Validity;
import io.vdotools.testing.FieldTable;
import io.vdotools.testing.Segments;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** A page of the block map (format-spec, sections 5.2, 5.3 and 15.3). */
class BlockMapPageTest {
  private static final long NONCE = 0xDEADBEEFACEDFEEDL;

  @Example
  void itHasTheFieldsOfTheFormatDescription() {
    assertThat(FieldTable.of(BlockMapPage.STRUCT))
        .isEqualTo(
            """
            0 4 version.major_version
            4 4 version.minor_version
            8 8 nonce
            16 8 pbn
            24 8 unused_long_word
            32 1 initialized
            33 1 unused_byte1
            34 1 unused_byte2
            35 1 unused_byte3
            36
            """);
    assertThat(BlockMapPage.HEADER_BYTES).isEqualTo(36);
    assertThat(BlockMapPage.ENTRIES).isEqualTo(812);
  }

  @Example
  void theEntriesFillThePageToItsEnd() {
    assertThat(BlockMapPage.HEADER_BYTES + BlockMapPage.ENTRIES * BlockMapEntry.SIZE_BYTES)
        .isEqualTo(BlockSize.BLOCK);
  }

  @Property(tries = 50)
  void everySlotCanBeSetWithoutDisturbingAnyOtherByte(
      @ForAll long seed, @ForAll @LongRange(max = BlockMapEntry.MASK) long packed) {
    var page = new BlockMapPage(Segments.randomBlock(seed));
    for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
      var expected = Segments.copy(page.bytes());
      for (int i = 0; i < 5; i++) {
        expected.set(ValueLayout.JAVA_BYTE, 36 + 5L * slot + i, (byte) (packed >>> (8 * i)));
      }
      page.setEntry(slot, packed);

      assertThat(page.bytes().mismatch(expected)).as("slot %d", slot).isEqualTo(-1);
      assertThat(page.entry(slot)).as("slot %d", slot).isEqualTo(packed);
    }
  }

  @Property
  void entriesOfConsecutiveSlotsAreStoredAsOneByOne(
      @ForAll long seed,
      @ForAll @LongRange(max = (1L << 36) - 812) long anyPbn,
      @ForAll @IntRange(max = 811) int slot,
      @ForAll @IntRange(min = 1, max = 812) int most,
      @ForAll boolean isOneBlock,
      @ForAll boolean isNearAWrap) {
    // A packed PBN is in two parts, of which the lower one begins anew there.
    long pbn = isNearAWrap ? (anyPbn | 0xffff_ff00L) & ~0x3fL : anyPbn;
    int count = Math.min(most, BlockMapPage.ENTRIES - slot);
    var page = new BlockMapPage(Segments.randomBlock(seed));
    var expected = new BlockMapPage(Segments.copy(page.bytes()));
    if (isOneBlock) {
      count = Math.min(count, 14);
      for (int i = 0; i < count; i++) {
        expected.setEntry(slot + i, BlockMapEntry.pack(pbn, 2 + i));
      }
      page.setEntries(slot, count, new BlockMapEntry(pbn, 2), 0, 1);
    } else {
      for (int i = 0; i < count; i++) {
        expected.setEntry(slot + i, BlockMapEntry.pack(pbn + i, MappingState.UNCOMPRESSED));
      }
      page.setEntries(slot, count, new BlockMapEntry(pbn, MappingState.UNCOMPRESSED), 1, 0);
    }

    assertThat(page.bytes().mismatch(expected.bytes())).isEqualTo(-1);
  }

  @Property(tries = 50)
  void everySlotIsReadFromItsOwnFiveBytes(@ForAll long seed) {
    var page = new BlockMapPage(Segments.randomBlock(seed));
    for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
      long expected = 0;
      for (int i = 4; i >= 0; i--) {
        expected = (expected << 8) | Byte.toUnsignedLong(byteAt(page.bytes(), 36 + 5L * slot + i));
      }
      assertThat(page.entry(slot)).as("slot %d", slot).isEqualTo(expected);
    }
  }

  @Property(tries = 200)
  void slotsThatAreNotEmptyAreFoundFromAnySlotOn(
      @ForAll @Size(max = 5) Set<@IntRange(max = 811) Integer> occupied,
      @ForAll @LongRange(min = 1, max = BlockMapEntry.MASK) long packed) {
    var page = new BlockMapPage(Segments.zeros(BlockSize.BLOCK));
    page.format(-1, -1);
    occupied.forEach(slot -> page.setEntry(slot, packed));
    byte[] bytes = page.bytes().toArray(ValueLayout.JAVA_BYTE);

    for (int slot = 0; slot <= BlockMapPage.ENTRIES; slot++) {
      int from = slot;
      assertThat(BlockMapPage.nextOccupied(bytes, slot))
          .as("from slot %d", slot)
          .isEqualTo(
              occupied.stream()
                  .filter(other -> other >= from)
                  .mapToInt(Integer::intValue)
                  .min()
                  .orElse(BlockMapPage.ENTRIES));
    }
  }

  private static byte byteAt(MemorySegment bytes, long offset) {
    return bytes.get(ValueLayout.JAVA_BYTE, offset);
  }

  @Property(tries = 20)
  void aPageInsideALargerBufferHasTheSameEntries(@ForAll long seed) {
    var buffer = Segments.random(seed, 3 * BlockSize.BLOCK);
    for (int i = 0; i < 3; i++) {
      long offset = (long) i * BlockSize.BLOCK;
      var page = new BlockMapPage(buffer.asSlice(offset, BlockSize.BLOCK));
      for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
        assertThat(BlockMapPage.entry(buffer, offset, slot)).isEqualTo(page.entry(slot));
      }
    }
  }

  @Example
  void aFormattedPageIsEmptyAndValidAtItsPlaceOnly() {
    var page = new BlockMapPage(Segments.randomBlock(1));
    page.format(NONCE, 65);

    assertThat(Segments.hex(page.bytes(), 0, 36))
        .isEqualTo(
            "04 00 00 00 01 00 00 00 ed fe ed ac ef be ad de 41 00 00 00 00 00 00 00 "
                + "00 00 00 00 00 00 00 00 01 00 00 00");
    assertThat(page.bytes().asSlice(36).mismatch(Segments.zeros(4060))).isEqualTo(-1);
    assertThat(page.validity(NONCE, 65)).isEqualTo(Validity.VALID);
    assertThat(page.validity(NONCE, 66)).isEqualTo(Validity.BAD);
    assertThat(page.validity(NONCE + 1, 65)).isEqualTo(Validity.INVALID);
    assertThat(page.hasStrayBytes()).isFalse();
    assertThat(page.entryOffset()).isZero();
  }

  @Example
  void theRootOfTheWorkedExampleIsRead() {
    var page =
        new BlockMapPage(
            Segments.blockOfHex(
                """
                04 00 00 00 01 00 00 00 ed fe ed ac ef be ad de
                02 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
                01 00 00 00 01 3e 00 00 00
                """));

    assertThat(page.version()).isEqualTo(BlockMapPage.VERSION);
    assertThat(page.nonce()).isEqualTo(NONCE);
    assertThat(page.pbn()).isEqualTo(2);
    assertThat(page.isInitialized()).isTrue();
    assertThat(page.validity(NONCE, 2)).isEqualTo(Validity.VALID);
    assertThat(BlockMapEntry.unpack(page.entry(0))).isEqualTo(new BlockMapEntry(62, 1));
    assertThat(BlockMapEntry.unpack(page.entry(1))).isEqualTo(BlockMapEntry.UNMAPPED);
  }

  @Example
  void aPageOfAnotherVersionOrNeverCompletelyWrittenIsInvalid() {
    assertThat(changed(0, 5).validity(NONCE, 65)).isEqualTo(Validity.INVALID);
    assertThat(changed(4, 0).validity(NONCE, 65)).isEqualTo(Validity.INVALID);
    assertThat(changed(4, 0).version()).isEqualTo(BlockMapPage.PRE_RELEASE_VERSION);
    assertThat(changed(32, 0).validity(NONCE, 65)).isEqualTo(Validity.INVALID);
    assertThat(new BlockMapPage(Segments.zeroBlock()).validity(0, 0)).isEqualTo(Validity.INVALID);
  }

  @Example
  void anInvalidPageIsNotBadWhereverItLies() {
    assertThat(changed(32, 0).validity(NONCE, 1)).isEqualTo(Validity.INVALID);
  }

  @Example
  void anyByteButZeroMeansInitialized() {
    assertThat(changed(32, 0xff).validity(NONCE, 65)).isEqualTo(Validity.VALID);
  }

  @Example
  void bytesThatOldDriversUsedAreSeenAndDoNotMakeAPageInvalid() {
    for (int offset = 24; offset < 36; offset++) {
      if (offset == 32) {
        continue; // The one byte between them that counts.
      }
      var page = changed(offset, 0x80);
      assertThat(page.validity(NONCE, 65)).as("byte %d", offset).isEqualTo(Validity.VALID);
      assertThat(page.hasStrayBytes()).as("byte %d", offset).isEqualTo(offset != 33);
      assertThat(page.entryOffset()).as("byte %d", offset).isEqualTo(offset == 33 ? 0x80 : 0);
    }
    assertThat(changed(24, 0x7f).unusedLongWord()).isEqualTo(0x7f);
  }

  private static BlockMapPage changed(int offset, int value) {
    var page = new BlockMapPage(Segments.zeroBlock());
    page.format(NONCE, 65);
    page.bytes().set(ValueLayout.JAVA_BYTE, offset, (byte) value);
    return page;
  }

  @Property(tries = 200)
  void anyBytesAreAPage(@ForAll long seed) {
    var page = new BlockMapPage(Segments.randomBlock(seed));

    assertThat(page.validity(page.nonce(), page.pbn()))
        .isEqualTo(
            page.isInitialized() && page.version().equals(new VersionNumber(4, 1))
                ? Validity.VALID
                : Validity.INVALID);
  }

  @Example
  void aPageHasEntriesIfAnyBitBehindItsHeaderIsSet() {
    for (int bit = 0; bit < 8 * BlockSize.BLOCK; bit++) {
      var bytes = Segments.zeros(BlockSize.BLOCK);
      bytes.set(ValueLayout.JAVA_BYTE, bit / 8, (byte) (1 << bit % 8));

      assertThat(new BlockMapPage(bytes).hasEntries()).as("bit %d", bit).isEqualTo(bit >= 8 * 36);
    }
    assertThat(new BlockMapPage(Segments.zeros(BlockSize.BLOCK)).hasEntries()).isFalse();
  }
}
