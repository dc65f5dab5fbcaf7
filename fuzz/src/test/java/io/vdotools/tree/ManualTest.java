package io.vdotools.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ManualTest {
  private static final String REMEDY = "rewrite with `mvn -Pman -DskipTests verify`";

  private final SourceTree tree = SourceTree.ofThisBuild();

  @Test
  void theManualSaysWhatTheCommandsDo() throws IOException {
    Map<String, String> generated = Manual.files(tree.root());

    assertThat(generated).isNotEmpty();
    for (Map.Entry<String, String> file : generated.entrySet()) {
      assertThat(tree.root().resolve(file.getKey()))
          .as(REMEDY)
          .content()
          .isEqualTo(file.getValue());
    }
  }

  @Test
  void everyPageHasExamplesAndExitStatuses() throws IOException {
    for (Map.Entry<String, String> file : Manual.files(tree.root()).entrySet()) {
      if (file.getKey().endsWith(".adoc")) {
        assertThat(file.getValue()).contains("\n== Examples\n", "\n== Exit status\n");
      }
      if (file.getKey().endsWith(".adoc") && !isOfSubcommand(file.getKey())) {
        assertThat(file.getValue())
            .containsPattern("\n== Worked example\n\n\\.{4}\n\\$ (.*\n)+\\.{4}\n$");
      }
    }
  }

  @Test
  void everyCommandHasALauncherAndEveryLauncherAPage() throws IOException {
    var launchers = new TreeSet<String>();
    var pages = new TreeSet<String>();
    for (Path file : tree.files()) {
      String name = tree.name(file);
      if (name.startsWith("bin/vdo_")) {
        launchers.add(name.replace("bin/", ""));
      } else if (name.startsWith("man/") && name.endsWith(".1.adoc") && !isOfSubcommand(name)) {
        pages.add(name.replace("man/", "").replace(".1.adoc", ""));
      }
    }

    assertThat(pages).isEqualTo(launchers);
    assertThat(Manual.files(tree.root()).keySet())
        .filteredOn(name -> !isOfSubcommand(name))
        .hasSize(2 * launchers.size());
  }

  /** Such a page is named after its command and itself, with a hyphen between. */
  private static boolean isOfSubcommand(String name) {
    return name.contains("-");
  }

  @Test
  void noPageInTroffIsOlderThanItsSource() throws IOException {
    for (String name : Manual.files(tree.root()).keySet()) {
      if (name.endsWith(".adoc")) {
        Path source = tree.root().resolve(name);
        Path troff = tree.root().resolve(name.replace(".adoc", ""));
        assertThat(Files.readString(troff))
            .as(REMEDY)
            .contains(Manual.sourceMark(Files.readString(source)));
      }
    }
  }
}
