package io.vdotools.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Numbers are written as Java writes them. */
class AsciiBufferTest {
  private static String text(AsciiBuffer buffer, int from, int to) throws IOException {
    var out = new ByteArrayOutputStream();
    buffer.writeTo(out, from, to);
    return out.toString(StandardCharsets.US_ASCII);
  }

  private static String written(long value) throws IOException {
    var buffer = new AsciiBuffer();
    buffer.appendUnsigned(value);
    return text(buffer, 0, buffer.size());
  }

  @Property
  void anyNumberIsWritten(@ForAll long value) throws IOException {
    assertThat(written(value)).isEqualTo(Long.toUnsignedString(value));
  }

  @Test
  void numbersAroundEveryPowerAreWritten() throws IOException {
    for (long power = 1, i = 0; i < 19; i++, power *= 10) {
      for (long value = power - 1; value <= power + 1; value++) {
        assertThat(written(value)).isEqualTo(Long.toString(value));
      }
    }
    for (int bits = 0; bits < Long.SIZE; bits++) {
      assertThat(written(1L << bits)).isEqualTo(Long.toUnsignedString(1L << bits));
      assertThat(written((1L << bits) - 1)).isEqualTo(Long.toUnsignedString((1L << bits) - 1));
    }
    assertThat(written(-1)).isEqualTo("18446744073709551615");
  }

  @Test
  void itGrowsAndIsCutAndWrittenInParts() throws IOException {
    var buffer = new AsciiBuffer();
    var all = new StringBuilder();
    var text = AsciiText.of(" n=");
    for (int i = 0; i < 5000; i++) {
      buffer.append(text);
      buffer.appendUnsigned(i * 1_000_003L);
      buffer.append(';');
      all.append(" n=").append(i * 1_000_003L).append(';');
    }

    assertThat(text(buffer, 0, buffer.size())).isEqualTo(all.toString());
    assertThat(text(buffer, 10, 2000)).isEqualTo(all.substring(10, 2000));
    buffer.cut(7);
    buffer.append('!');
    assertThat(text(buffer, 0, buffer.size())).isEqualTo(all.substring(0, 7) + "!");
  }

  @Property
  void pairsAreWrittenAsTheirParts(
      @ForAll @Size(max = 40) long[] numbers,
      @ForAll long firstNumber,
      @ForAll @IntRange(max = 32) int before,
      @ForAll @IntRange(max = 32) int between,
      @ForAll @IntRange(max = 32) int behind)
      throws IOException {
    String longest = "0123456789abcdefghijklmnopqrstuv";
    var texts =
        IntStream.of(before, between, behind)
            .mapToObj(length -> longest.substring(0, length))
            .toList();
    int from = Math.min(1, numbers.length);
    // No room at all, so that it has to grow.
    var buffer = new AsciiBuffer(1);
    buffer.appendPairs(
        AsciiText.of(texts.get(0)),
        firstNumber,
        AsciiText.of(texts.get(1)),
        numbers,
        from,
        numbers.length,
        AsciiText.of(texts.get(2)));

    var expected = new StringBuilder();
    for (int i = from; i < numbers.length; i++) {
      expected
          .append(texts.get(0))
          .append(Long.toUnsignedString(firstNumber + i - from))
          .append(texts.get(1))
          .append(Long.toUnsignedString(numbers[i]))
          .append(texts.get(2));
    }
    assertThat(text(buffer, 0, buffer.size())).isEqualTo(expected.toString());
  }

  @Test
  void textsOfAnyLengthAreWritten() throws IOException {
    String longest = "0123456789abcdefghijklmnopqrstuv";
    for (int length = 0; length <= AsciiText.MOST_BYTES; length++) {
      String text = longest.substring(0, length);
      var buffer = new AsciiBuffer();
      // At the very end of what there is room for, and behind it.
      for (int i = 0; i < 300; i++) {
        buffer.append(AsciiText.of(text));
        buffer.append('.');
      }
      assertThat(text(buffer, 0, buffer.size())).isEqualTo((text + ".").repeat(300));
    }
    assertThatIllegalArgumentException().isThrownBy(() -> AsciiText.of(longest + "w"));
    assertThatIllegalArgumentException().isThrownBy(() -> AsciiText.of("\u00e4"));
  }

  @Test
  void whatIsNotThereCannotBeCutOrWritten() {
    var buffer = new AsciiBuffer();
    buffer.append('x');

    assertThatIllegalArgumentException().isThrownBy(() -> buffer.cut(2));
    assertThatIllegalArgumentException().isThrownBy(() -> buffer.cut(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> text(buffer, 0, 2));
  }
}
