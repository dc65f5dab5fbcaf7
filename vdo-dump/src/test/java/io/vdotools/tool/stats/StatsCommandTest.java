package io.vdotools.tool.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.ToolRun;
import io.vdotools.testing.VolumeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.xml.sax.SAXException;
import tools.jackson.databind.JsonNode;

class StatsCommandTest {
  private static final int PAGE_REFERENCES = 254;

  @TempDir private Path scratch;

  static Stream<String> names() {
    return GoldenVolume.names().stream();
  }

  private Path volume(String name) {
    return VolumeFile.unpack(name, scratch).path();
  }

  private static ToolRun stats(Object... arguments) {
    return ToolRun.of(new StatsCommand(), arguments);
  }

  private static JsonNode json(Object... arguments) {
    var words = new ArrayList<>(List.of(arguments));
    words.add("--json");
    var run = stats(words.toArray());
    assertThat(run.schemaErrors("vdo_stats")).isEmpty();
    assertThat(run.json().get("exitStatus").asInt()).isEqualTo(run.status());
    return run.json();
  }

  /** The facts are what VDO's own tools say, of crashed volumes after a recovery. */
  @ParameterizedTest
  @MethodSource("names")
  void theFiguresOfGoldenVolumesAreThoseOfTheirFacts(String name) {
    var facts = GoldenVolume.load(name).facts();
    boolean isReplayed = facts.has("afterReplay");
    var truth = isReplayed ? facts.get("afterReplay") : facts;

    var figures = json(volume(name));

    assertThat(figures.get("exitStatus").asInt()).isZero();
    var savings = figures.get("savings");
    var blockMap = truth.has("blockMap") ? truth.get("blockMap") : facts.get("blockMap");
    var mappings = blockMap.get("mappings");
    assertThat(savings.get("plainMappings")).isEqualTo(mappings.get("plain"));
    assertThat(savings.get("compressedMappings")).isEqualTo(mappings.get("compressed"));
    assertThat(savings.get("zeroMappings")).isEqualTo(mappings.get("zero"));
    long referenced = blockMap.get("dataBlocksReferenced").asLong();
    var space = figures.get("space");
    assertThat(space.get("dataBlocks").asLong()).isEqualTo(referenced);
    long pages = 0;
    for (var ofHeight : blockMap.get("pagesByHeight")) {
      pages += ofHeight.asLong();
    }
    assertThat(space.get("blockMapPages").asLong()).isEqualTo(pages);
    assertThat(space.get("leafPages")).isEqualTo(blockMap.get("pagesByHeight").get(0));
    var histogram = histogram(truth.get("referenceCounts").get("histogram"), pages);
    assertThat(space.get("freeBlocks").asLong()).isEqualTo(histogram.remove(0));
    assertThat(sharing(figures)).isEqualTo(histogram);
    long mapped = savings.get("mappedBlocks").asLong();
    if (mapped > 0) {
      assertThat(savings.get("percent").asLong()).isEqualTo(100 * (mapped - referenced) / mapped);
    } else {
      assertThat(savings.has("percent")).isFalse();
    }
    assertThat(sum(savings, "savedByDeduplication", "savedByCompression", "savedByZeros"))
        .isEqualTo(mapped - referenced);
  }

  /** {@return data blocks by references: the pages have 254 each, by their own rule} */
  private static Map<Integer, Long> histogram(JsonNode counts, long pages) {
    var histogram = new TreeMap<Integer, Long>();
    counts
        .properties()
        .forEach(e -> histogram.put(Integer.parseInt(e.getKey()), e.getValue().asLong()));
    histogram.merge(PAGE_REFERENCES, -pages, Long::sum);
    histogram.remove(PAGE_REFERENCES, 0L);
    return histogram;
  }

  private static Map<Integer, Long> sharing(JsonNode figures) {
    var sharing = new TreeMap<Integer, Long>();
    for (var shared : figures.get("sharing")) {
      sharing.put(shared.get("references").asInt(), shared.get("blocks").asLong());
    }
    return sharing;
  }

  private static long sum(JsonNode node, String... names) {
    return Stream.of(names).mapToLong(name -> node.get(name).asLong()).sum();
  }

  @Test
  void theSpaceAddsUpAndSoDoTheSlabs() {
    var facts = GoldenVolume.load("small").facts();

    var figures = json(volume("small"));

    var space = figures.get("space");
    assertThat(
            sum(
                space,
                "dataBlocks",
                "blockMapPages",
                "freeBlocks",
                "indexBlocks",
                "rootBlocks",
                "recoveryJournalBlocks",
                "slabJournalBlocks",
                "referenceCountBlocks",
                "slabSummaryBlocks",
                "unusedBlocks"))
        .isEqualTo(facts.get("superBlock").get("physicalBlocks").asLong());
    assertThat(sum(space, "dataBlocks", "freeBlocks", "overheadBlocks"))
        .isEqualTo(space.get("physicalBlocks").asLong());
    assertThat(figures.get("slabs")).hasSize(9);
    for (var slab : figures.get("slabs")) {
      assertThat(sum(slab, "dataBlocks", "blockMapPages", "freeBlocks")).isEqualTo(7966);
    }
    for (var slab : facts.get("slabs")) {
      var figure = figures.get("slabs").get(slab.get("slab").asInt());
      assertThat(sum(figure, "dataBlocks", "blockMapPages"))
          .isEqualTo(slab.get("blocksInUse").asLong());
    }
  }

  @Test
  void littleMemoryMeansMorePassesAndTheSameFigures() {
    // Sixteen physical zones wrote to as many slabs, four of which have their cells in one chunk.
    Path volume = volume("recovering");

    assertThat(new FewCells(volume, 1).figures()).isEqualTo(new FewCells(volume, 64).figures());
    assertThat(new FewCells(volume, 1).passes()).isEqualTo(4);
    assertThat(new FewCells(volume, 64).passes()).isEqualTo(1);
  }

  @Test
  void aDamagedVolumeIsCountedAsFarAsItCanBeRead() {
    var file = VolumeFile.unpack("small", scratch).zero(679_196);

    var figures = json(file.path());

    assertThat(figures.get("exitStatus").asInt()).isEqualTo(4);
    assertThat(figures.get("unreadablePages").asInt()).isEqualTo(1);
    assertThat(figures.get("savings").get("mappedBlocks").asInt()).isEqualTo(1375);
    assertThat(figures.get("space").get("blockMapPages").asInt()).isEqualTo(29);
    assertThat(stats(file.path()).out()).contains("1 unreadable pages of the block map");
  }

  @Test
  void aVolumeThatIsNotReadableAtAllHasNoFigures() {
    var file = VolumeFile.unpack("small", scratch).zero(679_128);

    var run = stats(file.path());

    assertThat(run.status()).isEqualTo(8);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("super block");
  }

  @Test
  void textTellsTheSameInWords() {
    var run = stats("--slabs", volume("small"));

    assertThat(run.status()).isZero();
    assertThat(run.out().lines())
        .contains(
            "  state             clean",
            "  physical          786432 blocks (3 GiB)",
            "  data              1094 blocks (4.2 MiB): 963 plain, 131 compressed",
            "  block map         29 blocks (116 KiB): 8 leaf pages, 21 above",
            "  by deduplication  203 blocks (812 KiB)",
            "  saving            38% of the mapped blocks",
            "  1                 854 blocks (3.3 MiB)",
            "  3 to 4            100 blocks (400 KiB)",
            "  most              9 logical blocks",
            "     0       679189       535        21      7410    6%");
    assertThat(stats("--quiet", volume("small"))).isEqualTo(new ToolRun(0, "", ""));
  }

  @Test
  void theHtmlReportIsOneDocumentThatNeedsNoOther()
      throws IOException, ParserConfigurationException, SAXException {
    Path html = scratch.resolve("report <&>.html");

    var run = stats("--html", html, volume("small"));

    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("38% of the mapped blocks");
    String text = Files.readString(html);
    assertThat(text).startsWith("<!DOCTYPE html>").contains("charset=\"utf-8\"");
    assertThat(text).doesNotContain("<script", "<link", "<img", "src=", "http");
    var document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(html.toFile());
    assertThat(document.getElementsByTagName("svg").getLength()).isEqualTo(4);
    assertThat(document.getElementsByTagName("h1").item(0).getTextContent()).endsWith("small.img");
    assertThat(document.getElementsByTagName("style").item(0).getTextContent()).contains("body");
    // Every part of the space is a row, every slab a square and a row.
    assertThat(text).contains("<td class=\"n\">70571</td>", "slab 8, from PBN 744725");
    assertThat(stats("--html", html, volume("small")).status()).isEqualTo(8);
    assertThat(stats("--force", "--html", html, volume("small")).status()).isZero();
  }

  @Test
  void theVolumeIsNotItsOwnReport() {
    var file = VolumeFile.unpack("small", scratch);
    String before = file.fingerprint();

    var run = stats("--force", "--html", file.path(), file.path());

    assertThat(run.status()).isEqualTo(8);
    assertThat(run.err()).contains("it is the volume itself");
    assertThat(file.fingerprint()).isEqualTo(before);
  }

  @Test
  void theSchemaIsASchemaAndLittleMemoryIsRefused() {
    assertThat(ToolRun.errorsOfSchema("vdo_stats")).isEmpty();
    assertThat(stats("--memory", "4K", volume("small")).status()).isEqualTo(16);
  }
}
