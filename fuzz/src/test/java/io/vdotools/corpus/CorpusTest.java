package io.vdotools.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.device.MemoryDevice;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a check finds in each of the damaged volumes, and what can still be read of it. */
class CorpusTest {
  /** Two for each that has one wound. */
  static final int SPECIMENS = 3 * Specimen.singles();

  private static final int STRIDE = 23;
  private static final String EXPECTED = "outcomes.txt";

  private static List<String> expected() throws IOException {
    try (InputStream in = CorpusTest.class.getResourceAsStream(EXPECTED)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .toList();
    }
  }

  /** {@return the line for a specimen, nothing if it cannot be made} */
  private static Optional<String> line(Specimen specimen) throws VdoException {
    Optional<MemoryDevice> damaged = specimen.make();
    if (damaged.isEmpty()) {
      return Optional.empty();
    }
    var outcome = Outcome.of(specimen, damaged.get());
    if (outcome.codes().isEmpty() && outcome.extent().equals("complete")) {
      // What a check cannot see, such as an old journal block, hurts no content.
      assertThat(outcome.reading()).as("%s", specimen).endsWith(" lost=0 other=0");
    }
    return Optional.of(specimen + " " + outcome);
  }

  private static List<String> lines(int stride) throws VdoException {
    var lines = new ArrayList<String>();
    for (int number = 0; number < SPECIMENS; number += stride) {
      line(Specimen.of(number)).ifPresent(lines::add);
    }
    return lines;
  }

  @Test
  void aSliceComesOutAsWritten() throws Exception {
    var found = lines(STRIDE);

    assertThat(found).hasSizeGreaterThan(SPECIMENS / STRIDE / 2);
    assertThat(expected()).containsAll(found);
  }

  @Tag("long")
  @Test
  void everySpecimenComesOutAsWritten() throws Exception {
    assertThat(lines(1)).containsExactlyElementsOf(expected());
  }

  @Test
  void thereAreAThousandAndEachDamageIsAmongThem() throws IOException {
    assertThat(expected()).hasSizeGreaterThanOrEqualTo(1000).doesNotHaveDuplicates();
    var damages =
        Specimen.singles() / 3
            - expected().stream()
                .filter(line -> Integer.parseInt(line.substring(0, 5)) < Specimen.singles())
                .map(line -> line.split(" ", -1)[2].split("@", -1)[0])
                .distinct()
                .count();
    assertThat(damages).as("damages that fit no volume").isLessThan(20);
  }

  /** Writes the expected outcomes anew, and prints how many there are of each kind. */
  public static void main(String[] arguments) throws IOException, VdoException {
    var lines = lines(1);
    Files.writeString(Path.of(arguments[0], EXPECTED), String.join("\n", lines) + "\n");
    Map<String, Long> kinds =
        lines.stream()
            .map(line -> line.split(" ", -1))
            .collect(
                Collectors.groupingBy(
                    words -> words[3] + (words[4].equals("-") ? " nothing found" : " found"),
                    TreeMap::new,
                    Collectors.counting()));
    System.out.println(lines.size() + " specimens: " + kinds);
  }
}
