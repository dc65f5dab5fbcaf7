package io.vdotools.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class AsciiScanTest {
  private static byte[] padded(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return Arrays.copyOf(bytes, bytes.length + AsciiScan.MOST_AHEAD);
  }

  @Property
  void numbersAreRead(
      @ForAll @LongRange(min = 0, max = 999_999_999_999_999_999L) long number,
      @ForAll @IntRange(max = 63) int shift,
      @ForAll char behind) {
    String digits = Long.toString(number >>> shift);
    byte[] bytes = padded("<" + digits + (Character.isDigit(behind) ? '"' : behind));

    assertThat(AsciiScan.digits(bytes, 1)).isEqualTo(digits.length());
    assertThat(AsciiScan.number(bytes, 1, digits.length())).isEqualTo(number >>> shift);
  }

  @Property
  void digitsEndWhereSomethingElseIs(
      @ForAll @StringLength(max = 30) @CharRange(from = '0', to = '9') String digits,
      @ForAll @CharRange(from = 0, to = 255) char other,
      @ForAll @StringLength(max = 8) @CharRange(from = 0, to = 255) String rest) {
    if (other < '0' || other > '9') {
      assertThat(AsciiScan.digits(padded(digits + other + rest), 0))
          .isEqualTo(Math.min(24, digits.length()));
    }
  }

  @Test
  void everyByteIsADigitOrNone() {
    for (int place = 0; place < Long.BYTES; place++) {
      for (int value = 0; value < 256; value++) {
        var text = new StringBuilder("12345678x");
        text.setCharAt(place, (char) value);
        boolean isDigit = value >= '0' && value <= '9';
        assertThat(AsciiScan.digits(padded(text.toString()), 0)).isEqualTo(isDigit ? 8 : place);
      }
    }
  }

  @Property
  void textsAreFoundWhereTheyAre(
      @ForAll @StringLength(max = 32) @CharRange(from = 'a', to = 'c') String text,
      @ForAll @StringLength(max = 40) @CharRange(from = 'a', to = 'c') String bytes,
      @ForAll boolean isThere) {
    String content = isThere ? text + bytes : bytes;

    assertThat(AsciiScan.isAt(padded("z" + content), 1, AsciiText.of(text)))
        .isEqualTo(content.startsWith(text));
  }

  @Property
  void oneOtherByteIsEnough(
      @ForAll @StringLength(min = 1, max = 32) @CharRange(from = 'a', to = 'z') String text,
      @ForAll @IntRange(max = 31) int place) {
    byte[] bytes = padded(text);
    bytes[place] ^= (byte) 0x80;

    assertThat(AsciiScan.isAt(bytes, 0, AsciiText.of(text))).isEqualTo(place >= text.length());
  }
}
