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

/** What a repair makes of each of the damaged volumes, and what can be read of the result. */
class MendingTest {
  private static final String EXPECTED = "repairs.txt";

  /** A prime number other than that of the checks, so that other volumes come up. */
  private static final int STRIDE = 53;

  private static List<String> expected() throws IOException {
    try (InputStream in = MendingTest.class.getResourceAsStream(EXPECTED)) {
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
    var mending = Mending.of(specimen, damaged.get());
    assertThat(mending.isAsPromised()).as("%s became as promised: %s", specimen, mending).isTrue();
    assertThat(mending.isExplained()).as("%s changes by steps: %s", specimen, mending).isTrue();
    return Optional.of(specimen + " " + mending);
  }

  private static List<String> lines(int stride) throws VdoException {
    var lines = new ArrayList<String>();
    for (int number = 0; number < CorpusTest.SPECIMENS; number += stride) {
      line(Specimen.of(number)).ifPresent(lines::add);
    }
    return lines;
  }

  @Test
  void aSliceIsMendedAsWritten() throws Exception {
    var found = lines(STRIDE);

    assertThat(found).hasSizeGreaterThan(CorpusTest.SPECIMENS / STRIDE / 2);
    assertThat(expected()).containsAll(found);
  }

  @Tag("long")
  @Test
  void everySpecimenIsMendedAsWritten() throws Exception {
    assertThat(lines(1)).containsExactlyElementsOf(expected());
  }

  /** Writes the expected outcomes anew, and prints how many there are of each kind. */
  public static void main(String[] arguments) throws IOException, VdoException {
    var lines = new ArrayList<String>();
    for (int number = 0; number < CorpusTest.SPECIMENS; number++) {
      try {
        line(Specimen.of(number)).ifPresent(lines::add);
      } catch (AssertionError e) {
        System.out.println(e.getMessage());
      }
    }
    Files.writeString(Path.of(arguments[0], EXPECTED), String.join("\n", lines) + "\n");
    Map<String, Long> kinds =
        lines.stream()
            .map(line -> line.split(" ", -1)[3].split(":", -1)[0])
            .collect(Collectors.groupingBy(kind -> kind, TreeMap::new, Collectors.counting()));
    System.out.println(lines.size() + " specimens: " + kinds);
  }
}
