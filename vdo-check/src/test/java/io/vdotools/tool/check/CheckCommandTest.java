package io.vdotools.tool.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.VolumeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckCommandTest {
  @TempDir private static Path scratch;
  private static VolumeFile small;
  private static VolumeFile damaged;

  @BeforeAll
  static void unpack() {
    small = VolumeFile.unpack("small", scratch);
    damaged = DamagedVolumes.withWrongCounts(scratch);
  }

  static List<String> goldenVolumes() {
    return GoldenVolume.names();
  }

  @ParameterizedTest
  @MethodSource("goldenVolumes")
  void theExitStatusTellsWhetherAllIsWell(String name) throws IOException {
    var volume = VolumeFile.unpack(name, scratch);
    String before = volume.fingerprint();

    var run = CheckRun.of(volume.path());

    assertThat(run.status()).isEqualTo(List.of("readonly", "v1-dirty").contains(name) ? 4 : 0);
    assertThat(run.out()).startsWith(volume.path() + ": VDO volume\n");
    assertThat(run.out().contains("no problem found")).isEqualTo(run.status() == 0);
    assertThat(run.err()).isEmpty();
    assertThat(CheckRun.of("--quiet", volume.path())).isEqualTo(new CheckRun(run.status(), "", ""));
    assertThat(volume.fingerprint()).as("the volume is not written to").isEqualTo(before);
    Files.delete(volume.path());
  }

  @Test
  void aDirtyVolumeIsJudgedAfterRecovery() {
    var dirty = VolumeFile.unpack("dirty-zones", scratch);

    var run = CheckRun.of(dirty.path());

    assertThat(run.status()).isZero();
    assertThat(run.out())
        .contains("  state     dirty: not stopped cleanly\n")
        .endsWith(": no problem found; the next start recovers the volume\n");
  }

  @Test
  void everyDamageHasItsStatusAndIsNotTouched() {
    for (var volume :
        List.of(
            DamagedVolumes.withLostLeaf(scratch),
            DamagedVolumes.withWildMapping(scratch),
            DamagedVolumes.withBadSuperBlockChecksum(scratch),
            DamagedVolumes.withoutSuperBlock(scratch),
            DamagedVolumes.withoutGeometry(scratch))) {
      String before = volume.fingerprint();

      assertThat(CheckRun.of("--level=thorough", volume.path()).status())
          .as(volume.path().toString())
          .isEqualTo(4);

      assertThat(volume.fingerprint()).isEqualTo(before);
    }
  }

  @Test
  void quietSaysNothingWhateverHappens() {
    assertThat(CheckRun.of("-q", damaged.path())).isEqualTo(new CheckRun(4, "", ""));
    assertThat(CheckRun.of("-q", "--json", damaged.path())).isEqualTo(new CheckRun(4, "", ""));
    assertThat(CheckRun.of("-q", scratch.resolve("missing"))).isEqualTo(new CheckRun(8, "", ""));
  }

  @Test
  void verboseListsEveryProblem() {
    String brief = CheckRun.of(damaged.path()).out();
    String verbose = CheckRun.of("--verbose", damaged.path()).out();

    assertThat(brief).contains("PBN 679389 is 9").doesNotContain("PBN 679390", "PBN 679391");
    assertThat(verbose).contains("PBN 679389 is 9", "PBN 679390 is 9", "PBN 679391 is 9");
    assertThat(verbose).contains(brief.lines().toList());
  }

  @Test
  void aQuickCheckSeesNoCounts() {
    var run = CheckRun.of("--level", "quick", damaged.path());

    assertThat(run.status()).isZero();
    assertThat(run.out())
        .contains("geometry block, super block, layout and slab summary only")
        .doesNotContain("mapped");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--level=standard",
        "--level=thorough",
        "-l thorough --memory 1M",
        "--exact",
        "--exact --memory=1M",
        "--exact --memory=1M --threads=1",
        "--threads 1",
        "--threads 2",
        "-t 256",
        "--progress",
      })
  void everyWayOfCheckingFindsTheSame(String options) {
    String expected = CheckRun.of(damaged.path()).out();
    var arguments = new ArrayList<Object>(List.of(options.split(" ", -1)));
    arguments.add(damaged.path());

    var run = CheckRun.of(arguments.toArray());

    assertThat(run.status()).isEqualTo(4);
    assertThat(run.out().replace("all metadata and compressed blocks", "all metadata"))
        .isEqualTo(expected);
    assertThat(run.err()).isEmpty();
  }

  @Test
  void directReadsFindTheSame() {
    var run = CheckRun.of("--direct", damaged.path());
    assumeFalse(run.err().contains("direct I/O"), "the file system has no O_DIRECT");

    assertThat(run).isEqualTo(CheckRun.of(damaged.path()));
  }

  @Test
  void theOutputDependsOnNoNumberOfThreads() {
    var lost = DamagedVolumes.withLostLeaf(scratch);
    for (String form : List.of("--verbose", "--json")) {
      var first = CheckRun.of(form, "--threads=1", lost.path());
      for (int threads = 2; threads <= 8; threads++) {
        assertThat(CheckRun.of(form, "--threads=" + threads, lost.path()))
            .as("%s with %d threads", form, threads)
            .isEqualTo(first);
      }
    }
  }

  @Test
  void theOutputDependsOnNoLocaleAndNoTimeZone() {
    var locale = Locale.getDefault();
    var zone = TimeZone.getDefault();
    var text = CheckRun.of("-v", damaged.path());
    var json = CheckRun.of("--json", damaged.path());
    var wrong = CheckRun.of("--level=I", damaged.path());
    try {
      for (String language : List.of("ar-EG-u-nu-arab", "tr-TR", "de-DE", "hi-IN-u-nu-deva")) {
        Locale.setDefault(Locale.forLanguageTag(language));
        TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Chatham"));

        assertThat(CheckRun.of("-v", damaged.path())).as(language).isEqualTo(text);
        assertThat(CheckRun.of("--json", damaged.path())).as(language).isEqualTo(json);
        assertThat(CheckRun.of("--level=I", damaged.path())).as(language).isEqualTo(wrong);
        assertThat(CheckRun.of("--level=quick", small.path()).status()).isZero();
      }
    } finally {
      Locale.setDefault(locale);
      TimeZone.setDefault(zone);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"with spaces.img", "übervoll-卷.img", "-v", "--json", "@list", "a'b\"c"})
  void anyFileNameWillDo(String name) {
    var volume = VolumeFile.unpack("new", scratch.resolve(name), Long.MAX_VALUE);

    assertThat(CheckRun.of("--", volume.path()).out())
        .endsWith("/" + name + ": no problem found\n");
    assertThat(CheckRun.of("--json", volume.path()).json().get("source").asString())
        .isEqualTo(volume.path().toString());
    assertThat(CheckRun.of("--json", volume.path()).out()).matches("[ -~\\n]*");
  }

  @Test
  void aSymbolicLinkIsFollowed() throws IOException {
    Path link = Files.createSymbolicLink(scratch.resolve("link"), small.path());

    assertThat(CheckRun.of(link).status()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a b",
        "--level=deep a",
        "--level=QUICK a",
        "--memory=4095 a",
        "--memory=1023K a",
        "--memory=-1 a",
        "--memory=1KB a",
        "--threads=0 a",
        "--threads=257 a",
        "--threads=two a",
        "--threads=99999999999 a",
        "--json --json a",
        "--repair a",
        "-x a",
        "--json",
      })
  void aWrongCommandLineIsOneLineAndSixteen(String line) {
    var run = line.isEmpty() ? CheckRun.of() : CheckRun.of((Object[]) line.split(" ", -1));

    assertThat(run.status()).isEqualTo(16);
    assertThat(run.err())
        .hasLineCount(1)
        .startsWith("vdo_check: ")
        .endsWith("; try 'vdo_check --help'\n")
        .doesNotContain("java");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void anEmptyNameIsAMistakeOfTheCallingScript() {
    assertThat(CheckRun.of(""))
        .isEqualTo(
            new CheckRun(
                16,
                "",
                "vdo_check: invalid value for SOURCE: '' names no file; try 'vdo_check --help'\n"));
  }

  @Test
  void progressIsSilentOnAShortRun() {
    assertThat(CheckRun.of("--progress", small.path()).err()).isEmpty();
  }
}
