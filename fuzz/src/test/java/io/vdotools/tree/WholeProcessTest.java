package io.vdotools.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What was built, started by its launchers from a shell, as a user does. */
@Timeout(120)
class WholeProcessTest {
  private static final SourceTree TREE = SourceTree.ofThisBuild();

  @TempDir private Path scratch;

  @BeforeEach
  void somethingIsBuilt() throws IOException {
    // Where only tests run, as with `mvn test`, the launcher would start a second build.
    assumeTrue(
        Files.exists(TREE.root().resolve("vdo-check/target/dist/lib/java.options"))
            && Files.exists(TREE.root().resolve("vdo-dump/target/dist/lib/java.options"))
            && Files.exists(TREE.root().resolve("vdo-restore/target/dist/lib/java.options")),
        "not packaged yet");
    Files.createSymbolicLink(scratch.resolve("format-spec"), TREE.root().resolve("format-spec"));
  }

  @Test
  void theFirstStepsOfTheReadmeWork() throws Exception {
    for (String command : new String[] {"vdo_check", "vdo check"}) {
      var outcome =
          shell("tar -xzSf format-spec/golden/small.tar.gz -C . && " + command + " ./small.img");

      assertThat(outcome.status()).isZero();
      assertThat(outcome.output())
          .startsWith("./small.img: VDO volume\n")
          .endsWith("./small.img: no problem found\n");
    }
  }

  @Test
  void whatTheReadmeShowsIsWhatIsSeen() throws Exception {
    String readme = Files.readString(TREE.root().resolve("README.md"));
    var shown = readme.split("(?m)^```$\\n", -1);
    var commands = Pattern.compile("bin/vdo_\\w+ /tmp/small.img").matcher(readme);
    shell("tar -xzSf format-spec/golden/small.tar.gz -C .");
    int blocks = 0;
    for (int at = 1; at < shown.length; at += 2, blocks++) {
      if (blocks == 1) {
        var damage = Pattern.compile("^ {4}(dd .*) && bin", Pattern.MULTILINE).matcher(readme);
        assertThat(damage.find()).isTrue();
        shell(damage.group(1).replace("/tmp/", "./") + " status=none");
      }
      assertThat(commands.find()).isTrue();
      String command = commands.group().replace("bin/", "").replace("/tmp/", "./");
      String expected =
          Arrays.stream(shown[at].replace("/tmp/", "./").split("(?m)^ *\\.{3}\\n", -1))
              .map(Pattern::quote)
              .collect(Collectors.joining("(?s:.*)"));

      assertThat(shell(command).output()).as(command).matches(expected);
    }
    assertThat(blocks).isGreaterThan(2);
  }

  static Set<String> examples() throws IOException {
    return Manual.examples(TREE.root()).keySet();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void theExampleOfTheManualIsTrue(String page) throws Exception {
    String example = Objects.requireNonNull(Manual.examples(TREE.root()).get(page));
    var replayed = new StringBuilder();
    for (String line : example.lines().toList()) {
      if (line.startsWith("$ ")) {
        replayed.append(line).append('\n').append(shell(line.substring(2)).output());
      }
    }

    assertThat(replayed.toString()).isEqualTo(example);
  }

  @Test
  void aReportThatCannotBeWrittenIsNoCleanVolume() throws Exception {
    shell("tar -xzSf format-spec/golden/small.tar.gz");

    for (String target : new String[] {">/dev/full", ">&-"}) {
      for (String form : new String[] {"", "--json "}) {
        var outcome = shell("vdo_check " + form + "small.img " + target);

        assertThat(outcome.status()).as(form + target).isEqualTo(8);
        assertThat(outcome.output())
            .startsWith("vdo_check: cannot write to standard output: ")
            .hasLineCount(1);
      }
    }
    assertThat(shell("vdo_check small.img | head -n 1"))
        .isEqualTo(new Outcome(0, "small.img: VDO volume\n"));
  }

  @Test
  void contentThatCannotBeWrittenIsNotExported() throws Exception {
    shell("tar -xzSf format-spec/golden/small.tar.gz");

    for (String target : new String[] {">/dev/full", ">&-"}) {
      var outcome = shell("vdo_export small.img -o - " + target);

      assertThat(outcome.status()).as(target).isEqualTo(8);
      assertThat(outcome.output())
          .startsWith("vdo_export: cannot write to standard output: ")
          .hasLineCount(1);
    }
    assertThat(shell("vdo_export small.img -o - | head -c 20000 | wc -c"))
        .isEqualTo(new Outcome(0, "20000\n"));
    assertThat(shell("vdo_export small.img -o - 1<>small.img").output())
        .isEqualTo("vdo_export: cannot write to standard output: it is the volume itself\n");
  }

  @Test
  void anExportToAPipeIsTheExportToAFile() throws Exception {
    shell("tar -xzSf format-spec/golden/small.tar.gz");

    assertThat(
            shell(
                "vdo_export -q small.img -o out.raw && vdo_export -q small.img -o - | cmp -"
                    + " out.raw"))
        .isEqualTo(new Outcome(0, ""));
    assertThat(shell("test $(stat -c %s out.raw) = 536870912 && du -k out.raw | cut -f 1").output())
        .matches("6\\d\\d\\d\n");
  }

  @Test
  void aCancelledExportLeavesNothing() throws Exception {
    shell("tar -xzSf format-spec/golden/small.tar.gz && mkdir empty");
    Outcome outcome;
    int tries = 0;
    do {
      outcome =
          shell(
              "vdo_export small.img -o empty/out.raw & pid=$!;"
                  // As soon as the file is there, under its other name.
                  + " while kill -0 $pid 2>/dev/null && [ -z \"$(ls -A empty)\" ]; do :; done;"
                  + " kill -s TERM $pid 2>/dev/null; wait $pid; status=$?;"
                  + " rm -f empty/out.raw; ls -A empty; exit $status");
    } while (outcome.status() == 0 && tries++ < 20);

    assertThat(outcome).isEqualTo(new Outcome(32, "vdo_export: cancelled\n"));
  }

  @Test
  void aNameBeyondAsciiNeedsNoLocale() throws Exception {
    shell("tar -xzSf format-spec/golden/new.tar.gz && mv new.img 'größe 卷.img'");

    assertThat(shell("LC_ALL=C vdo_check 'größe 卷.img' | tail -n 1").output())
        .isEqualTo("größe 卷.img: no problem found\n");
  }

  private Outcome shell(String command) throws IOException, InterruptedException {
    Path output = scratch.resolve("output");
    var builder =
        new ProcessBuilder("sh", "-c", command)
            .directory(scratch.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder
        .environment()
        .merge("PATH", TREE.root().resolve("bin") + ":", (path, bin) -> bin + path);
    int status = builder.start().waitFor();
    return new Outcome(status, Files.readString(output, StandardCharsets.UTF_8));
  }

  private record Outcome(int status, String output) {}
}
