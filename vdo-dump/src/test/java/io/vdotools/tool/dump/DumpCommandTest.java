package io.vdotools.tool.dump;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.testing.DumpSchema;
import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.ToolRun;
import io.vdotools.testing.VolumeFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DumpCommandTest {
  private static final long LEAF = 680_209;

  @TempDir private Path scratch;
  private Path volume;
  private Path output;

  @BeforeEach
  void unpack() {
    volume = VolumeFile.unpack("small", scratch).path();
    output = scratch.resolve("dump");
  }

  private ToolRun dump(Object... more) {
    return ToolRun.of(
        new DumpCommand(),
        Stream.concat(Stream.of(volume, "-o", output), Stream.of(more)).toArray());
  }

  private void loseALeaf() throws IOException {
    try (var file = new RandomAccessFile(volume.toFile(), "rw")) {
      file.seek(LEAF * 4096);
      file.write(new byte[4096]);
    }
  }

  private List<String> leftovers() throws IOException {
    try (var files = Files.list(scratch)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  @Test
  void theXmlIsValidAndTheSameEachTime() throws IOException {
    assertThat(dump()).isEqualTo(new ToolRun(0, "", ""));
    byte[] first = Files.readAllBytes(output);
    assertThat(DumpSchema.fault(first)).isEmpty();

    assertThat(dump("--force").status()).isZero();

    assertThat(Files.readAllBytes(output)).isEqualTo(first);
    assertThat(leftovers()).containsExactly("dump", "small.img");
  }

  @Test
  void everyLineOfJsonKeepsToTheSchema() throws IOException {
    assertThat(ToolRun.errorsOfSchema("vdo_dump")).isEmpty();
    assertThat(dump("--format", "jsonl", "--journals", "--all-counts").status()).isZero();

    var lines = Files.readAllLines(output);

    assertThat(lines.getLast()).isEqualTo("{\"type\":\"end\"}");
    var types = new TreeMap<String, Integer>();
    for (String line : lines) {
      var run = new ToolRun(0, line, "");
      // Of the many lines of a type some are enough.
      if (types.merge(run.json().get("type").asString(), 1, Integer::sum) <= 20) {
        assertThat(run.schemaErrors("vdo_dump")).as(line).isEmpty();
      }
    }
    assertThat(types.keySet())
        .contains("data", "zeros", "fragments", "page", "slab", "count", "journal-entry");
    assertThat(types.keySet()).contains("slab-journal-entry", "summary-entry");
  }

  @Test
  void theTextNamesWhatWasAskedFor() throws IOException {
    assertThat(dump("--format", "text", "--lbn", "0..8").status()).isZero();

    assertThat(Files.readString(output))
        .contains("LBN 0: PBN 688132\n", "LBN 3: PBN 687936 fragment 4\n", "LBN 6: zeros\n")
        .doesNotContain("LBN 9", "super block");
  }

  @ParameterizedTest
  @CsvSource({
    "super-block, super-block",
    "block-map, block-map",
    "slabs, slabs",
    "journal, recovery-journal slab-journals",
    "summary, summary",
    "index, geometry",
    "'summary,super-block', super-block summary"
  })
  void eachPartIsThatOfTheWhole(String part, String elements) throws IOException {
    assertThat(dump("--journals").status()).isZero();
    String whole = Files.readString(output);

    assertThat(dump("--only", part, "--force").status()).isZero();

    assertThat(DumpSchema.fault(Files.readAllBytes(output))).isEmpty();
    String alone = Files.readString(output);
    var sections =
        Pattern.compile("(?m)^  <([a-z-]+)").matcher(alone).results().map(m -> m.group(1)).toList();
    assertThat(sections).containsExactly(elements.split(" ", -1));
    for (String section : sections) {
      assertThat(whole).contains(section(alone, section));
    }
  }

  private static String section(String xml, String name) {
    int start = xml.indexOf("\n  <" + name);
    int end = xml.indexOf("\n  </" + name + ">", start);
    // The geometry and what is empty may have no end tag of their own.
    return end < 0 ? xml.substring(start, xml.indexOf('>', start)) : xml.substring(start, end);
  }

  @Test
  void aRangeOfPbnsIsCutOutOfTheWhole() throws IOException {
    assertThat(dump().status()).isZero();
    var expected = mappings(Files.readString(output));
    expected.values().removeIf(mapping -> mapping.pbn() < 687_586 || mapping.pbn() > 688_140);
    assertThat(expected).hasSizeGreaterThan(100);

    assertThat(dump("--pbn", "687586..688140", "--force").status()).isZero();

    String cut = Files.readString(output);
    assertThat(DumpSchema.fault(Files.readAllBytes(output))).isEmpty();
    assertThat(mappings(cut)).isEqualTo(expected);
    assertThat(cut)
        .contains("<slab number=\"1\"")
        .doesNotContain("<slab number=\"0\"", "<zeros", "<geometry", "<super-block");
  }

  private record Mapping(long pbn, long fragment) {}

  /** {@return what each LBN is mapped to that is mapped to a block} */
  private static SortedMap<Long, Mapping> mappings(String xml) {
    var mappings = new TreeMap<Long, Mapping>();
    for (var element :
        Pattern.compile("<(data|fragments)( [^>]*)/>").matcher(xml).results().toList()) {
      boolean isData = element.group(1).equals("data");
      String attributes = element.group(2);
      long lbn = number(attributes, "lbn", 0);
      long pbn = number(attributes, "pbn", 0);
      long fragment = number(attributes, "fragment", -1);
      for (long i = 0; i < number(attributes, "blocks", 1); i++) {
        mappings.put(lbn + i, isData ? new Mapping(pbn + i, -1) : new Mapping(pbn, fragment + i));
      }
    }
    return mappings;
  }

  private static long number(String attributes, String name, long otherwise) {
    var found = Pattern.compile(" " + name + "=\"(\\d+)\"").matcher(attributes);
    return found.find() ? Long.parseLong(found.group(1)) : otherwise;
  }

  @Test
  void aDamagedVolumeIsRefusedInOneLineAndLeavesNoFile() throws IOException {
    loseALeaf();

    var run = dump();

    assertThat(run.status()).isEqualTo(4);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).startsWith("vdo_dump: ").contains("--repair");
    assertThat(leftovers()).containsExactly("small.img");
  }

  @Test
  void theBestReadingOfADamagedVolumeSaysWhatIsMissing() throws IOException {
    loseALeaf();

    var run = dump("--repair");

    assertThat(run.status()).isEqualTo(4);
    assertThat(run.err()).contains("1 unreadable pages");
    assertThat(Files.readString(output))
        .contains("best-reading=\"true\"")
        .contains("pbn=\"680209\" cause=\"not-a-page\"");
    assertThat(DumpSchema.fault(Files.readAllBytes(output))).isEmpty();
  }

  @Test
  void nothingIsReplacedUnasked() throws IOException {
    Files.writeString(output, "precious");

    var run = dump();

    assertThat(run.status()).isEqualTo(8);
    assertThat(run.err()).contains("it is there already");
    assertThat(Files.readString(output)).isEqualTo("precious");
  }

  @Test
  void theVolumeIsNoPlaceForItsDump() {
    output = volume;

    assertThat(dump("--force").status()).isEqualTo(8);
    assertThat(GoldenVolume.load("small").geometry().hasMagic()).isTrue();
  }

  @Test
  void anOutputThatCannotBeMadeIsNamed() {
    output = scratch.resolve("nowhere/dump");

    var run = dump();

    assertThat(run.status()).isEqualTo(8);
    assertThat(run.err()).contains("there is no such directory");
  }

  @Test
  void wrongSelectionsAreUsageErrors() {
    assertThat(dump("--only", "everything").status()).isEqualTo(16);
    assertThat(dump("--format", "csv").status()).isEqualTo(16);
    assertThat(dump("--lbn", "9..5").status()).isEqualTo(16);
    assertThat(dump("--lbn", "131072").status()).isEqualTo(16);
    assertThat(dump("--pbn", "786432").status()).isEqualTo(16);
  }
}
