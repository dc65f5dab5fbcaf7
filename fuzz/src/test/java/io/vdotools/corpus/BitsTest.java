package io.vdotools.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.engine.damage.Area;
import io.vdotools.format.BlockSize;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every bit of every metadata block of a small volume: a check finds that it was turned round, or
 * it lies in a field that is listed with the reason why nobody can.
 */
class BitsTest {
  private static final String EXPLAINED = "bits.txt";

  /** A prime number, so that all places in fields come up. */
  private static final long STRIDE = 4999;

  static List<Area> areas() {
    return BitSweep.AREAS;
  }

  private static Map<String, String> explained() throws IOException {
    var explained = new TreeMap<String, String>();
    try (InputStream in = BitsTest.class.getResourceAsStream(EXPLAINED)) {
      new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" \\| ", -1))
          .forEach(line -> explained.put(line[0], line[1]));
    }
    return explained;
  }

  private static void assertExplained(BitSweep sweep) throws IOException {
    var explained = explained();
    sweep
        .tallies()
        .forEach((field, tally) -> {
          if (tally.missed() > 0) {
            assertThat(explained)
                .as(
                    "%d of %d flips not found, bits %s",
                    tally.missed(), tally.flips(), tally.missedBits())
                .containsKey(field);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("areas")
  void bitsHereAndThere(Area area) throws IOException {
    var sweep = new BitSweep();
    sweep.sweep(area, BitSweep.AREAS.indexOf(area), STRIDE, BlockSize.BLOCK);

    assertThat(sweep.tallies()).isNotEmpty();
    assertExplained(sweep);
  }

  @Tag("long")
  @ParameterizedTest
  @MethodSource("areas")
  void everyBit(Area area) throws IOException {
    var sweep = new BitSweep();
    sweep.sweep(area, 0, Long.getLong("bits.stride", 1), BlockSize.BLOCK);

    assertExplained(sweep);
  }

  @Test
  void everyExplanationSaysSomething() throws IOException {
    assertThat(explained().values()).isNotEmpty().allMatch(text -> text.length() > 10);
  }
}
