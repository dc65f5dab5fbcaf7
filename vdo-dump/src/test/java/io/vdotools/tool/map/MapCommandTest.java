package io.vdotools.tool.map;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.vdotools.engine.NotAVolumeException;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.RecoveredState;
import io.vdotools.testing.ToolRun;
import io.vdotools.testing.VolumeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MapCommandTest {
  private static final int LOGICAL = 131_072;

  @TempDir private Path scratch;
  private Path volume;

  @BeforeEach
  void unpack() {
    volume = VolumeFile.unpack("small", scratch).path();
  }

  @Test
  void everyMappingIsFoundFromBothSides() throws NotAVolumeException {
    var state = RecoveredState.of(GoldenVolume.load("small").copy());
    var expected = new TreeMap<Long, TreeSet<Long>>();
    var mapped = new TreeSet<Long>();
    for (long lbn = 0; lbn < LOGICAL; lbn++) {
      var entry = BlockMapEntry.unpack(state.mapping(lbn));
      if (entry.isMapped()) {
        mapped.add(lbn);
      }
      if (entry.pbn() != 0) {
        expected.computeIfAbsent(entry.pbn(), _ -> new TreeSet<>()).add(lbn);
      }
    }

    var run = ToolRun.of(new MapCommand(), "--json", "--lbn", "0..", "--pbn", "0..", volume);

    assertThat(ToolRun.errorsOfSchema("vdo_map")).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.schemaErrors("vdo_map")).isEmpty();
    var byPbn = new TreeMap<Long, TreeSet<Long>>();
    var byLbn = new TreeSet<Long>();
    long lbns = 0;
    long pbns = 0;
    for (var result : run.json().get("results")) {
      String type = result.get("type").asString();
      switch (type) {
        case "used" -> {
          pbns++;
          for (var use : result.get("uses")) {
            if (use.get("as").asString().equals("data")) {
              byPbn
                  .computeIfAbsent(result.get("pbn").asLong(), _ -> new TreeSet<>())
                  .add(use.get("lbn").asLong());
            }
          }
        }
        case "blocks" -> pbns += result.get("blocks").asLong();
        default -> {
          lbns += result.get("blocks").asLong();
          for (long i = 0; i < result.get("blocks").asLong() && !type.equals("unmapped"); i++) {
            byLbn.add(result.get("lbn").asLong() + i);
          }
        }
      }
    }
    assertThat(byPbn).isEqualTo(expected);
    assertThat(byLbn).isEqualTo(mapped);
    assertThat(lbns).isEqualTo(LOGICAL);
    assertThat(pbns).isEqualTo(786_432);
  }

  @Test
  void metadataAreNamedWithWhatGoesWithThem() {
    var run =
        ToolRun.of(
            new MapCommand(),
            "-p",
            "0..1",
            "-p",
            "679128..679129",
            "-p",
            "679196",
            "-p",
            "687155",
            "-p",
            "753600",
            "-p",
            "786368",
            volume);

    assertThat(run.out().lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("PBN 0: geometry block"),
            line -> assertThat(line).startsWith("PBN 1: deduplication index"),
            line -> assertThat(line).contains("super block; takes LBN 0..131071 with it"),
            line -> assertThat(line).contains("block map root (tree 0); takes LBN 0..811 and 2"),
            line -> assertThat(line).endsWith("height 0 page 0); takes LBN 0..811 with it"),
            line -> assertThat(line).contains("reference counts (slab 0, of PBN 679189..683220"),
            line -> assertThat(line).startsWith("PBN 753600: recovery journal"),
            line -> assertThat(line).startsWith("PBN 786368: slab summary"));
  }

  @Test
  void badSectorsComeFromNumbersRangesAndLogs() throws IOException {
    var list = scratch.resolve("bad");
    Files.writeString(
        list,
        """
        # what the disk says
        5505061
        5505050 - 5505056
        blk_update_request: I/O error, dev sdb, sector 0 op 0x0:(READ) flags 0x0
        """);

    var run = ToolRun.of(new MapCommand(), "--bad-sectors", list, volume);

    assertThat(run.status()).isZero();
    assertThat(run.out())
        .startsWith("PBN 0: geometry block")
        .contains("PBN 688132: data (slab 1)\n  LBN 0: tree 0 height 0 page 0 slot 0")
        .contains("PBN 688131:");
  }

  @Test
  void aListThatIsNoneIsRefusedWithItsLine() throws IOException {
    var list = scratch.resolve("bad");
    Files.writeString(list, "17\nseventeen\n");

    var run = ToolRun.of(new MapCommand(), "-b", list, volume);

    assertThat(run.status()).isEqualTo(8);
    assertThat(run.err()).contains("bad: line 2: neither a sector");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void aListWithoutAnEndIsRefusedAtOnce() throws IOException {
    var hole = scratch.resolve("hole");
    try (var file = FileChannel.open(hole, CREATE_NEW, WRITE)) {
      file.write(ByteBuffer.wrap(new byte[] {'1', '7', '\n'}));
      file.write(ByteBuffer.allocate(1), 1L << 40);
    }
    var longLine = scratch.resolve("long");
    Files.writeString(longLine, "17\n18\n" + "x".repeat(4097));

    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> {
          assertRefused("/dev/zero", "line 1: a byte of zeros, which no text has");
          assertRefused(hole, "line 2: a byte of zeros, which no text has");
          assertRefused(longLine, "line 3: the line is longer than 4096 characters");
        });
  }

  private void assertRefused(Object list, String why) {
    var run = ToolRun.of(new MapCommand(), "--bad-sectors", list, volume);
    assertThat(run.status()).isEqualTo(8);
    assertThat(run.err()).isEqualTo("vdo_map: " + list + ": " + why + System.lineSeparator());
    assertThat(run.out()).isEmpty();
  }

  @Test
  void withoutAQuestionThereIsNoAnswer() {
    assertThat(ToolRun.of(new MapCommand(), volume).status()).isEqualTo(16);
    assertThat(ToolRun.of(new MapCommand(), "--lbn", "131072", volume).status()).isEqualTo(16);
  }
}
