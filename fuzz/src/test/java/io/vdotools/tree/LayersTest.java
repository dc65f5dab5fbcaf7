package io.vdotools.tree;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.vdotools.VdoException;
import io.vdotools.tool.check.CheckCommand;
import io.vdotools.tool.export.ExportCommand;
import io.vdotools.tool.image.ImageCommand;
import io.vdotools.tool.pack.PackCommand;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The picture of the architecture, and that the code keeps to it. */
class LayersTest {
  /**
   * From the ground up: a package may know those of the rows below its own, and itself. Packages of
   * one row do not know each other.
   */
  private static final List<List<String>> LAYERS =
      List.of(
          List.of("io.vdotools"),
          List.of("io.vdotools.bytes.."),
          List.of("io.vdotools.device.."),
          List.of("io.vdotools.format.."),
          List.of("io.vdotools.problem..", "io.vdotools.model.."),
          List.of("io.vdotools.xml..", "io.vdotools.pack..", "io.vdotools.engine.."),
          List.of("io.vdotools.check.."),
          List.of("io.vdotools.cli.."),
          List.of("io.vdotools.tool.."));

  private static final String[] LIBRARY_BELOW_CLI =
      LAYERS.subList(0, 7).stream().flatMap(List::stream).toArray(String[]::new);

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(location -> !location.contains("/test-classes/"))
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("io.vdotools");

  @Test
  void theRulesSeeTheLibraryAndTheTools() {
    assertThat(CLASSES.contain(VdoException.class)).isTrue();
    assertThat(CLASSES.contain(CheckCommand.class)).isTrue();
    assertThat(CLASSES.contain(ExportCommand.class)).isTrue();
    assertThat(CLASSES.contain(ImageCommand.class)).isTrue();
    assertThat(CLASSES.contain(PackCommand.class)).isTrue();
    assertThat(CLASSES.contain(LayersTest.class)).isFalse();
  }

  @Test
  void everyPackageHasItsPlaceInThePicture() {
    classes()
        .should()
        .resideInAnyPackage(LAYERS.stream().flatMap(List::stream).toArray(String[]::new))
        .check(CLASSES);
  }

  @ParameterizedTest
  @MethodSource("packages")
  void arrowsPointDown(String aPackage, List<String> known) {
    classes()
        .that()
        .resideInAPackage(aPackage)
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(known.toArray(String[]::new))
                .or(not(resideInAPackage("io.vdotools.."))))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  static Stream<Object[]> packages() {
    var rows = new ArrayList<Object[]>();
    var below = new ArrayList<String>();
    for (List<String> layer : LAYERS) {
      for (String aPackage : layer) {
        var known = new ArrayList<>(below);
        known.add(aPackage);
        rows.add(new Object[] {aPackage, known});
      }
      below.addAll(layer);
    }
    return rows.stream();
  }

  /** Where steps run, what metadata do, what requests do, and the volume as a whole. */
  private static final List<String> ENGINE =
      List.of(
          "io.vdotools.engine.zones",
          "io.vdotools.engine.metadata",
          "io.vdotools.engine.data",
          "io.vdotools.engine.live");

  @Test
  void eachLayerOfTheEngineKnowsOnlyThoseBelow() {
    for (int i = 0; i < ENGINE.size() - 1; i++) {
      noClasses()
          .that()
          .resideInAPackage(ENGINE.get(i))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ENGINE.subList(i + 1, ENGINE.size()).toArray(String[]::new))
          .check(CLASSES);
    }
  }

  @Test
  void onlyTheExecutionKnowsThreads() {
    noClasses()
        .that()
        .resideInAnyPackage(ENGINE.subList(1, ENGINE.size()).toArray(String[]::new))
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.lang\\.Thread|java\\.util\\.concurrent\\.Executor.*|org\\.jctools\\..*")
        .check(CLASSES);
  }

  @Test
  void noPackagesKnowEachOtherInACircle() {
    slices().matching("io.vdotools.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void noToolKnowsAnother() {
    slices()
        .matching("io.vdotools.tool.(*)..")
        .should()
        .notDependOnEachOther()
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void onlyTheCommandLineKnowsPicocli() {
    noClasses()
        .that()
        .resideInAnyPackage(LIBRARY_BELOW_CLI)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("picocli..")
        .check(CLASSES);
  }

  @Test
  void onlyReportsAndExchangeFormatsKnowJackson() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.vdotools.cli..", "io.vdotools.tool..", "io.vdotools.xml..", "io.vdotools.pack..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("tools.jackson..", "com.fasterxml..", "javax.xml..")
        .check(CLASSES);
  }

  @Test
  void onlyDevicesOpenFiles() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.vdotools.device..")
        .and()
        // Standard output is a descriptor, not a file that somebody named.
        .doNotHaveFullyQualifiedName("io.vdotools.cli.StandardOutput")
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.nio\\.channels\\.(Asynchronous)?FileChannel"
                + "|java\\.io\\.(RandomAccessFile|File(In|Out)putStream|FileReader|FileWriter)")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAnyPackage(LIBRARY_BELOW_CLI)
        .and()
        .resideOutsideOfPackages("io.vdotools.device..")
        .should()
        .dependOnClassesThat()
        .haveNameMatching("java\\.nio\\.file\\.Files|java\\.io\\.File")
        .check(CLASSES);
  }

  @Test
  void theLibraryHasNoClockNoEnvironmentAndNoVoice() {
    noClasses()
        .that()
        .resideInAnyPackage(LIBRARY_BELOW_CLI)
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .orShould()
        .callMethod(System.class, "getProperty", String.class)
        .orShould()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .because("what depends on them cannot be tested or repeated; pass them in")
        .check(CLASSES);
  }

  @Test
  void noStaticFieldChanges() {
    fields().that().areStatic().should().beFinal().check(CLASSES);
  }
}
