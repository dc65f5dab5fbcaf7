package io.vdotools.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.bytes.Struct;
import io.vdotools.format.depot.SlabConfig;
import io.vdotools.format.depot.SlabSummaryEntry;
import io.vdotools.testing.Segments;
import java.lang.foreign.MemorySegment;
import java.util.function.BiConsumer;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Decoding judges nothing and loses nothing. */
class RecordRoundTripTest {
  /** What one record type can do with bytes of its size. */
  private record Codec<T>(
      Struct struct, Function<MemorySegment, T> decode, BiConsumer<T, MemorySegment> encode) {
    byte[] recoded(MemorySegment bytes) {
      var target = Segments.zeros(Math.toIntExact(bytes.byteSize()));
      encode.accept(decode.apply(bytes), target);
      return Segments.array(target);
    }

    @Override
    public String toString() {
      return struct.name();
    }
  }

  @Provide
  Arbitrary<Codec<?>> codecs() {
    return Arbitraries.of(
        new Codec<>(VersionNumber.STRUCT, VersionNumber::decode, VersionNumber::encode),
        new Codec<>(ComponentHeader.STRUCT, ComponentHeader::decode, ComponentHeader::encode),
        new Codec<>(Region.STRUCT, Region::decode, Region::encode),
        new Codec<>(IndexConfig.STRUCT, IndexConfig::decode, IndexConfig::encode),
        new Codec<>(Partition.STRUCT, Partition::decode, Partition::encode),
        new Codec<>(VdoConfig.STRUCT, VdoConfig::decode, VdoConfig::encode),
        new Codec<>(VdoComponent.STRUCT, VdoComponent::decode, VdoComponent::encode),
        new Codec<>(LayoutComponent.STRUCT, LayoutComponent::decode, LayoutComponent::encode),
        new Codec<>(
            RecoveryJournalComponent.STRUCT,
            RecoveryJournalComponent::decode,
            RecoveryJournalComponent::encode),
        new Codec<>(SlabConfig.STRUCT, SlabConfig::decode, SlabConfig::encode),
        new Codec<>(
            SlabDepotComponent.STRUCT, SlabDepotComponent::decode, SlabDepotComponent::encode),
        new Codec<>(BlockMapComponent.STRUCT, BlockMapComponent::decode, BlockMapComponent::encode),
        new Codec<>(SlabSummaryEntry.STRUCT, SlabSummaryEntry::decode, SlabSummaryEntry::encode));
  }

  @Property(tries = 1000)
  void everyRecordIsEncodedToTheBytesThatItWasDecodedFrom(
      @ForAll("codecs") Codec<?> codec, @ForAll long seed) {
    var bytes = Segments.random(seed, codec.struct().sizeBytes());

    assertThat(codec.recoded(bytes)).isEqualTo(Segments.array(bytes));
  }

  @Property(tries = 100)
  void allOnesAndAllZerosAreValuesLikeAnyOther(@ForAll("codecs") Codec<?> codec) {
    var zeros = Segments.zeros(codec.struct().sizeBytes());
    var ones = Segments.zeros(codec.struct().sizeBytes()).fill((byte) 0xff);

    assertThat(codec.recoded(zeros)).isEqualTo(Segments.array(zeros));
    assertThat(codec.recoded(ones)).isEqualTo(Segments.array(ones));
  }

  @Property(tries = 200)
  void anyBlockIsEncodedToItselfAsASuperBlock(@ForAll long seed) {
    var block = Segments.randomBlock(seed);
    var codec = new Codec<>(SuperBlock.STRUCT, SuperBlock::decode, SuperBlock::encode);

    assertThat(codec.recoded(block)).isEqualTo(Segments.array(block));
  }

  @Property(tries = 400)
  void anyBlockIsEncodedToItselfAsAGeometryOfEitherLayout(
      @ForAll long seed, @ForAll @IntRange(max = 8) int major) {
    var block = Segments.randomBlock(seed);
    if (major < 8) {
      // Random bytes alone hardly ever give the major version of the old layout.
      block.asSlice(12, 4).copyFrom(Segments.ofHex("0" + major + " 00 00 00"));
    }
    var codec = new Codec<>(GeometryBlock.STRUCT_5, GeometryBlock::decode, GeometryBlock::encode);

    assertThat(codec.recoded(block)).isEqualTo(Segments.array(block));
  }

  @Example
  void everySlabSummaryEntryThereIsSurvives() {
    for (int value = 0; value < 1 << 16; value++) {
      var bytes = MemorySegment.ofArray(new byte[] {(byte) value, (byte) (value >> 8)});
      var target = Segments.zeros(2);
      SlabSummaryEntry.decode(bytes).encode(target);
      assertThat(target.mismatch(bytes)).as("entry 0x%04x", value).isEqualTo(-1);
    }
  }
}
