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
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
