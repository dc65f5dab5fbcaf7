package io.vdotools.format.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vdotools.format.BlockSize;
import io.vdotools.testing.FieldTable;
import io.vdotools.testing.Segments;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import net.jpountz.lz4.LZ4Factory;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Compressed blocks (format-spec, section 9.1). */
class CompressedBlockTest {
  @Example
  void theHeaderHasTheFieldsOfTheFormatDescription() {
    assertThat(FieldTable.of(CompressedBlock.STRUCT))
        .isEqualTo(
            """
            0 4 version.major_version
            4 4 version.minor_version
            8 28 sizes
            36
            """);
    assertThat(CompressedBlock.SLOTS).isEqualTo(14);
    assertThat(CompressedBlock.DATA_BYTES).isEqualTo(4060);
  }

  @Example
  void theExampleHasTheBytesOfTheFormatDescriptionAndTheContentItNames() {
    byte[] fragment =
        Segments.array(
            Segments.ofHex(
                "31 A1 13 00 01 00 0F 08 00 " + "FF ".repeat(15) + "EF 50 00 00 00 00 00"));
    var block = new CompressedBlock(Segments.zeroBlock());
    block.format(Collections.nCopies(14, fragment));

    assertThat(Segments.hex(block.bytes(), 0, 36))
        .isEqualTo("01 00 00 00 00 00 00 00" + " 1f 00".repeat(14));
    assertThat(block.version()).isEqualTo(CompressedBlock.VERSION);
    assertThat(block.isPackedAsDriversDo()).isTrue();
    var expected = new byte[BlockSize.BLOCK];
    for (int i = 0; i < expected.length; i += 8) {
      expected[i] = (byte) 0xA1;
      expected[i + 1] = 0x13;
    }
    for (int slot = 0; slot < 14; slot++) {
      assertThat(block.size(slot)).isEqualTo(31);
      assertThat(decompressed(block.fragment(slot).orElseThrow())).isEqualTo(expected);
    }
  }

  private static byte[] decompressed(MemorySegment fragment) {
    var target = new byte[BlockSize.BLOCK];
    int length =
        LZ4Factory.safeInstance().safeDecompressor().decompress(Segments.array(fragment), target);
    assertThat(length).isEqualTo(BlockSize.BLOCK);
    return target;
  }

  @Property(tries = 200)
  void fragmentsComeOutAsTheyWentIn(@ForAll long seed) {
    var random = new SplittableRandom(seed);
    var fragments = new ArrayList<byte[]>();
    int left = CompressedBlock.DATA_BYTES;
    while (fragments.size() < CompressedBlock.SLOTS && left > 0) {
      int size = 1 + random.nextInt(Math.min(left, 1000));
      left -= size;
      fragments.add(Segments.array(Segments.random(seed + fragments.size(), size)));
    }
    var block = new CompressedBlock(Segments.randomBlock(~seed));
    block.format(fragments);

    for (int slot = 0; slot < CompressedBlock.SLOTS; slot++) {
      if (slot < fragments.size()) {
        assertThat(Segments.array(block.fragment(slot).orElseThrow()))
            .isEqualTo(fragments.get(slot));
      } else {
        assertThat(block.size(slot)).isZero();
      }
    }
    assertThat(block.isPackedAsDriversDo()).isEqualTo(fragments.size() >= 2);
  }

  @Example
  void bytesBehindTheLastFragmentStayAsTheyWere() {
    var block = new CompressedBlock(Segments.randomBlock(1));
    var before = Segments.copy(block.bytes());
    block.format(List.of(new byte[10], new byte[20]));

    assertThat(block.bytes().asSlice(66).mismatch(before.asSlice(66))).isEqualTo(-1);
  }

  @Example
  void aFragmentMayReachTheEndOfTheBlockAndNotFurther() {
    assertThat(block(4059, 1).fragment(1).orElseThrow().byteSize()).isEqualTo(1);
    assertThat(block(4059, 2).fragment(1)).isEmpty();
    assertThat(block(4060).fragment(0).orElseThrow().byteSize()).isEqualTo(4060);
    assertThat(block(4061).fragment(0)).isEmpty();
    assertThat(block(65_535).fragment(0)).isEmpty();
  }

  @Example
  void aFragmentBehindAFullBlockIsNotThereEvenIfEmpty() {
    // The driver refuses a sum of 4060 before the fragment, whatever the fragment's own size.
    assertThat(block(4060, 0).fragment(1)).isEmpty();
    assertThat(block(2000, 2060, 1).fragment(2)).isEmpty();
    assertThat(block(2000, 2060).fragment(1)).isPresent();
  }

  @Example
  void aFragmentIsReadableThoughOneBehindItIsNot() {
    var block = block(100, 65_535, 5);

    assertThat(block.fragment(0).orElseThrow().byteSize()).isEqualTo(100);
    assertThat(block.fragment(1)).isEmpty();
    assertThat(block.fragment(2)).isEmpty();
  }

  private static CompressedBlock block(int... sizes) {
    var block = new CompressedBlock(Segments.zeroBlock());
    block.format(List.of());
    for (int slot = 0; slot < sizes.length; slot++) {
      var size = new byte[] {(byte) sizes[slot], (byte) (sizes[slot] >> 8)};
      block.bytes().asSlice(8 + 2L * slot, 2).copyFrom(MemorySegment.ofArray(size));
    }
    return block;
  }

  @Provide
  Arbitrary<int[]> hostileSizes() {
    return Arbitraries.frequencyOf(
            Tuple.of(6, Arbitraries.integers().between(0, 400)),
            Tuple.of(2, Arbitraries.integers().between(4058, 4062)),
            Tuple.of(1, Arbitraries.integers().between(0, 65_535)))
        .array(int[].class)
        .ofSize(CompressedBlock.SLOTS);
  }

  @Property(tries = 1000)
  void aFragmentLiesInTheDataOfTheBlockOrIsNotThere(@ForAll("hostileSizes") int[] sizes) {
    var block = block(sizes);
    long before = 0;
    boolean isReachable = true;
    for (int slot = 0; slot < CompressedBlock.SLOTS; slot++) {
      boolean isThere = isReachable && before + sizes[slot] <= 4060;
      var fragment = block.fragment(slot);
      assertThat(fragment.isPresent()).as("slot %d", slot).isEqualTo(isThere);
      if (isThere) {
        var expected = block.bytes().asSlice(36 + before, sizes[slot]);
        assertThat(fragment.orElseThrow()).isEqualTo(expected);
      }
      before += sizes[slot];
      isReachable = isReachable && before < 4060;
    }
  }

  @Example
  void aDriverPacksAtLeastTwoFragmentsWithoutGaps() {
    assertThat(block(10, 20).isPackedAsDriversDo()).isTrue();
    assertThat(block(10).isPackedAsDriversDo()).isFalse();
    assertThat(block().isPackedAsDriversDo()).isFalse();
    assertThat(block(10, 0, 20).isPackedAsDriversDo()).isFalse();
    assertThat(block(0, 10, 20).isPackedAsDriversDo()).isFalse();
    assertThat(block(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1).isPackedAsDriversDo()).isTrue();
  }

  @Example
  void whatDoesNotFitIsRefused() {
    var block = new CompressedBlock(Segments.zeroBlock());

    assertThatThrownBy(() -> block.format(List.of(new byte[4000], new byte[61])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("2 fragments of 4061 bytes");
    assertThatThrownBy(() -> block.format(Collections.nCopies(15, new byte[1])))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
