package io.vdotools.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BitPlanesTest {
  private static final int CODEC = 7;

  private static byte[] column(Random random, int length, int values) {
    var column = new byte[length];
    for (int i = 0; i < length; i++) {
      // The second is half as frequent as the first, and so on.
      int value = Math.min(values - 1, Integer.numberOfTrailingZeros(random.nextInt()));
      column[i] = (byte) (8 + 31 * value);
    }
    return column;
  }

  private static Column packed(byte[] column, int start, int length) {
    var planes = new BitPlanes();
    var into = new Column(0);
    into.add(77);
    assertThat(planes.looksAt(column, start, length)).isTrue();
    assertThat(planes.pack(column, start, length, into)).isTrue();
    return into;
  }

  @Property(tries = 200)
  void aColumnOfFewValuesComesBack(
      @ForAll long seed,
      @ForAll @IntRange(min = 2048, max = 2200) int length,
      @ForAll @IntRange(min = 2, max = 12) int values)
      throws FormatFault {
    byte[] column = column(new Random(seed), length + 3, values);
    // By chance a few of them look like a little more than the bits that are worth it.
    Assume.that(new BitPlanes().looksAt(column, 3, length));

    var packed = packed(column, 3, length);
    byte[] back = BitPlanes.unpack(packed.bytes(), 1, packed.size(), length);

    assertThat(Arrays.copyOf(back, length)).isEqualTo(Arrays.copyOfRange(column, 3, length + 3));
    // About two bits for each, and never more.
    assertThat(packed.size()).isLessThan(length / 4 + 64);
  }

  @Test
  void valuesThatAreRareAreToldAsWell() throws FormatFault {
    byte[] column = column(new Random(1), 5000, 3);
    for (int i = 0; i < 5; i++) {
      column[4000 + i] = (byte) (200 + i);
    }

    var packed = packed(column, 0, column.length);

    assertThat(Arrays.copyOf(BitPlanes.unpack(packed.bytes(), 1, packed.size(), 5000), 5000))
        .isEqualTo(column);
  }

  @Test
  void tooManyValuesAreLeftToOthers() {
    byte[] column = column(new Random(1), 5000, 3);
    for (int i = 0; i < 20; i++) {
      // Just one that nobody looks at.
      column[13 * (100 + i) + 1] = (byte) (100 + i);
    }
    var planes = new BitPlanes();
    var into = new Column(0);

    assertThat(planes.looksAt(column, 0, column.length)).isTrue();
    assertThat(planes.pack(column, 0, column.length, into)).isFalse();
    assertThat(into.size()).isZero();
  }

  @Test
  void whatIsMostlyOneValueOrHasManyIsNotWorthIt() {
    var random = new Random(1);
    var mostlyOne = new byte[5000];
    var noise = new byte[5000];
    random.nextBytes(noise);
    for (int i = 0; i < mostlyOne.length; i++) {
      mostlyOne[i] = (byte) (random.nextInt(4) / 3);
    }

    assertThat(new BitPlanes().looksAt(mostlyOne, 0, mostlyOne.length)).isFalse();
    assertThat(new BitPlanes().looksAt(noise, 0, noise.length)).isFalse();
  }

  /** {@return whether a column that somebody made up is refused, which nothing else may be} */
  private static boolean isRefused(byte[] bytes, int end, int length) {
    try {
      assertThat(BitPlanes.unpack(bytes, 1, end, length)).hasSizeGreaterThanOrEqualTo(length);
      return false;
    } catch (FormatFault _) {
      return true;
    }
  }

  @Test
  void whatIsNoColumnIsRefused() {
    var random = new Random(1);
    var packed = packed(column(random, 2049, 4), 0, 2049);
    byte[] bytes = packed.toArray();
    for (int end = 0; end < bytes.length; end++) {
      assertThat(isRefused(bytes, end, 2049)).as("%s bytes", end).isTrue();
    }
    assertThat(isRefused(Arrays.copyOf(bytes, bytes.length + 1), bytes.length + 1, 2049)).isTrue();
    assertThat(isRefused(bytes, bytes.length, 2049)).isFalse();
    assertThat(isRefused(bytes, bytes.length, 2061)).isTrue();
    for (int tries = 0; tries < 20_000; tries++) {
      byte[] changed = bytes.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        int at = random.nextBoolean() ? random.nextInt(8) : random.nextInt(bytes.length);
        changed[at] = (byte) random.nextInt();
      }
      isRefused(changed, random.nextInt(bytes.length + 1), random.nextInt(1 << 14));
    }
  }

  @Test
  void bitsBehindTheLastOneAreRefused() {
    // Two values, three bytes: 0, 1, 0.
    byte[] bytes = {77, 2, 5, 6, 0b0000_0010};
    assertThat(isRefused(bytes, bytes.length, 3)).isFalse();
    bytes[4] |= 0b0000_1000;
    assertThatThrownBy(() -> BitPlanes.unpack(bytes, 1, bytes.length, 3))
        .isInstanceOf(FormatFault.class)
        .hasMessageContaining("filled up with zeros");
  }

  @Test
  void columnsOfRanksArePackedLikeThis() throws FormatFault {
    byte[] column = column(new Random(1), 20_000, 4);
    try (var codec = new ColumnCodec(PackMethod.DEFAULT)) {
      var into = new Column(0);
      codec.encode(column, 0, column.length, into);

      assertThat(into.bytes()[0]).isEqualTo((byte) CODEC);
      assertThat(into.size()).isLessThan(20_000 * 15 / 64);
      assertThat(codec.decode(new ColumnReader(into.bytes(), 0, into.size()), 20_000).remaining())
          .isEqualTo(20_000);
    }
  }

  @Test
  void columnsThatRepeatAreNot() {
    byte[] pattern = column(new Random(1), 300, 4);
    var column = new byte[20_000];
    for (int i = 0; i < column.length; i++) {
      column[i] = pattern[i % pattern.length];
    }
    try (var codec = new ColumnCodec(PackMethod.DEFAULT)) {
      var into = new Column(0);
      codec.encode(column, 0, column.length, into);

      assertThat(into.size()).isLessThan(1000);
    }
  }
}
