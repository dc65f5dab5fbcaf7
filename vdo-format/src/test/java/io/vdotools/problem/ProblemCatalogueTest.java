package io.vdotools.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds the published catalogue to the one that the programs use. */
class ProblemCatalogueTest {
  private static final Path SPEC =
      Path.of(System.getProperty("vdotools.tree", ".."), "format-spec");
  private static final Path CATALOGUE = SPEC.resolve("problems.md");

  private static final Map<String, String> AREAS = areas();

  private static Map<String, String> areas() {
    var areas = new LinkedHashMap<String, String>();
    areas.put("DV", "The device");
    areas.put("GB", "Geometry block");
    areas.put("SB", "Super block");
    areas.put("LY", "Layout and slab configuration");
    areas.put("BM", "Block map");
    areas.put("RC", "Reference counts");
    areas.put("SS", "Slab summary");
    areas.put("SJ", "Slab journals");
    areas.put("RJ", "Recovery journal");
    areas.put("CB", "Compressed blocks");
    areas.put("TT", "Totals");
    return areas;
  }

  @Test
  void idsAreUniqueAndOfKnownAreas() {
    var ids = Arrays.stream(ProblemCode.values()).map(ProblemCode::id).toList();

    assertThat(ids).doesNotHaveDuplicates();
    assertThat(ids)
        .allSatisfy(id -> assertThat(id).matches("VDO-[A-Z]{2}-\\d{3}"))
        .allSatisfy(id -> assertThat(AREAS).containsKey(areaOf(id)));
  }

  @Test
  void everyCodeNamesAnInvariantOfTheFormatDescription() throws IOException {
    String volume = Files.readString(SPEC.resolve("volume.md"));
    Set<String> described = new TreeSet<>();
    var matcher = Pattern.compile("V-\\d{3}").matcher(volume);
    while (matcher.find()) {
      described.add(matcher.group());
    }

    assertThat(Arrays.stream(ProblemCode.values()).map(ProblemCode::invariant))
        .allSatisfy(invariant -> assertThat(described).contains(invariant));
  }

  @Test
  void thePublishedCatalogueIsTheOneInUse() throws IOException {
    String expected = catalogue();
    if (Boolean.getBoolean("vdotools.update")) {
      Files.writeString(CATALOGUE, expected);
    }

    assertThat(Files.readString(CATALOGUE))
        .as("run mvn -pl vdo-format -am test -Dtest=ProblemCatalogueTest -Dvdotools.update=true")
        .isEqualTo(expected);
  }

  private static String areaOf(String id) {
    return id.substring(4, 6);
  }

  private static String catalogue() {
    var text = new StringBuilder();
    text.append(
        """
        # Problem catalogue

        Every problem that the tools report has one of these codes. A code is a promise: it is never
        given to another problem. The invariant is the rule of [volume.md](volume.md), section 12,
        that does not hold. The severity is the one where the volume's state does not make it less.

        | severity | meaning | exit status of `vdo_check` |
        |---|---|---|
        | info | worth knowing; nothing is wrong with the volume | 0 |
        | harmless | wrong, but the driver does not mind, and nothing is lost | 4 |
        | loses space | blocks are taken that hold nothing | 4 |
        | loses data | data are lost, or will be once the volume is used | 4 |
        | fatal | the driver refuses the volume, turns it read-only, or returns I/O errors | 4 |

        Where the device is shorter than the volume, wherever that was cut off, or the super block
        belongs to another volume than the geometry block, nothing can be judged: one line says so,
        with the codes of what else was found, and the exit status is 8. A device longer than the
        volume is no problem.
        """);
    AREAS.forEach((area, title) -> {
      List<ProblemCode> codes =
          Arrays.stream(ProblemCode.values())
              .filter(code -> areaOf(code.id()).equals(area))
              .toList();
      text.append("\n## ").append(title).append("\n\n");
      text.append("| code | problem | severity | invariant | repair |\n|---|---|---|---|---|\n");
      text.append(codes.stream().map(ProblemCatalogueTest::row).collect(Collectors.joining()));
    });
    return text.toString();
  }

  private static String row(ProblemCode code) {
    return "| %s | %s | %s | %s | %s |\n"
        .formatted(
            code.id(),
            code.title(),
            code.severity().title(),
            code.invariant(),
            code.remedy().title());
  }
}
