package io.vdotools.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vdotools.testing.FieldTable;
import org.junit.jupiter.api.Test;

class StructTest {
  @Test
  void aFieldBeginsWhereTheOneBeforeItEnds() {
    var inner = Struct.named("inner");
    inner.u16("a");
    inner.u8("b");
    var outer = Struct.named("outer");
    outer.u8("byte");
    outer.u16("short");
    outer.u32("int");
    outer.s32("signed");
    outer.u64("long");
    outer.raw("bytes", 5);
    outer.nested("inner", inner);
    outer.u8("last");

    assertThat(FieldTable.of(outer))
        .isEqualTo(
            """
            0 1 byte
            1 2 short
            3 4 int
            7 4 signed
            11 8 long
            19 5 bytes
            24 2 inner.a
            26 1 inner.b
            27 1 last
            28
            """);
    assertThat(outer).hasToString("outer (28 bytes)");
    assertThat(outer.name()).isEqualTo("outer");
  }

  @Test
  void theFieldsAreInStoredOrderAndCannotBeChangedFromOutside() {
    var struct = Struct.named("struct");
    var first = struct.u8("first");
    var second = struct.u64("second");

    assertThat(struct.fields()).containsExactly(first, second);
    assertThatThrownBy(() -> struct.fields().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void anEmptyStructureHasNoBytes() {
    assertThat(Struct.named("nothing").sizeBytes()).isZero();
  }
}
