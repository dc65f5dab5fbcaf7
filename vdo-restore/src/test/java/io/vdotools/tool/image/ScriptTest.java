package io.vdotools.tool.image;

import static io.vdotools.tool.image.ImageRun.assertSound;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps of a file, and what is said of one that is wrong. */
class ScriptTest {
  @TempDir private Path folder;
  private Path volume;

  @BeforeEach
  void makeVolume() throws Exception {
    volume = ImageRun.newVolume(folder);
  }

  private Path script(String text) throws IOException {
    return Files.writeString(folder.resolve("steps"), text);
  }

  @Test
  void allStepsAreDoneInOrder() throws Exception {
    Files.write(folder.resolve("my data"), new byte[] {1, 2, 3});
    var run =
        ImageRun.of(
            "script",
            script(
                """
                # a volume with a bit of everything

                fill --seed 2 --count 500 --range 0..999
                write --offset 5000000 --input '%s'
                grow --logical 100M
                fill --seed 3 --count 100 --range 25000..25599
                trim --lbn 0 --count 10
                fill --seed 3 --count 100 --range 25000..25599 --verify
                read --offset 5000000 --length 3
                """
                    .formatted(folder.resolve("my data"))),
            volume);

    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.bytes()).containsExactly(1, 2, 3);
    assertSound(volume);
  }

  @ParameterizedTest
  @CsvSource({
    "16, fil --count 3, unknown step 'fil'",
    "16, fill --count, option '--count' needs a value",
    "16, fill --cuont 3, unknown option '--cuont' (did you mean '--count'?)",
    "16, fill --count -3, is not 0 or more",
    "16, fill --unique 50 --zero 10, the percentages are 60 together",
    "16, fill --unique 101, is more than 100",
    "16, fill --distinct 0, too few",
    "16, fill --range 9..3, is no range of LBNs",
    "16, write --lbn 1 --offset 2, say the same",
    "16, write 'abc, a quote (') is not closed",
    "16, grow, missing --logical or --physical",
    "16, grow --logical 5000B, no multiple of 4096",
    "16, corrupt, missing VOLUME or DAMAGE",
    "16, corrupt leaf.eaten, is no damage",
    "16, corrupt leaf.pbn2=3, is no field of the leaf",
    "16, corrupt leaf.zeroed --at nowhere, is no place",
    "16, crash --at-write 0, counted from 1",
    "16, crash --unflushed maybe, 'torn, dropped, lost and kept'",
    "16, import, missing RAW",
    "8, write --input no-such-file, no such file",
    "8, write --offset 9223372036854775807 --input steps, too large",
    "8, write --lbn 2251799813685247 --input steps, beyond the logical size",
    "16, trim --lbn 9223372036854775807, is too large",
    "16, trim --lbn 9223372036854775808, is not 0 or more",
    "8, trim --offset 512 --length 9223372036854775807, too large",
    "8, trim --lbn 0 --count 2251799813685247, beyond the logical size",
    "8, import --lbn 9223372036854775807 steps, beyond the logical size",
    "8, fill --range 0..999999999999999999, beyond the logical size",
    "8, crash --count 9223372036854775807, worked out in memory",
    "8, write --lbn 20000 --count 1 --input steps, beyond the logical size",
    "8, trim --lbn 3 --count 20000, beyond the logical size",
    "8, grow --logical 1M, volumes do not shrink",
  })
  void aWrongLineIsNamedBeforeAnythingIsChanged(int status, String line, String message)
      throws Exception {
    var before = Files.getLastModifiedTime(volume);
    Path script =
        script(
            "fill --count 10\n# remark\n"
                + line.replace(" steps", " " + folder.resolve("steps"))
                + "\nstat\n");

    var run = ImageRun.of("script", script, volume);

    assertThat(run.err()).contains(script + ":3: ").contains(message).hasLineCount(1);
    assertThat(run.status()).isEqualTo(status);
    assertThat(Files.getLastModifiedTime(volume)).isEqualTo(before);
  }

  @Test
  void aStepThatFailsEndsTheScriptAndIsNamed() throws Exception {
    var run =
        ImageRun.of(
            "script", script("fill --count 100\ncorrupt leaf.zeroed --at pbn:3\ntrim\n"), volume);

    assertThat(run.status()).isEqualTo(8);
    assertThat(run.err())
        .contains("steps:2: ", "volume.img: there is no leaf at PBN 3")
        .hasLineCount(1);
    assertSound(volume);
    assertThat(ImageRun.ok("stat --json", volume).json().get("plainMappings").asInt()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "wrte", "fill", "--count 3", "script", "script a"})
  void aWrongCommandLineIsOneLine(String line) {
    Object[] words = line.isEmpty() ? new Object[0] : line.split(" ", -1);
    var run = ImageRun.of(words);

    assertThat(run.status()).isEqualTo(16);
    assertThat(run.err()).startsWith("vdo_image: ").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/dev/zero", "/dev/urandom", "/"})
  void whatIsNoScriptIsNotReadToItsEnd(String file) {
    var run = ImageRun.of("script", file, volume);

    assertThat(run.status()).isIn(8, 16);
    assertThat(run.err()).contains(file).hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 41, 1L << 51, 0})
  void anImpossibleLogicalSizeIsRefusedByAllSteps(long size) throws Exception {
    ImageRun.ok(
        "corrupt super-block.vdo.config.logical_blocks=0x" + Long.toHexString(size), volume);
    var before = Files.getLastModifiedTime(volume);
    for (String line :
        new String[] {
          "fill",
          "fill --verify",
          "read",
          "read --lbn 5 --count 1",
          "trim",
          "trim --lbn 1 --count 1",
          "grow --logical 8P",
          "crash",
          "stat",
          "write --input /dev/null"
        }) {
      var words = new ArrayList<Object>(List.of(line.split(" ", -1)));
      words.add(1, volume);
      var run = ImageRun.of(words.toArray());

      assertThat(run.status()).as(line).isIn(4, 8);
      assertThat(run.err()).as(line).doesNotContain("Exception").hasLineCount(1);
    }
    assertThat(Files.getLastModifiedTime(volume)).isEqualTo(before);
  }

  @Test
  void everySubcommandHasItsHelp() {
    for (var kind : ImageCommand.kinds()) {
      var run = ImageRun.of(kind.name(), "--help");

      assertThat(run.status()).isZero();
      assertThat(run.out())
          .startsWith("Usage: vdo_image " + kind.name())
          .contains("Examples:", "Exit status:");
    }
    assertThat(ImageRun.of("--help").out())
        .contains("works in place", "fill ", "script ", "corrupt ");
    assertThat(ImageRun.of("fill", "--version").out()).startsWith("vdo_image (vdo-tools)");
  }

  @Test
  void whatIsNoVolumeIsRefused() throws Exception {
    Path other = Files.write(folder.resolve("other"), new byte[100_000]);
    for (String name : new String[] {"fill", "read", "trim", "stat", "crash"}) {
      var run = ImageRun.of(name, other);

      assertThat(run.status()).as(name).isEqualTo(8);
      assertThat(run.err()).as(name).hasLineCount(1);
    }
    assertThat(other).hasBinaryContent(new byte[100_000]);
    assertThat(ImageRun.of("fill", folder.resolve("none")).status()).isEqualTo(8);
  }
}
