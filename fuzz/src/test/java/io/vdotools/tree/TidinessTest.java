package io.vdotools.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TidinessTest {
  private final SourceTree tree = SourceTree.ofThisBuild();

  @Test
  void everyFileIsTidy() throws IOException {
    var complaints = new ArrayList<String>();
    for (Path file : tree.files()) {
      try {
        complaints.addAll(Tidiness.complaints(tree.name(file), Files.readString(file)));
      } catch (CharacterCodingException _) {
        // Not text: an image or an archive.
      }
    }

    assertThat(complaints).isEmpty();
  }

  @Test
  void everyPackageTellsTheReaderWhereToStart() throws IOException {
    var bare = new TreeSet<String>();
    for (Path file : tree.javaFiles()) {
      if (tree.name(file).contains("/src/main/java/")) {
        Path description = file.resolveSibling("package-info.java");
        if (!Files.exists(description)
            || !Files.readString(description).contains("@NullMarked\npackage ")
            || !Files.readString(description).startsWith("/**")) {
          bare.add(tree.name(description));
        }
      }
    }

    assertThat(bare).as("missing, without a comment, or without @NullMarked").isEmpty();
  }

  @Test
  void theTreeIsTheOneThatIsBuilt() throws IOException {
    assertThat(tree.files().stream().map(tree::name))
        .contains("pom.xml", "LICENSE", ".ci/run", "fuzz/pom.xml")
        .noneMatch(name -> name.contains("/target/") || name.startsWith(".git/"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "// TO" + "DO later",
        "// FIX" + "ME (12)",
        "} catch (Exc" + "eption e) {",
        "} catch (final RuntimeExc" + "eption _) {",
        "} catch (IOException | Thr" + "owable e) {",
        "e.printStack" + "Trace();",
        "@Dis" + "abled(\"slow\")",
        "Path.of(\"/ho" + "me/somebody/volume\")",
        "// see /wo" + "rk/notes",
        "// see ../sha" + "red/format",
      })
  void whatIsUntidyIsReportedWithItsLine(String line) {
    assertThat(Tidiness.complaints("a/B.java", "class B {\n" + line + "\n}\n"))
        .singleElement()
        .asString()
        .startsWith("a/B.java:2: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "// TODO (#12) later",
        "} catch (IOException | UncheckedIOException e) {",
        "} catch (MyException e) {",
        "Path.of(\"/usr/lib/jvm\")",
        "// network/root/page, tree/home/leaf",
        "tar -C /tmp -xf golden.tar.gz",
      })
  void whatIsTidyPasses(String line) {
    assertThat(Tidiness.complaints("a/B.java", "class B {\n" + line + "\n}\n")).isEmpty();
  }

  @Test
  void aFileMayHaveFiveHundredLinesAndNoMore() {
    assertThat(Tidiness.complaints("a/B.java", "x\n".repeat(500))).isEmpty();
    assertThat(Tidiness.complaints("a/B.java", "x\n".repeat(501))).hasSize(1);
    assertThat(Tidiness.complaints("bin/vdo", "x\n".repeat(501))).hasSize(1);
    assertThat(Tidiness.complaints("a/table.md", "x\n".repeat(501))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/util/B.java", "a/common/B.java", "a/BManager.java", "a/BHelper.java"})
  void aNameThatSaysNothingIsReported(String name) {
    assertThat(Tidiness.complaints(name, "")).hasSize(1);
  }
}
