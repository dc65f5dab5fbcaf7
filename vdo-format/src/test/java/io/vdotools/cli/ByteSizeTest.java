package io.vdotools.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "4096, 4096",
    "4096B, 4096",
    "4K, 4096",
    "4k, 4096",
    "4KiB, 4096",
    "3M, 3145728",
    "10G, 10737418240",
    "1T, 1099511627776",
    "256TiB, 281474976710656",
    "4P, 4503599627370496",
    "7E, 8070450532247928832",
    "9223372036854775807, 9223372036854775807",
  })
  void unitsAreBinary(String typed, long bytes) {
    assertThat(ByteSize.parse(typed).bytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "K", "4KB", "4 K", "-4K", "+4", "1.5G", "4KK", "0x10", "٤K"})
  void whatIsNoSizeIsRefused(String typed) {
    assertThatThrownBy(() -> ByteSize.parse(typed))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + typed + "' is not a size");
  }

  @ParameterizedTest
  @ValueSource(strings = {"8E", "9223372036854775808", "9999999999999999999", "8388608T"})
  void whatDoesNotFitIsRefused(String typed) {
    assertThatThrownBy(() -> ByteSize.parse(typed))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("too large");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1 KiB",
    "1025, 1.0 KiB",
    "1536, 1.5 KiB",
    "1048575, 1023.9 KiB",
    "10737418240, 10 GiB",
    "9223372036854775807, 7.9 EiB",
  })
  void theLargestFullUnitIsPrinted(long bytes, String printed) {
    assertThat(new ByteSize(bytes)).hasToString(printed);
  }

  @Property
  void wholeUnitsAreReadAsTheyWerePrinted(@ForAll @LongRange(min = 0, max = 1023) long kibibytes) {
    var size = new ByteSize(kibibytes * 1024);

    assertThat(ByteSize.parse(size.toString().replace(" ", ""))).isEqualTo(size);
  }

  @ParameterizedTest
  @CsvSource({
    "1024, 1073741824",
    "0, 0",
    "4096B, 4096",
    "1g, 1073741824",
    "2P, 2251799813685248",
    "0x10, 16777216",
    "0x1fG, 33285996544",
    "3GiB, 3221225472",
  })
  void aBareNumberCanMeanMebibytes(String typed, long bytes) {
    assertThat(ByteSize.parseInMebibytes(typed).bytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"010M", "00", "0x", "0xfffffffffffffP", "1.5G", "", "9223372036854775807"})
  void whatIsNoSizeInMebibytesIsRefused(String typed) {
    assertThatThrownBy(() -> ByteSize.parseInMebibytes(typed))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'");
  }

  @Test
  void aSizeIsNeverNegative() {
    assertThatThrownBy(() -> new ByteSize(-1)).isInstanceOf(IllegalArgumentException.class);
  }
}
