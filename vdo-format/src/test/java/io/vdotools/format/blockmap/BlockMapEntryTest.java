package io.vdotools.format.blockmap;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.testing.Segments;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** One mapping in five bytes (format-spec, sections 1.5 and 5.4). */
class BlockMapEntryTest {
  private static final long LARGEST_PBN = (1L << 36) - 1;

  @Example
  void theExamplesHaveTheBytesOfTheFormatDescription() {
    assertThat(bytes(BlockMapEntry.UNMAPPED)).isEqualTo("00 00 00 00 00");
    assertThat(bytes(BlockMapEntry.ZERO)).isEqualTo("01 00 00 00 00");
    assertThat(bytes(new BlockMapEntry(62, MappingState.UNCOMPRESSED))).isEqualTo("01 3e 00 00 00");
    assertThat(bytes(new BlockMapEntry(0xFEDCBA987L, MappingState.COMPRESSED_MAX)))
        .isEqualTo("ff 87 a9 cb ed");
    assertThat(bytes(new BlockMapEntry(LARGEST_PBN, 0))).isEqualTo("f0 ff ff ff ff");
  }

  private static String bytes(BlockMapEntry entry) {
    var page = new BlockMapPage(Segments.zeroBlock());
    page.setEntry(0, entry.pack());
    return Segments.hex(page.bytes(), BlockMapPage.HEADER_BYTES, BlockMapEntry.SIZE_BYTES);
  }

  @Property
  void anyFortyBitsAreAnEntry(@ForAll @LongRange(max = BlockMapEntry.MASK) long packed) {
    assertThat(BlockMapEntry.unpack(packed).pack()).isEqualTo(packed);
    assertThat(BlockMapEntry.pbn(packed)).isBetween(0L, LARGEST_PBN);
    assertThat(BlockMapEntry.state(packed)).isBetween(0, 15);
  }

  @Property
  void anyPbnAndStateArePackedWithoutLoss(
      @ForAll @LongRange(max = LARGEST_PBN) long pbn, @ForAll @IntRange(max = 15) int state) {
    long packed = BlockMapEntry.pack(pbn, state);

    assertThat(packed).isBetween(0L, BlockMapEntry.MASK);
    assertThat(BlockMapEntry.pbn(packed)).isEqualTo(pbn);
    assertThat(BlockMapEntry.state(packed)).isEqualTo(state);
    assertThat(BlockMapEntry.unpack(packed)).isEqualTo(new BlockMapEntry(pbn, state));
  }

  @Example
  void everyBitOfAnEntryBelongsToThePbnOrToTheState() {
    for (int bit = 0; bit < 40; bit++) {
      var entry = BlockMapEntry.unpack(1L << bit);
      if (bit < 4) {
        assertThat(entry).isEqualTo(new BlockMapEntry(0, 1 << bit));
      } else if (bit < 8) {
        assertThat(entry).isEqualTo(new BlockMapEntry(1L << (bit + 28), 0));
      } else {
        assertThat(entry).isEqualTo(new BlockMapEntry(1L << (bit - 8), 0));
      }
    }
  }

  @Property
  void whatLiesBeyondTheFieldsIsCutOff(@ForAll long pbn, @ForAll int state) {
    assertThat(BlockMapEntry.pack(pbn, state))
        .isEqualTo(BlockMapEntry.pack(pbn & LARGEST_PBN, state & 15));
  }

  @Example
  void unmappedGoesWithPbnZeroOnlyAndAFragmentNeverDoes() {
    for (int state = 0; state < 16; state++) {
      assertThat(BlockMapEntry.isValid(BlockMapEntry.pack(0, state)))
          .as("PBN 0 state %d", state)
          .isEqualTo(state <= 1);
      for (long pbn : new long[] {1, 1L << 31, 1L << 32, LARGEST_PBN}) {
        assertThat(BlockMapEntry.isValid(BlockMapEntry.pack(pbn, state)))
            .as("PBN %d state %d", pbn, state)
            .isEqualTo(state >= 1);
      }
    }
  }

  @Example
  void everythingButUnmappedIsMapped() {
    assertThat(BlockMapEntry.UNMAPPED.isMapped()).isFalse();
    assertThat(BlockMapEntry.ZERO.isMapped()).isTrue();
    assertThat(new BlockMapEntry(9, MappingState.COMPRESSED_MAX).isMapped()).isTrue();
  }

  @Example
  void fourteenStatesNameFragments() {
    assertThat(MappingState.isCompressed(MappingState.UNCOMPRESSED)).isFalse();
    for (int fragment = 0; fragment < 14; fragment++) {
      int state = MappingState.ofFragment(fragment);
      assertThat(MappingState.isCompressed(state)).isTrue();
      assertThat(MappingState.fragment(state)).isEqualTo(fragment);
    }
    assertThat(MappingState.ofFragment(0)).isEqualTo(MappingState.COMPRESSED_BASE);
    assertThat(MappingState.ofFragment(13)).isEqualTo(MappingState.COMPRESSED_MAX);
  }

  @Example
  void anEntryIsShownInWords() {
    assertThat(BlockMapEntry.UNMAPPED).hasToString("unmapped");
    assertThat(new BlockMapEntry(5, 0)).hasToString("unmapped with PBN 5");
    assertThat(BlockMapEntry.ZERO).hasToString("zero block");
    assertThat(new BlockMapEntry(5, 1)).hasToString("PBN 5");
    assertThat(new BlockMapEntry(5, 15)).hasToString("PBN 5 fragment 13");
  }
}
