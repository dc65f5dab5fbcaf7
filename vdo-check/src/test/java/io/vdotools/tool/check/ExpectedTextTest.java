package io.vdotools.tool.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.testing.VolumeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole texts as people see them; the files are what {@code vdo_check VOLUME} prints. */
class ExpectedTextTest {
  @TempDir private Path scratch;

  static Stream<Arguments> volumes() {
    return Stream.of(
        expected("new", d -> VolumeFile.unpack("new", d)),
        expected("small", d -> VolumeFile.unpack("small", d)),
        expected("churn", d -> VolumeFile.unpack("churn", d)),
        expected("readonly", d -> VolumeFile.unpack("readonly", d)),
        expected("v1-dirty", d -> VolumeFile.unpack("v1-dirty", d)),
        expected("lost-leaf", DamagedVolumes::withLostLeaf),
        expected("wrong-counts", DamagedVolumes::withWrongCounts),
        expected("super-block-checksum", DamagedVolumes::withBadSuperBlockChecksum),
        expected("no-super-block", DamagedVolumes::withoutSuperBlock),
        expected("no-geometry", DamagedVolumes::withoutGeometry));
  }

  private static Arguments expected(String name, Function<Path, VolumeFile> volume) {
    return Arguments.of(name, volume);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("volumes")
  void theTextIsTheExpectedOne(String name, Function<Path, VolumeFile> volume) throws IOException {
    var path = volume.apply(scratch).path();

    var run = CheckRun.of(path);

    assertThat(run.out().replace(path.toString(), "VOLUME")).isEqualTo(resource(name + ".txt"));
  }

  @Test
  void theVerboseTextIsTheExpectedOne() throws IOException {
    var path = DamagedVolumes.withWrongCounts(scratch).path();

    assertThat(CheckRun.of("-v", path).out().replace(path.toString(), "VOLUME"))
        .isEqualTo(resource("wrong-counts-verbose.txt"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("volumes")
  void linesFitHundredColumnsAndAddressesNameTheirKind(
      String name, Function<Path, VolumeFile> volume) {
    var path = volume.apply(scratch).path();

    assertThat(CheckRun.of("--verbose", path).out().replace(path.toString(), "VOLUME").lines())
        .as(name)
        .allSatisfy(line -> {
          assertThat(line).hasSizeLessThanOrEqualTo(100);
          assertThat(line).doesNotContainPattern("\\b(page|block) \\d");
        });
  }

  private static String resource(String name) throws IOException {
    try (var in = Objects.requireNonNull(ExpectedTextTest.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
