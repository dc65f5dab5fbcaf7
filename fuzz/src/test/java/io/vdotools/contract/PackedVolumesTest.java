package io.vdotools.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.cli.Content;
import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.ToolRun;
import io.vdotools.testing.VolumeFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Commands that only read take a pack in place of a volume, and say the same: word by word, but for
 * its name.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PackedVolumesTest {
  private static final List<List<String>> READING =
      List.of(
          List.of("vdo_check", "--json", "SOURCE"),
          List.of("vdo_check", "--verbose", "SOURCE"),
          List.of("vdo_dump", "SOURCE", "-o", "OUTPUT"),
          List.of(
              "vdo_dump", "--format", "jsonl", "--repair", "--journals", "SOURCE", "-o", "OUTPUT"),
          List.of("vdo_map", "--lbn", "0..", "--pbn", "..2000", "SOURCE"),
          List.of("vdo_stats", "--slabs", "SOURCE"),
          List.of("vdo_stats", "--json", "SOURCE"));

  @TempDir private Path scratch;
  private Path volume;
  private Path pack;

  @BeforeEach
  void name() {
    // The names are equally long: text is put in columns.
    volume = scratch.resolve("volume-itself");
    pack = scratch.resolve("volume-packed");
  }

  private static ToolRun run(List<String> words) {
    var command =
        Commands.all().stream()
            .filter(registered -> registered.name().equals(words.getFirst()))
            .findFirst()
            .orElseThrow();
    return ToolRun.of(command.command(), words.subList(1, words.size()).toArray());
  }

  private void pack(String... options) {
    var words = new ArrayList<>(List.of("vdo_pack", "--quiet", volume.toString()));
    words.addAll(List.of("-o", pack.toString()));
    words.addAll(List.of(options));
    assertThat(run(words)).isEqualTo(new ToolRun(0, "", ""));
  }

  /** {@return all that a command says of a source, with a word in place of its name} */
  private String said(List<String> words, Path source) throws Exception {
    Path output = scratch.resolve("output");
    var run =
        run(
            words.stream()
                .map(word ->
                    switch (word) {
                      case "SOURCE" -> source.toString();
                      case "OUTPUT" -> output.toString();
                      default -> word;
                    })
                .toList());
    assertThat(run.status()).as("%s: %s", words, run).isIn(0, 4);
    String said = run.toString();
    if (Files.exists(output)) {
      said += Digest.of(output);
      Files.delete(output);
    }
    return said.replace(source.toString(), "SOURCE");
  }

  private void assertSayTheSame(List<String> words) throws Exception {
    assertThat(said(words, pack)).as("%s", words).isEqualTo(said(words, volume));
  }

  @ParameterizedTest
  @EnumSource(names = {"VOLUME", "CRASHED_VOLUME", "DAMAGED_VOLUME"})
  void everyReadingCommandSaysTheSame(Content content) throws Exception {
    Digest.copy(new Samples(scratch).file(content), volume);
    pack();

    for (var words : READING) {
      assertSayTheSame(words);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"small", "readonly", "v1-dirty"})
  void everyReadingCommandSaysTheSameOfGoldenVolumes(String name) throws Exception {
    VolumeFile.unpack(name, volume, Long.MAX_VALUE);
    pack();

    for (var words : READING) {
      assertSayTheSame(words);
    }
  }

  static Stream<String> names() {
    return GoldenVolume.names().stream();
  }

  @Tag("long")
  @ParameterizedTest
  @MethodSource("names")
  void everyReadingCommandSaysTheSameOfAllGoldenVolumes(String name) throws Exception {
    everyReadingCommandSaysTheSameOfGoldenVolumes(name);
  }

  @Test
  void withItsDataAVolumeIsExportedFromAPack() throws Exception {
    Digest.copy(new Samples(scratch).file(Content.CRASHED_VOLUME), volume);
    pack("--with-data");

    assertSayTheSame(List.of("vdo_export", "SOURCE", "-o", "OUTPUT"));
    assertSayTheSame(List.of("vdo_export", "--json", "--lbn", "3..900", "SOURCE", "-o", "OUTPUT"));
    // Compressed blocks are inflated here.
    assertSayTheSame(List.of("vdo_check", "--level", "thorough", "SOURCE"));
  }

  @Test
  void withoutItsDataItIsNot() throws Exception {
    Digest.copy(new Samples(scratch).file(Content.VOLUME), volume);
    pack();

    var run = run(List.of("vdo_export", pack.toString(), "-o", scratch.resolve("raw").toString()));

    assertThat(run.status()).isEqualTo(8);
    assertThat(run.err()).hasLineCount(1).contains(pack.toString());
    assertThat(scratch.resolve("raw")).doesNotExist();
  }
}
