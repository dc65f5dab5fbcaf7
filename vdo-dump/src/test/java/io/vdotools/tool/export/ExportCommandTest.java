package io.vdotools.tool.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vdotools.device.BlockDevice;
import io.vdotools.engine.damage.Damage;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.format.journal.JournalFormat;
import io.vdotools.testing.BlockHash;
import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.RecoveredState;
import io.vdotools.testing.VolumeBuilder;
import io.vdotools.testing.VolumeImage;
import io.vdotools.testing.VolumeImages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExportCommandTest {
  private static final int BLOCK = BlockDevice.BLOCK_SIZE;
  private static final VolumeImage CLEAN = VolumeImages.clean();

  @TempDir private Path scratch;
  private Path raw;

  @BeforeEach
  void nameTheOutput() {
    raw = scratch.resolve("out.raw");
  }

  @Test
  void smallIsExportedAsTheDriverReadsIt() throws Exception {
    var small = GoldenVolume.load("small");
    var state = RecoveredState.of(small.copy());
    var expected = BlockHash.ofSmall();

    var run = ExportRun.of(VolumeFiles.golden("small", scratch), "-o", raw);

    assertThat(run.status()).isZero();
    assertThat(run.out()).endsWith("small.img: everything is exported\n");
    var hashes = VolumeFiles.hashes(raw);
    assertThat(hashes).hasSameSizeAs(expected);
    int compared = 0;
    for (int lbn = 0; lbn < expected.length; lbn++) {
      var entry = BlockMapEntry.unpack(state.mapping(lbn));
      boolean isDropped =
          entry.state() == MappingState.UNCOMPRESSED
              && entry.pbn() != 0
              && !small.storedBlocks().contains(entry.pbn());
      if (!isDropped) {
        assertThat(hashes[lbn]).as("LBN %d", lbn).isEqualTo(expected[lbn]);
        compared++;
      }
    }
    assertThat(compared).isEqualTo(130_297);
    assertThat(VolumeFiles.space(raw)).isBetween(1677L * BLOCK, 1677L * BLOCK + (1 << 20));
  }

  @Test
  void aCrashedVolumeIsExportedAsTheDriverRecoveredIt() throws IOException {
    Path after = VolumeFiles.golden("v1-dirty-recovered", scratch);
    Path before = VolumeFiles.golden("v1-dirty", scratch);
    var recovered = ExportRun.of("--lbn", "0..4999", after, "-o", "-");
    var crashed = ExportRun.of("--lbn", "0..4999", before, "-o", "-");

    assertThat(crashed.content().mismatch(recovered.content())).isEqualTo(-1);
    assertThat(crashed.bytes()).isNotEqualTo(new byte[5000 * BLOCK]);
    assertThat(crashed.status()).isEqualTo(recovered.status()).isZero();
    assertThat(crashed.err()).contains("  content   as crash recovery would leave it\n");
    assertThat(recovered.err()).contains("  content   as it is on the volume\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--threads 1", "--threads 7", "--progress", "-t 2 --json", "--lbn 0..199999"})
  void everyWayOfExportingGivesTheSame(String options) throws IOException {
    Path volume = VolumeFiles.of(CLEAN.device(), scratch.resolve("v"));
    var arguments = new ArrayList<Object>(List.of(options.split(" ", -1)));
    arguments.addAll(List.of(volume, "-o", raw));
    Path usual = scratch.resolve("usual");

    assertThat(ExportRun.of(volume, "-o", usual).status()).isZero();
    assertThat(ExportRun.of(arguments.toArray()).status()).isZero();

    assertThat(Files.mismatch(usual, raw)).isEqualTo(-1);
    var stream = ExportRun.of(volume, "-o", "-", "--lbn", "0..9999", "-t", "3");
    try (var whole = Files.newInputStream(usual)) {
      assertThat(stream.bytes()).isEqualTo(whole.readNBytes(10_000 * BLOCK));
    }
  }

  @Test
  void directReadsGiveTheSame() throws IOException {
    Path volume = VolumeFiles.of(CLEAN.device(), scratch.resolve("v"));
    var run = ExportRun.of("--direct", volume, "-o", raw);
    assumeFalse(run.err().contains("direct I/O"), "the file system has no O_DIRECT");

    assertThat(ExportRun.of(volume, "-o", scratch.resolve("usual")).status()).isZero();
    assertThat(Files.mismatch(scratch.resolve("usual"), raw)).isEqualTo(-1);
  }

  @ParameterizedTest
  @CsvSource({"810..815, 810, 6", "30, 30, 1", "199990.., 199990, 10", "..5, 0, 6"})
  void aRangeIsThatPartOfTheWholeFromTheStartOfTheOutput(String lbns, int first, int count)
      throws IOException {
    Path volume = VolumeFiles.of(CLEAN.device(), scratch.resolve("v"));
    assertThat(ExportRun.of(volume, "-o", scratch.resolve("whole")).status()).isZero();

    var toFile = ExportRun.of(volume, "-o", raw, "--lbn", lbns);
    var toStream = ExportRun.of(volume, "-o", "-", "-r", lbns);

    byte[] expected = new byte[count * BLOCK];
    try (var whole = Files.newInputStream(scratch.resolve("whole"))) {
      whole.skipNBytes((long) first * BLOCK);
      assertThat(whole.readNBytes(expected, 0, expected.length)).isEqualTo(expected.length);
    }
    assertThat(toFile.status()).isZero();
    assertThat(Files.readAllBytes(raw)).isEqualTo(expected);
    assertThat(toStream.bytes()).isEqualTo(expected);
    assertThat(toStream.out()).isEmpty();
    assertThat(toStream.err()).contains("exported to standard output\n");
  }

  @Test
  void whatIsLostIsListedAndTheRestExported() throws IOException {
    var damaged =
        CLEAN.with(
            Damage.mapping(5, BlockMapEntry.pack(1, 1))
                .and(Damage.mapping(6, BlockMapEntry.pack(2, 1)))
                .and(Damage.pageField(812, 0, "pbn", 99)));
    Path volume = VolumeFiles.of(damaged.device(), scratch.resolve("v"));
    Path sound = VolumeFiles.of(CLEAN.device(), scratch.resolve("sound"));
    assertThat(ExportRun.of(sound, "-o", scratch.resolve("whole")).status()).isZero();
    var expected = VolumeFiles.hashes(scratch.resolve("whole"));

    var run = ExportRun.of(volume, "-o", raw);
    var filled = ExportRun.of(volume, "-o", scratch.resolve("filled"), "--fill", "c0ffee");
    var stream = ExportRun.of(volume, "-o", "-", "--fill", "c0ffee", "--lbn", "0..1700");

    assertThat(run.status()).isEqualTo(4);
    assertThat(run.out())
        .contains("  lost      814 blocks (3.1 MiB), zeros in the output\n")
        .contains("LBN 5..6: mapped to a PBN at which there can be no data (PBN 1 and following)\n")
        .contains(
            "LBN 812..1623: a page of the block map belongs to another place (PBN "
                + CLEAN.page(812, 0)
                + ", height 0)\n")
        .endsWith(": 814 blocks (3.1 MiB) of 200000 are lost; all others are exported\n");
    assertThat(filled.out()).as(filled.err()).contains(", filled with the pattern\n");
    var hashes = VolumeFiles.hashes(raw);
    byte[] filledBytes;
    try (var whole = Files.newInputStream(scratch.resolve("filled"))) {
      // All that is lost lies there.
      filledBytes = whole.readNBytes(1701 * BLOCK);
    }
    for (int lbn = 0; lbn < expected.length; lbn++) {
      boolean isLost = lbn == 5 || lbn == 6 || (lbn >= 812 && lbn < 1624);
      assertThat(hashes[lbn]).as("LBN %d", lbn).isEqualTo(isLost ? 0 : expected[lbn]);
      if (isLost) {
        assertThat(filledBytes[lbn * BLOCK]).isEqualTo((byte) 0xc0);
        assertThat(filledBytes[lbn * BLOCK + 4]).isEqualTo((byte) 0xff);
        assertThat(filledBytes[lbn * BLOCK + BLOCK - 1]).isEqualTo((byte) 0xc0);
      }
    }
    assertThat(stream.bytes()).isEqualTo(filledBytes);
    assertThat(ExportRun.of(volume, "-o", raw, "-f", "-q"))
        .extracting(ExportRun::status, ExportRun::out, ExportRun::err)
        .containsExactly(4, "", "");
  }

  @Test
  void anOverwrittenPageIsLostAndOneThatWasNeverWrittenIsNot() {
    long leaf = CLEAN.page(812, 0);
    var overwritten = CLEAN.with(Damage.edit(_ -> leaf, block -> block.fill((byte) 0)));
    var emptyLeaf = VolumeBuilder.small().plain(0).plain(812).discard(812).build();
    long unwritten = emptyLeaf.page(812, 0);
    var neverWritten = emptyLeaf.with(Damage.edit(_ -> unwritten, block -> block.fill((byte) 0)));

    var lost = export(overwritten);
    var lostInRange = export(overwritten, "--lbn", "812..820");
    var elsewhere = export(overwritten, "--lbn", "0..811");
    var sound = export(neverWritten);

    assertThat(lost.status()).isEqualTo(4);
    assertThat(lost.out())
        .contains("LBN 812..1623: what lies in the place of a page of the block map is none")
        .containsPattern("note +by the volume's own count \\d+ logical blocks are mapped; ");
    assertThat(lostInRange.status()).isEqualTo(4);
    assertThat(lostInRange.out()).contains("LBN 812..820: what lies in the place");
    assertThat(elsewhere.status()).isZero();
    assertThat(sound.status()).isZero();
    assertThat(sound.out()).doesNotContain("LBN 8");
  }

  @Test
  void anOverwrittenRootIsLost() {
    long root = CLEAN.page(812, 4);

    var run = export(CLEAN.with(Damage.edit(_ -> root, block -> block.fill((byte) 0))));

    assertThat(run.status()).isEqualTo(4);
    assertThat(run.out()).contains("(PBN " + root + ", height 4)\n");
  }

  @Test
  void whatCastsADoubtOnTheWholeIsSaid() {
    var run = export(CLEAN.with(Damage.edit(_ -> 0, block -> block.fill((byte) 0))));

    assertThat(run.status()).isEqualTo(4);
    assertThat(run.out())
        .contains("  doubt     the geometry block is lost; the super block was found without it\n")
        .endsWith(
            "everything that can be found is exported; see the doubts above, and vdo_check\n");
  }

  @Test
  void aVolumeWhoseBlockMapCannotBeFoundIsRefused() throws IOException {
    var image =
        CLEAN.with(
            Damage.edit(areas -> areas.volume().superBlockPbn(), block -> block.fill((byte) 0)));
    Path volume = VolumeFiles.of(image.device(), scratch.resolve("v"));

    var run = ExportRun.of(volume, "-o", raw);

    assertThat(run.status()).isEqualTo(8);
    assertThat(run.err())
        .hasLineCount(1)
        .contains("the super block at PBN 1 is lost, and with it the way to the data");
    assertNothingBut("v");
  }

  private ExportRun export(VolumeImage image, String... options) {
    Path volume = VolumeFiles.of(image.device(), scratch.resolve("v"));
    var arguments = new ArrayList<Object>(List.of(volume, "-f", "-o", raw));
    arguments.addAll(List.of(options));
    return ExportRun.of(arguments.toArray());
  }

  private void assertNothingBut(String... names) throws IOException {
    try (var files = Files.list(scratch)) {
      assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder(names);
    }
  }

  @Test
  void aFileThatIsThereIsKeptUnlessForced() throws IOException {
    Path volume = VolumeFiles.of(CLEAN.device(), scratch.resolve("v"));
    Files.writeString(raw, "precious");

    var refused = ExportRun.of(volume, "-o", raw);

    assertThat(refused.status()).isEqualTo(8);
    assertThat(refused.err())
        .isEqualTo(
            "vdo_export: cannot write to "
                + raw
                + ": it is there already; name another file, or replace it with --force\n");
    assertThat(raw).hasContent("precious");
    assertThat(ExportRun.of(volume, "-o", raw, "--force").status()).isZero();
    assertThat(Files.size(raw)).isEqualTo(200_000L * BLOCK);
    assertNothingBut("v", "out.raw");
  }

  @Test
  void aLinkIsFollowedAndStays() throws IOException {
    Path volume = VolumeFiles.of(CLEAN.device(), scratch.resolve("v"));
    Files.writeString(raw, "old");
    Path link = Files.createSymbolicLink(scratch.resolve("link"), raw);

    assertThat(ExportRun.of(volume, "-o", link, "-f").status()).isZero();

    assertThat(link).isSymbolicLink();
    assertThat(Files.size(raw)).isEqualTo(200_000L * BLOCK);
  }

  @Test
  void theVolumeItselfIsNoOutput() throws IOException {
    Path volume = VolumeFiles.of(CLEAN.device(), scratch.resolve("v"));
    Path link = Files.createLink(scratch.resolve("second name"), volume);

    for (Path output : List.of(volume, link)) {
      var run = ExportRun.of(volume, "-o", output, "--force");

      assertThat(run.status()).isEqualTo(8);
      assertThat(run.err()).hasLineCount(1).endsWith(": it is the volume itself\n");
    }
    assertNothingBut("v", "second name");
  }

  @Test
  void whatCannotBeAnOutputIsRefused() throws IOException {
    Path volume = VolumeFiles.of(CLEAN.device(), scratch.resolve("v"));

    for (String output :
        List.of(scratch.toString(), "/dev/null", scratch + "/missing/out.raw", "/proc/out.raw")) {
      var run = ExportRun.of(volume, "-o", output, "--force");

      assertThat(run.status()).as(output).isEqualTo(8);
      assertThat(run.err()).hasLineCount(1).contains(output).doesNotContain("java", "vdo_export-");
    }
    assertNothingBut("v");
  }

  @Test
  void aFullFileSystemIsToldAndNothingStays() throws Exception {
    Path volume = VolumeFiles.of(VolumeImages.clean().device(), scratch.resolve("v"));
    Path mount = Files.createDirectory(scratch.resolve("full"));
    assumeTrue(
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=1m", "none", mount.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor()
            == 0,
        "this user may not mount");
    try {
      var run = ExportRun.of(volume, "-o", mount.resolve("out.raw"));

      assertThat(run.status()).isEqualTo(8);
      assertThat(run.err())
          .hasLineCount(1)
          .contains(mount.resolve("out.raw") + ": No space left on device")
          .endsWith("; nothing is left of it: make room or write elsewhere\n");
      try (var files = Files.list(mount)) {
        assertThat(files).isEmpty();
      }
    } finally {
      assertThat(new ProcessBuilder("umount", mount.toString()).start().waitFor()).isZero();
    }
  }

  @Test
  void aNameAsLongAsNamesCanBeIsNotTooLong() throws IOException {
    Path volume = VolumeFiles.of(CLEAN.device(), scratch.resolve("v"));
    String name = "卷".repeat(85);

    assertThat(ExportRun.of(volume, "-o", scratch.resolve(name), "--lbn", "0..9").status())
        .isZero();
    assertNothingBut("v", name);
  }

  @Test
  void anEmptyVolumeIsAHole() throws Exception {
    Path volume = VolumeFiles.golden("new", scratch);

    var run = ExportRun.of(volume, "-o", raw);

    assertThat(run.status()).isZero();
    assertThat(Files.size(raw)).isEqualTo(1L << 30);
    assertThat(VolumeFiles.space(raw)).isLessThan(1 << 16);
  }

  @Test
  void moreThanTwoGibibytesAreNoLimit() throws Exception {
    long last = (5L << 30) / BLOCK;
    var image = VolumeBuilder.ofSlabs(3, last + 1).plain(0, last).build();
    Path volume = VolumeFiles.of(image.device(), scratch.resolve("v"));

    assertThat(ExportRun.of(volume, "-o", raw).status()).isZero();

    assertThat(Files.size(raw)).isEqualTo((last + 1) * BLOCK);
    var state = RecoveredState.of(image.device());
    try (var channel = Files.newByteChannel(raw)) {
      var block = ByteBuffer.allocate(BLOCK);
      channel.position(last * BLOCK).read(block);
      assertThat(block.array())
          .isEqualTo(image.device().block(BlockMapEntry.pbn(state.mapping(last))));
    }
    assertThat(VolumeFiles.space(raw)).isLessThan(1 << 16);
  }

  @Test
  void replayedJournalsShowInTheContent() {
    for (var format : JournalFormat.values()) {
      var run = export(VolumeImages.crashed(format));

      assertThat(run.status()).isZero();
      assertThat(run.out()).contains("as crash recovery would leave it");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "a -o",
        "a b -o c",
        "a -o b --lbn 5..4",
        "a -o b --lbn x",
        "a -o b --lbn ..",
        "a -o b --lbn -5",
        "a -o b --fill",
        "a -o b --fill 0",
        "a -o b --fill xy",
        "a -o b --threads 0",
        "a -o b --threads 257",
        "a -o b --no-such",
        "a -o b -o c",
      })
  void aWrongCommandLineIsOneLineAndSixteen(String line) {
    var run = line.isEmpty() ? ExportRun.of() : ExportRun.of((Object[]) line.split(" ", -1));

    assertThat(run.status()).as(run.toString()).isEqualTo(16);
    assertThat(run.err())
        .hasLineCount(1)
        .startsWith("vdo_export: ")
        .endsWith("; try 'vdo_export --help'\n")
        .doesNotContain("java");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void aRangeBehindTheLogicalSizeIsAUsageErrorAndLeavesNothing() throws IOException {
    Path volume = VolumeFiles.of(CLEAN.device(), scratch.resolve("v"));
    for (String lbns : List.of("200000", "5..200000", "200000..")) {
      var run = ExportRun.of(volume, "-o", raw, "--lbn", lbns);

      assertThat(run.status()).isEqualTo(16);
      assertThat(run.err()).contains("the last logical block of the volume is 199999");
    }
    assertNothingBut("v");
  }
}
