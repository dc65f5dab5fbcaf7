package io.vdotools.tool.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.testing.ToolRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizeCommandTest {
  private static ToolRun run(String line) {
    return ToolRun.of(new SizeCommand(), (Object[]) line.split(" ", -1));
  }

  @Test
  void theReportNamesWhatAVolumeNeedsAndHolds() {
    var run = run("--physical-size 10G");

    assertThat(run.status()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains(
            "  physical  2621440 blocks (10 GiB)\n",
            "  logical   1569686 blocks (5.9 GiB), by default\n",
            "  slabs     3, each 524288 blocks (2 GiB)\n",
            "  index     256 MiB of memory, dense; remembers 256 GiB of data\n",
            "  data      1571802 blocks (5.9 GiB), block map pages included\n",
            "    reference counts             390 blocks (1.5 MiB)\n",
            "    slab journals                672 blocks (2.6 MiB)\n",
            "  smallest  1236309 blocks (4.7 GiB)\n");
  }

  @Test
  void everyPhysicalBlockIsAccountedFor() {
    for (String line :
        new String[] {
          "--physical-size 10G --json",
          "--physical-size 256T --slab-bits 23 --logical-size 4P --json",
          "--physical-size 3000G --slab-size 512M --uds-memory-size 2 --uds-sparse --json",
        }) {
      var run = run(line);
      var json = run.json();
      var space = json.get("space");

      assertThat(run.status()).as(line).isZero();
      assertThat(run.schemaErrors("vdo_size")).as(line).isEmpty();
      assertThat(space.get("dataBlocks").asLong() + space.get("overheadBlocks").asLong())
          .isEqualTo(json.get("physicalBlocks").asLong());
      assertThat(
              2
                  + 60
                  + 64
                  + json.get("index").get("blocks").asLong()
                  + space.get("referenceCountBlocks").asLong()
                  + space.get("slabJournalBlocks").asLong()
                  + space.get("recoveryJournalBlocks").asLong()
                  + space.get("unusedBlocks").asLong())
          .isEqualTo(space.get("overheadBlocks").asLong());
      var memory = json.get("memory");
      assertThat(
              memory.get("indexBytes").asLong()
                  + memory.get("blockMapCacheBytes").asLong()
                  + memory.get("referenceCountBytes").asLong()
                  + memory.get("blockMapTreeBytes").asLong()
                  + memory.get("driverBytes").asLong())
          .isEqualTo(memory.get("totalBytes").asLong());
    }
    assertThat(ToolRun.errorsOfSchema("vdo_size")).isEmpty();
  }

  @Test
  void theMemoryComesNearTheMakersFigures() {
    var memory =
        run("--physical-size 256T --slab-bits 23 --logical-size 1024T --json").json().get("memory");

    // 268 MB for a TiB of physical, 1.6 MB for a TiB of logical space, 1.15 for the cache.
    assertThat(memory.get("referenceCountBytes").asLong() / 1e6)
        .isBetween(266 * 256.0, 268.5 * 256);
    assertThat(memory.get("blockMapTreeBytes").asLong() / 1e6).isBetween(1.6 * 1024, 1.7 * 1024);
    assertThat(memory.get("blockMapCacheBytes").asLong()).isEqualTo((128L << 20) * 115 / 100);
  }

  @Test
  void theOptionsOfTheOldCalculatorAreTaken() {
    var old =
        run(
            "--physical-size=1048576 --logical-size=1024 --slab-size=2048"
                + " --index-memory-size=0.50 --sparse-index --block-map-cache-size=256 --json");
    var ours =
        run(
            "--physical-size 1T --logical-size 1G --slab-bits 19 --uds-memory-size 0.5"
                + " --uds-sparse --block-map-cache-size 256M --json");

    assertThat(old.status()).isZero();
    assertThat(old).isEqualTo(ours);
    assertThat(old.json().get("index").get("blocks").asLong()).isEqualTo(11_726_359);
  }

  @ParameterizedTest
  @CsvSource({
    "--physical-size 100M, 8, at least 1236309 blocks (4830 MiB) are needed with 19 slab bits",
    "--physical-size 0, 8, 0 blocks (0 MiB) are too few",
    "--physical-size 17T, 8, use 20 slab bits or more",
    "--physical-size 257T, 16, at most 256T are possible",
    "--physical-size 1T --logical-size 5P, 16, at most 4P are possible",
    "--physical-size 1T --logical-size 0, 16, at least 4096 bytes",
    "--physical-size 1T --logical-size 4097B, 16, 4097 bytes are no multiple of 4096",
    "--physical-size 1T --slab-bits 12, 16, is not within 13 to 23",
    "--physical-size 1T --slab-bits 24, 16, is not within 13 to 23",
    "--physical-size 1T --slab-bits x, 16, is not within 13 to 23",
    "--physical-size 1T --slab-size 3M, 16, a power of two from 32M to 32G",
    "--physical-size 1T --slab-size 64G, 16, a power of two from 32M to 32G",
    "--physical-size 1T --slab-size 2G --slab-bits 19, 16, give one of them",
    "--physical-size 1T --uds-memory-size 0, 16, is no memory size",
    "--physical-size 1T --uds-memory-size 1025, 16, is no memory size",
    "--physical-size 1T --block-map-cache-size 17T, 16, at most 16T are possible",
    "--physical-size 010G, 16, could be octal",
    "--logical-size 1T, 16, missing --physical-size",
  })
  void whatCannotBeIsToldInOneLine(String line, int status, String reason) {
    var run = run(line);

    assertThat(run.status()).isEqualTo(status);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).hasLineCount(1).startsWith("vdo_size: ").contains(reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.25", "0.5", "0.50", "0.75", "1", "16", "1024"})
  void everyIndexMemoryIsTaken(String memory) {
    var run = run("--physical-size 256T --slab-bits 23 --json --uds-memory-size " + memory);

    assertThat(run.status()).isZero();
    assertThat(run.json().get("index").get("memoryBytes").asLong())
        .isEqualTo((long) (Double.parseDouble(memory) * (1L << 30)));
  }
}
