package io.vdotools.engine;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.ByteRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Counting eight bytes at a time gives what counting one by one gives. */
class CountBytesTest {
  @Property
  void theCountIsThatOfALoop(
      @ForAll @Size(max = 67) byte[] bytes, @ForAll @IntRange(max = 255) int value) {
    assertCounts(bytes, value);
  }

  @Property
  void neighboursOfTheValueAreNotCounted(
      @ForAll @Size(max = 40) @ByteRange(min = -1, max = 1) byte[] bytes) {
    assertCounts(bytes, 0);
    assertCounts(bytes, 255);
    assertCounts(bytes, 128);
  }

  @Property
  void replacingLeavesEverythingElse(
      @ForAll @Size(max = 40) @ByteRange(min = -2, max = 1) byte[] bytes) {
    byte[] replaced = bytes.clone();
    CountBytes.replace(replaced, 255, 0);

    for (int i = 0; i < bytes.length; i++) {
      assertThat(replaced[i]).isEqualTo(bytes[i] == -1 ? 0 : bytes[i]);
    }
  }

  private static void assertCounts(byte[] bytes, int value) {
    for (int length = 0; length <= bytes.length; length++) {
      int expected = 0;
      for (int i = 0; i < length; i++) {
        expected += (bytes[i] & 0xff) == value ? 1 : 0;
      }
      assertThat(CountBytes.count(bytes, length, value)).isEqualTo(expected);
    }
  }
}
