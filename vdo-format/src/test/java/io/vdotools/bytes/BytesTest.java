package io.vdotools.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.testing.Segments;
import org.junit.jupiter.api.Test;

class BytesTest {
  @Test
  void equalContentIsEqual() {
    var fromArray = Bytes.copyOf(new byte[] {'v', 'd', 'o'});
    var fromSegment = Bytes.copyOf(Segments.ofHex("76 64 6f"));

    assertThat(fromArray)
        .isEqualTo(Bytes.ofAscii("vdo"))
        .isEqualTo(fromSegment)
        .hasSameHashCodeAs(fromSegment)
        .isNotEqualTo(Bytes.ofAscii("vdO"))
        .isNotEqualTo(Bytes.ofAscii("vdo "))
        .hasToString("76646f");
  }

  @Test
  void neitherItsSourceNorACopyOfItCanChangeIt() {
    var source = new byte[] {1, 2, 3};
    var bytes = Bytes.copyOf(source);
    source[0] = 9;
    bytes.toArray()[1] = 9;
    var segment = Segments.ofHex("01 02 03");
    var fromSegment = Bytes.copyOf(segment);
    segment.fill((byte) 9);

    assertThat(bytes).hasToString("010203").isEqualTo(fromSegment);
  }

  @Test
  void zerosAreZero() {
    assertThat(Bytes.zeros(5).isZero()).isTrue();
    assertThat(Bytes.zeros(5).length()).isEqualTo(5);
    assertThat(Bytes.zeros(0).isZero()).isTrue();
    assertThat(Bytes.copyOf(new byte[] {0, 0, 1}).isZero()).isFalse();
    assertThat(Bytes.copyOf(new byte[] {-128}).isZero()).isFalse();
  }

  @Test
  void copyingFillsTheStartOfTheTarget() {
    var target = Segments.ofHex("ff ff ff ff");
    Bytes.ofAscii("ab").copyTo(target);

    assertThat(Segments.hex(target, 0, 4)).isEqualTo("61 62 ff ff");
  }
}
