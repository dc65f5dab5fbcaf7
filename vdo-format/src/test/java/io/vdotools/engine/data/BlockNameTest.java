package io.vdotools.engine.data;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockNameTest {
  /** Published results of MurmurHash3_x64_128 with the seed 0, as two big-endian halves. */
  @ParameterizedTest
  @CsvSource({
    "'', 0000000000000000, 0000000000000000",
    "hello, cbd8a7b341bd9b02, 5b1e906a48ae1d19",
    "'The quick brown fox jumps over the lazy dog', e34bbc7bbc071b6c, 7a433ca9c49a9347",
  })
  void theHashIsThatOfThePublishedExamples(String text, String first, String second) {
    var name = BlockName.of(text.getBytes(US_ASCII), 0);

    assertThat(name)
        .isEqualTo(
            new BlockName(Long.parseUnsignedLong(first, 16), Long.parseUnsignedLong(second, 16)));
  }

  @Test
  void theFirstByteChoosesTheZone() {
    assertThat(new BlockName(0x00, 0).zone(3)).isZero();
    assertThat(new BlockName(0x56, 0).zone(3)).isEqualTo(1);
    assertThat(new BlockName(0xff, 0).zone(3)).isEqualTo(2);
    assertThat(new BlockName(0xff, 0).zone(1)).isZero();
  }
}
