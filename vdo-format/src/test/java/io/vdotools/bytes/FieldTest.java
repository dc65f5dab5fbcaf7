package io.vdotools.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vdotools.testing.Segments;
import java.lang.foreign.MemorySegment;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class FieldTest {
  private static final Struct STRUCT = Struct.named("all kinds");
  private static final Field.U8 BYTE = STRUCT.u8("u8");
  private static final Field.U16 SHORT = STRUCT.u16("u16");
  private static final Field.U32 INT = STRUCT.u32("u32");
  private static final Field.S32 SIGNED = STRUCT.s32("s32");
  private static final Field.U64 LONG = STRUCT.u64("u64");
  private static final Field.Raw BYTES = STRUCT.raw("raw", 3);

  @Test
  void numbersAreLittleEndianAndUnaligned() {
    var bytes = Segments.zeros(STRUCT.sizeBytes());
    BYTE.set(bytes, 0x01);
    SHORT.set(bytes, 0x0302);
    INT.set(bytes, 0x07060504);
    SIGNED.set(bytes, 0x0b0a0908);
    LONG.set(bytes, 0x131211100f0e0d0cL);
    BYTES.set(bytes, Bytes.ofAscii("abc"));

    assertThat(Segments.hex(bytes, 0, STRUCT.sizeBytes()))
        .isEqualTo("01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10 11 12 13 61 62 63");
  }

  @Test
  void numbersAreUnsignedUnlessTheirNameSaysSigned() {
    var bytes = Segments.zeros(STRUCT.sizeBytes()).fill((byte) 0xff);

    assertThat(BYTE.get(bytes)).isEqualTo(0xff);
    assertThat(SHORT.get(bytes)).isEqualTo(0xffff);
    assertThat(INT.get(bytes)).isEqualTo(0xffff_ffffL);
    assertThat(SIGNED.get(bytes)).isEqualTo(-1);
    assertThat(LONG.get(bytes)).isEqualTo(-1L);
  }

  @Property(tries = 200)
  void aFieldHoldsTheLowBitsOfWhatWasStoredAndDisturbsNoOther(
      @ForAll long seed, @ForAll long value) {
    var before = Segments.random(seed, STRUCT.sizeBytes());
    for (var field : STRUCT.fields()) {
      var bytes = Segments.copy(before);
      switch (field) {
        case Field.U8 f -> {
          f.set(bytes, (int) value);
          assertThat(f.get(bytes)).isEqualTo((int) value & 0xff);
        }
        case Field.U16 f -> {
          f.set(bytes, (int) value);
          assertThat(f.get(bytes)).isEqualTo((int) value & 0xffff);
        }
        case Field.U32 f -> {
          f.set(bytes, value);
          assertThat(f.get(bytes)).isEqualTo(value & 0xffff_ffffL);
        }
        case Field.S32 f -> {
          f.set(bytes, (int) value);
          assertThat(f.get(bytes)).isEqualTo((int) value);
        }
        case Field.U64 f -> {
          f.set(bytes, value);
          assertThat(f.get(bytes)).isEqualTo(value);
        }
        case Field.Raw f -> {
          var raw = Bytes.copyOf(Segments.random(value, f.sizeBytes()));
          f.set(bytes, raw);
          assertThat(f.get(bytes)).isEqualTo(raw);
        }
        case Field.Nested _ -> throw new AssertionError("none is declared");
      }
      MemoryOutside.of(field).assertUnchanged(before, bytes);
    }
  }

  private record MemoryOutside(long start, long end) {
    static MemoryOutside of(Field field) {
      return new MemoryOutside(field.offsetBytes(), field.offsetBytes() + field.sizeBytes());
    }

    void assertUnchanged(MemorySegment before, MemorySegment after) {
      assertThat(Segments.hex(after, 0, start)).isEqualTo(Segments.hex(before, 0, start));
      long rest = before.byteSize() - end;
      assertThat(Segments.hex(after, end, rest)).isEqualTo(Segments.hex(before, end, rest));
    }
  }

  @Test
  void aRawFieldTakesItsExactLengthOnly() {
    var bytes = Segments.zeros(STRUCT.sizeBytes());

    assertThatThrownBy(() -> BYTES.set(bytes, Bytes.zeros(2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("raw takes 3 bytes, not 2");
    assertThatThrownBy(() -> BYTES.set(bytes, Bytes.zeros(4)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aNestedFieldIsASliceOfItsOuterStructure() {
    var inner = Struct.named("inner");
    var number = inner.u16("number");
    var outer = Struct.named("outer");
    outer.u8("before");
    var nested = outer.nested("inner", inner);
    var bytes = Segments.ofHex("00 34 12 00");

    assertThat(nested.slice(bytes).byteSize()).isEqualTo(2);
    assertThat(number.get(nested.slice(bytes))).isEqualTo(0x1234);
  }
}
