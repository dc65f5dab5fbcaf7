package io.vdotools.xml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Numbers are written as Java writes them. */
class PlainElementsTest {
  private static final byte[] START = PlainElements.start("  ", "data");
  private static final byte[] LBN = PlainElements.attribute("lbn");

  private static String written(long... values) throws IOException {
    var out = new ByteArrayOutputStream();
    var elements = new PlainElements(out);
    for (long value : values) {
      elements.begin(START).with(LBN, value).end();
    }
    elements.flush();
    return out.toString(StandardCharsets.US_ASCII);
  }

  private static String expected(long value) {
    return "\n  <data lbn=\"" + Long.toUnsignedString(value) + "\"/>";
  }

  @Property
  void anyNumberIsWritten(@ForAll long value) throws IOException {
    assertThat(written(value)).isEqualTo(expected(value));
  }

  @Test
  void numbersAroundEveryPowerAreWritten() throws IOException {
    for (long power = 1, i = 0; i < 19; i++, power *= 10) {
      for (long value = power - 1; value <= power + 1; value++) {
        assertThat(written(value)).isEqualTo(expected(value));
      }
    }
    for (int bits = 0; bits < Long.SIZE; bits++) {
      assertThat(written(1L << bits)).isEqualTo(expected(1L << bits));
      assertThat(written((1L << bits) - 1)).isEqualTo(expected((1L << bits) - 1));
    }
  }

  @Test
  void moreThanABufferIsWritten() throws IOException {
    long[] values = new long[5000];
    var all = new StringBuilder();
    for (int i = 0; i < values.length; i++) {
      values[i] = i * 1_000_003L;
      all.append(expected(values[i]));
    }
    assertThat(written(values)).isEqualTo(all.toString());
  }
}
