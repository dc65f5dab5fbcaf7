package io.vdotools.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.testing.Segments;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The checksum, against the format description's section 1.4. */
class Crc32Test {
  @Test
  void theTestDataOfTheFormatDescriptionHaveTheirChecksums() {
    var digits = "123456789".getBytes(StandardCharsets.US_ASCII);
    var allBytes = new byte[256];
    for (int i = 0; i < allBytes.length; i++) {
      allBytes[i] = (byte) i;
    }

    assertThat(Crc32.startingAtZero(Segments.zeros(0))).isEqualTo(0xFFFFFFFFL);
    assertThat(Crc32.startingAtZero(MemorySegment.ofArray(digits))).isEqualTo(0xD202D277L);
    assertThat(Crc32.startingAtZero(MemorySegment.ofArray(allBytes))).isEqualTo(0xDB6CF6D4L);
  }

  @Property(tries = 100)
  void itIsTheRegisterOfTheDefinitionShiftedBitByBit(
      @ForAll long seed, @ForAll @IntRange(max = 600) int length) {
    var bytes = Segments.random(seed, length);
    int register = 0;
    for (byte b : Segments.array(bytes)) {
      register ^= b & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        register = register >>> 1 ^ ((register & 1) != 0 ? 0xEDB88320 : 0);
      }
    }

    assertThat(Crc32.startingAtZero(bytes)).isEqualTo(~register & 0xffff_ffffL);
  }

  @Test
  void memoryOutsideTheHeapHasTheSameChecksum() {
    try (var arena = Arena.ofConfined()) {
      var offHeap = arena.allocate(100);
      offHeap.copyFrom(Segments.random(1, 100));

      assertThat(Crc32.startingAtZero(offHeap))
          .isEqualTo(Crc32.startingAtZero(Segments.random(1, 100)));
    }
  }
}
