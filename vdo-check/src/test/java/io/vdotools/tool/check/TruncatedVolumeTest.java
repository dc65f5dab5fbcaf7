package io.vdotools.tool.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.engine.NotAVolumeException;
import io.vdotools.engine.damage.Area;
import io.vdotools.engine.damage.VolumeAreas;
import io.vdotools.format.depot.SlabSummary;
import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.VolumeFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is left of a volume that was cut off: a copy that was not finished, a disk that came back
 * smaller.
 *
 * <p>Whatever is missing, nothing is checked and the status is 8: a volume is all of its {@code
 * physical_blocks}, and what lies behind the cut cannot be told from what was never there. Findings
 * about the rest, with status 4, would invite a repair of a volume that is whole elsewhere. More
 * than {@code physical_blocks} is no fault at all.
 */
class TruncatedVolumeTest {
  private static final int BLOCK = 4096;
  private static final Duration PROMPT = Duration.ofSeconds(1);

  /** Between the structures, in the index and in free space, a prime number apart. */
  private static final int STRIDE = 4093;

  @TempDir private Path scratch;

  private static long blocksOf(GoldenVolume volume) {
    return volume.superBlock().vdo().config().physicalBlocks();
  }

  /** Of the recovery journal, most of which was never used, every so many blocks are enough. */
  private static final int JOURNAL_STRIDE = 16;

  /**
   * Every block that holds anything, every block of the areas of reference counts, slab journals
   * and summary, and both sides of every border between two structures.
   */
  private static NavigableSet<Long> cuts(GoldenVolume volume) throws NotAVolumeException {
    var areas = VolumeAreas.of(volume.copy());
    var slabs = areas.slabs();
    var cuts = new TreeSet<Long>();
    long superBlock = areas.volume().superBlockPbn();
    long journal = areas.journal().firstPbn();
    addAround(cuts, 0, 20);
    addAround(cuts, superBlock, 100);
    for (int slab = 0; slab < slabs.slabCount(); slab++) {
      addAround(cuts, slabs.slabStart(slab), 2);
      LongStream.rangeClosed(
              slabs.referenceStart(slab) - 1, slabs.journalStart(slab) + slabs.journalBlocks() + 1)
          .forEach(cuts::add);
    }
    addAround(cuts, journal, 3);
    for (long block = 0; block < areas.journal().blocks(); block += JOURNAL_STRIDE) {
      cuts.add(journal + block);
    }
    LongStream.rangeClosed(areas.summaryStart(), areas.summaryStart() + SlabSummary.BLOCKS)
        .forEach(cuts::add);
    for (var area : Area.values()) {
      areas.blocks(area).forEach(pbn -> addAround(cuts, pbn, 1));
    }
    for (long cut = STRIDE; cut < blocksOf(volume); cut += STRIDE) {
      cuts.add(cut);
    }
    return cuts.subSet(1L, true, blocksOf(volume), false);
  }

  private static void addAround(NavigableSet<Long> cuts, long pbn, int distance) {
    LongStream.rangeClosed(pbn - distance, pbn + distance).forEach(cuts::add);
  }

  private static void cut(Path file, long bytes) throws IOException {
    try (var writer = new RandomAccessFile(file.toFile(), "rw")) {
      writer.setLength(bytes);
    }
  }

  /** A busy machine may take its time once. */
  private static CheckRun promptly(Object... arguments) {
    long start = System.nanoTime();
    var run = CheckRun.of(arguments);
    if (Duration.ofNanos(System.nanoTime() - start).compareTo(PROMPT) > 0) {
      start = System.nanoTime();
      run = CheckRun.of(arguments);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PROMPT);
    }
    return run;
  }

  /** Part of a block at the end is as good as none of it. */
  private static long partOfABlock(long cut) {
    return cut % 4 * 1024;
  }

  @Test
  void itIsRefusedInOneLineWhereverItWasCut() throws IOException, NotAVolumeException {
    var golden = GoldenVolume.load("small");
    var file = VolumeFile.unpack("small", scratch).path();
    long superBlock = golden.geometry().data().startBlock();
    String whole = ", the volume " + Facts.blocks(blocksOf(golden));
    var cuts = cuts(golden);
    assertThat(cuts).hasSizeGreaterThan(4_000);
    for (long cut : cuts.descendingSet()) {
      cut(file, cut * BLOCK + partOfABlock(cut));

      var run = promptly(file);

      String line =
          cut > superBlock
              ? ": the device has " + Facts.blocks(cut) + whole
              : ": the device ends after %s, before the super block at PBN %d"
                  .formatted(Facts.blocks(cut), superBlock);
      assertThat(run)
          .as("cut at block %d", cut)
          .isEqualTo(new CheckRun(8, file + line + "; bring back the missing part\n", ""));
    }
  }

  /** Crashed ones, the old format, one that was never started: the state makes no difference. */
  @ParameterizedTest
  @ValueSource(strings = {"new", "readonly", "recovering", "v1-dirty"})
  void itsStateMakesNoDifference(String name) throws IOException, NotAVolumeException {
    var file = VolumeFile.unpack(name, scratch).path();
    int number = 0;
    for (long cut : cuts(GoldenVolume.load(name)).descendingSet()) {
      if (number++ % 37 != 0) {
        continue;
      }
      cut(file, cut * BLOCK);

      var run = promptly(file);

      assertThat(run.status()).as("cut at block %d", cut).isEqualTo(8);
      assertThat(run.out())
          .as("cut at block %d", cut)
          .hasLineCount(1)
          .contains(": the device ", Facts.blocks(cut))
          .contains("; bring back the missing part");
      assertThat(run.err()).isEmpty();
    }
  }

  static LongStream someCuts() {
    return LongStream.of(1, 2, 18, 19, 679_128, 679_129, 679_189, 700_000, 753_600, 786_431);
  }

  @ParameterizedTest
  @MethodSource("someCuts")
  void everyOptionTellsTheSame(long cut) throws IOException {
    var file = VolumeFile.unpack("small", scratch).path();
    cut(file, cut * BLOCK);
    var text = CheckRun.of(file);

    for (String option : new String[] {"--level=quick", "--level=thorough", "--exact", "-t1"}) {
      assertThat(CheckRun.of(option, file)).as(option).isEqualTo(text);
    }
    assertThat(CheckRun.of("--quiet", file)).isEqualTo(new CheckRun(8, "", ""));
    var json = CheckRun.of("--json", file);
    assertThat(json.status()).isEqualTo(8);
    assertThat(json.json().get("verdict").asString()).isEqualTo("uncheckable");
    assertThat(json.json().get("exitStatus").asInt()).isEqualTo(8);
    assertThat(text.out()).contains(json.json().get("verdictText").asString());
    assertThat(json.json().get("problems").get(0).get("code").asString()).isEqualTo("VDO-DV-001");
  }

  /** Where even the geometry block is gone, nothing says any more that this was a volume. */
  @Test
  void withoutItsGeometryBlockTheRestIsAVolumeOnlyWithItsSuperBlock() throws IOException {
    var file = VolumeFile.unpack("small", scratch).zero(0).path();

    cut(file, 679_129L * BLOCK);
    assertThat(CheckRun.of(file))
        .isEqualTo(
            new CheckRun(
                8,
                file
                    + ": the device has 679129 blocks (2.5 GiB), the volume 786432 blocks (3 GiB);"
                    + " bring back the missing part (also found: VDO-GB-002; see --verbose)\n",
                ""));
    assertThat(CheckRun.of("-v", file).out()).contains("VDO-GB-002 fatal: ", "VDO-DV-001 fatal: ");
    cut(file, 679_128L * BLOCK);
    assertThat(CheckRun.of(file))
        .isEqualTo(
            new CheckRun(
                8,
                "",
                "vdo_check: "
                    + file
                    + ": is no VDO volume; nothing known at its start, and no super block was"
                    + " found\n"));
  }

  @Test
  void moreThanTheVolumeIsNoFault() throws IOException {
    var file = VolumeFile.unpack("small", scratch).path();
    var whole = CheckRun.of(file);
    for (long bytes : new long[] {1, BLOCK - 1, BLOCK, 100 * BLOCK + 5}) {
      cut(file, 786_432L * BLOCK + bytes);

      assertThat(CheckRun.of(file)).isEqualTo(whole);
    }
    assertThat(whole.status()).isZero();
  }
}
