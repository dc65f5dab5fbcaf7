package io.vdotools.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launchers in a copy of the tree that holds a stand-in for Java and nothing that is built. */
class LaunchersTest {
  private static final List<String> LAUNCHERS =
      List.of("vdo", "vdo-launch", "vdo_check", "vdo_export", "vdo_image");

  @TempDir private Path scratch;

  private Path root;
  private Path bin;

  @BeforeEach
  void copyTheLaunchers() throws IOException {
    root = Files.createDirectories(scratch.resolve("a place with spaces"));
    bin = Files.createDirectories(root.resolve("bin"));
    for (String name : LAUNCHERS) {
      String script =
          Files.readString(SourceTree.ofThisBuild().root().resolve("bin").resolve(name))
              // So that it does not matter what this machine has installed.
              .replace("/usr/lib/jvm", scratch.resolve("jvm").toString());
      executable(bin.resolve(name), script);
    }
  }

  @Test
  void argumentsReachTheToolAsTheyWere() throws Exception {
    pretendBuilt();
    installJava("jvm/some-jdk-25", "25.0.3");

    assertThat(run(List.of(), bin.resolve("vdo_check"), "my volume", "", "*").out())
        .endsWith("[io.vdotools.tool.check.CheckCommand] [my volume] [] [*] ");
  }

  @Test
  void everyLauncherNamesAMainClassOfItsModule() throws Exception {
    installJava("jvm/some-jdk-25", "25.0.3");
    for (String name : LAUNCHERS) {
      if (!name.startsWith("vdo_")) {
        continue;
      }
      var launch =
          Pattern.compile("(?m)^launch (\\S+) (\\S+) \"\\$@\"$")
              .matcher(Files.readString(bin.resolve(name)));
      assertThat(launch.find()).as(name).isTrue();
      Path source =
          SourceTree.ofThisBuild()
              .root()
              .resolve(launch.group(1) + "/src/main/java")
              .resolve(launch.group(2).replace('.', '/') + ".java");
      assertThat(source).content().contains("public static void main(String[] arguments)");
      Path lib = Files.createDirectories(root.resolve(launch.group(1) + "/target/dist/lib"));
      Files.writeString(lib.resolve("java.options"), "");

      assertThat(run(List.of(), bin.resolve(name), "a b").out())
          .endsWith("[" + launch.group(2) + "] [a b] ");
    }
  }

  @Test
  void aLinkFromElsewhereWorks() throws Exception {
    pretendBuilt();
    installJava("jvm/some-jdk-25", "25.0.3");
    Path link = Files.createSymbolicLink(scratch.resolve("v c"), bin.resolve("vdo_check"));

    assertThat(run(List.of(), link, "volume").out()).contains("[volume]");
  }

  @Test
  void theUsersOptionsComeAfterOurs() throws Exception {
    pretendBuilt();
    installJava("jvm/some-jdk-25", "25.0.3");

    assertThat(run(List.of("VDO_JAVA_OPTIONS=-Xmx1g -ea"), bin.resolve("vdo_check"), "v").out())
        .containsPattern("\\[@.*/java\\.options\\].*\\[-Xmx1g\\] \\[-ea\\] \\[-cp\\]");
  }

  @Test
  void javaHomeComesFirstWhereItFits() throws Exception {
    pretendBuilt();
    installJava("jvm/some-jdk-25", "25.0.3");
    Path mine = installJava("mine", "25");
    Path old = installJava("old", "17.0.15");

    var fits = run(List.of("JAVA_HOME=" + mine), bin.resolve("vdo_check"), "v");
    var doesNot = run(List.of("JAVA_HOME=" + old), bin.resolve("vdo_check"), "v");

    assertThat(fits.out()).startsWith("mine ");
    assertThat(doesNot.out()).startsWith("some-jdk-25 ");
  }

  @Test
  void fileNamesBeyondAsciiGetThroughWhereNoLocaleIsSet() throws Exception {
    pretendBuilt();
    Path java = installJava("jvm/some-jdk-25", "25.0.3").resolve("bin/java");
    executable(java, "#!/bin/sh\nprintf '%s' \"${LC_ALL:-unset}\"\n");

    for (String ascii : List.of("LANG=", "LANG=C", "LC_CTYPE=POSIX", "LC_ALL=C")) {
      assertThat(run(List.of("LC_ALL=", "LC_CTYPE=", ascii), bin.resolve("vdo_check"), "v").out())
          .as(ascii)
          .isEqualTo("C.UTF-8");
    }
    assertThat(run(List.of("LC_ALL=de_DE.UTF-8"), bin.resolve("vdo_check"), "v").out())
        .isEqualTo("de_DE.UTF-8");
    assertThat(run(List.of("LC_ALL=", "LANG=de_DE"), bin.resolve("vdo_check"), "v").out())
        .isEqualTo("unset");
  }

  @Test
  void withoutJavaTheUserIsToldWhatToInstall() throws Exception {
    pretendBuilt();
    installJava("jvm/jdk-17", "17.0.15");
    installJava("jvm/jdk-250", "250.1");

    Outcome outcome = run(List.of(), bin.resolve("vdo_check"), "volume");

    assertThat(outcome.status()).isEqualTo(8);
    assertThat(outcome.err())
        .startsWith("vdo_check: Java 25 is needed: install temurin-25-jdk")
        .hasLineCount(1);
  }

  @Test
  void whatIsNotBuiltYetIsBuiltAndSaidSo() throws Exception {
    installJava("jvm/some-jdk-25", "25.0.3");
    executable(
        scratch.resolve("path/mvn"),
        """
        #!/bin/sh
        mkdir -p vdo-check/target/dist/lib
        echo "$*" >vdo-check/target/dist/lib/java.options
        echo maven speaks
        """);
    Files.createDirectories(root.resolve("vdo-check"));
    Files.writeString(root.resolve("vdo-check/pom.xml"), "");

    Outcome first = run(List.of(), bin.resolve("vdo_check"), "volume");
    Outcome second = run(List.of(), bin.resolve("vdo_check"), "volume");

    assertThat(first.err())
        .isEqualTo("vdo_check: building, for the first time only\nmaven speaks\n");
    assertThat(first.out()).contains("[volume]").doesNotContain("maven");
    assertThat(second.err()).isEmpty();
  }

  @Test
  void aBuildThatFailsEndsTheCommand() throws Exception {
    installJava("jvm/some-jdk-25", "25.0.3");
    executable(scratch.resolve("path/mvn"), "#!/bin/sh\nexit 1\n");
    Files.createDirectories(root.resolve("vdo-check"));
    Files.writeString(root.resolve("vdo-check/pom.xml"), "");

    Outcome outcome = run(List.of(), bin.resolve("vdo_check"), "volume");

    assertThat(outcome.status()).isEqualTo(8);
    assertThat(outcome.err()).endsWith("vdo_check: the build failed, see above\n");
    assertThat(outcome.out()).isEmpty();
  }

  @Test
  void subcommandsArePassedOnWithTheirStatus() throws Exception {
    executable(bin.resolve("vdo_echo"), "#!/bin/sh\nprintf '[%s]' \"$@\"\nexit 4\n");

    Outcome outcome = run(List.of(), bin.resolve("vdo"), "echo", "my volume", "--help");

    assertThat(outcome).isEqualTo(new Outcome(4, "[my volume][--help]", ""));
  }

  @Test
  void unknownSubcommandsAreAnsweredWithThoseThereAre() throws Exception {
    executable(bin.resolve("vdo_echo"), "#!/bin/sh\n");

    assertThat(run(List.of(), bin.resolve("vdo"), "chek"))
        .isEqualTo(
            new Outcome(
                16, "", "vdo: unknown subcommand 'chek'; there are: check echo export image\n"));
    assertThat(run(List.of(), bin.resolve("vdo"), "../bin/vdo_echo").status()).isEqualTo(16);
    assertThat(run(List.of(), bin.resolve("vdo")))
        .isEqualTo(
            new Outcome(16, "", "vdo: missing subcommand; there are: check echo export image\n"));
  }

  private void pretendBuilt() throws IOException {
    Path lib = Files.createDirectories(root.resolve("vdo-check/target/dist/lib"));
    Files.writeString(lib.resolve("java.options"), "");
  }

  /** A Java that prints where it is installed and what it was called with. */
  private Path installJava(String place, String version) throws IOException {
    Path home = scratch.resolve(place);
    executable(
        home.resolve("bin/java"),
        """
        #!/bin/sh
        printf '%s ' NAME
        printf '[%s] ' "$@"
        """
            .replace("NAME", home.getFileName().toString()));
    Files.writeString(
        home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  private static void executable(Path file, String script) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, script);
    if (!file.toFile().setExecutable(true)) {
      throw new IOException("cannot make executable: " + file);
    }
  }

  private Outcome run(List<String> environment, Path program, String... arguments)
      throws IOException, InterruptedException {
    var line = new ArrayList<>(List.of("env", "-u", "JAVA_HOME", "-u", "VDO_JAVA_OPTIONS"));
    // No Java and no Maven on the path but the stand-ins.
    Path tools = Files.createDirectories(scratch.resolve("path"));
    for (String tool : List.of("sh", "readlink", "flock", "mkdir")) {
      executable(tools.resolve(tool), "#!/bin/sh\nexec /usr/bin/" + tool + " \"$@\"\n");
    }
    line.add("PATH=" + tools);
    line.addAll(environment);
    line.add(program.toString());
    line.addAll(List.of(arguments));
    Path out = scratch.resolve("out");
    Path err = scratch.resolve("err");
    int status =
        new ProcessBuilder(line)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start()
            .waitFor();
    return new Outcome(
        status,
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  private record Outcome(int status, String out, String err) {}
}
