package io.vdotools.tool.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.VolumeFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What people give to the command by mistake: one line that says what it is, status 8. */
class WrongInputTest {
  private static final int BLOCK = 4096;
  // The field physical_blocks in the super block (format-spec, section 3).
  private static final int PHYSICAL_BLOCKS_OFFSET = 68;
  private static final Duration PROMPT = Duration.ofSeconds(1);

  @TempDir private Path scratch;

  @Test
  void anEmptyFile() throws IOException {
    assertRefused(Files.createFile(scratch.resolve("empty")), "is empty");
  }

  @Test
  void lessThanABlock() throws IOException {
    Path file = Files.write(scratch.resolve("short"), new byte[4095]);

    assertRefused(file, "is 4095 bytes long, less than one block of 4096 bytes");
  }

  @Test
  void aDirectory() {
    assertRefused(scratch, "it is a directory; name a disk image or a block device");
  }

  @Test
  void aMissingFile() {
    assertRefused(scratch.resolve("missing"), "no such file; check the path");
  }

  @Test
  void aDanglingLink() throws IOException {
    Path link = Files.createSymbolicLink(scratch.resolve("link"), scratch.resolve("missing"));

    assertRefused(link, "no such file");
  }

  @Test
  void aFileThatThisUserMayNotRead() throws IOException {
    Path file = Files.write(scratch.resolve("secret"), new byte[BLOCK]);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    assumeFalse(Files.isReadable(file), "this user may read everything");

    assertRefused(file, "permission denied; run as a user who may");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/dev/null", "/dev/zero", "/dev/full", "/dev/tty"})
  void aCharacterDevice(String device) {
    Path file = Path.of(device);
    assumeTrue(Files.exists(file));

    assertRefused(file, "not a regular file or block device");
  }

  @Test
  @Timeout(60)
  void aFifoThatNobodyWritesTo() throws IOException, InterruptedException {
    Path fifo = scratch.resolve("fifo");
    assumeTrue(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor() == 0);

    assertRefused(fifo, "not a regular file or block device");
  }

  @Test
  void randomBytes() throws IOException {
    var noise = new byte[16 * BLOCK];
    new Random(1).nextBytes(noise);

    assertRefused(
        Files.write(scratch.resolve("noise"), noise),
        "is no VDO volume; nothing known at its start, and no super block was found");
  }

  @Test
  void nothingButZeros() throws IOException {
    Path file = scratch.resolve("zeros");
    try (var writer = new RandomAccessFile(file.toFile(), "rw")) {
      writer.setLength(1L << 33);
    }

    assertRefused(file, "it begins with zeros, and no super block was found");
  }

  @ParameterizedTest
  @CsvSource({
    "512, 4c4142454c4f4e45, an LVM label (use a logical volume inside it)",
    "0, 4c554b53babe0002, a LUKS header (an encrypted device; open it first)",
    "1080, 53ef, 'an ext2, ext3 or ext4 file system'",
    "0, 58465342, an XFS file system",
    "65600, 5f42485266535f4d, a btrfs file system",
    "4086, 5357415053504143453200, a swap area",
    "512, 4546492050415254, a GPT partition table (use one of the partitions)",
    "450, 83, a partition table (use one of the partitions)",
    "0, 3c3f786d6c2076657273696f6e, an XML document",
    "0, 514649fb, a qcow2 image (convert it with qemu-img to a raw image first)",
    "0, 1f8b08, a gzip file (unpack it first)",
    "257, 7573746172, a tar archive (unpack it first)",
    "0, 7f454c46, an executable",
  })
  void somethingElse(int offset, String hex, String content) throws IOException {
    Path file = scratch.resolve("foreign");
    try (var writer = new RandomAccessFile(file.toFile(), "rw")) {
      writer.setLength(1L << 22);
      // What disks with partitions of either kind have.
      writer.seek(510);
      writer.write(HexFormat.of().parseHex("55aa"));
      writer.seek(offset);
      writer.write(HexFormat.of().parseHex(hex));
    }

    assertRefused(file, "is no VDO volume; it holds " + content);
  }

  @Test
  void aDeviceThatIsTooShortTellsWhatAndWhereAndWhatNext() {
    var tail = VolumeFile.unpack("small", scratch.resolve("a"), 700_000).path();
    var head = VolumeFile.unpack("small", scratch.resolve("b"), 1000).path();

    assertPrompt(tail);
    assertThat(CheckRun.of(tail).out())
        .isEqualTo(
            tail
                + ": the device has 700000 blocks (2.6 GiB), the volume 786432 blocks (3 GiB);"
                + " bring back the missing part\n");
    assertThat(CheckRun.of(head).out())
        .isEqualTo(
            head
                + ": the device ends after 1000 blocks (3.9 MiB), before the super block at PBN"
                + " 679128; bring back the missing part\n");
    assertThat(CheckRun.of("-v", tail).out()).startsWith("VDO-DV-001 fatal: ").hasLineCount(4);
  }

  @Test
  void aSuperBlockWithAWrongChecksumIsNotBelievedBlindly() {
    var volume =
        VolumeFile.unpack("small", scratch)
            .overwrite(DamagedVolumes.SUPER_BLOCK_PBN, PHYSICAL_BLOCKS_OFFSET, 7_864_320L);

    var run = CheckRun.of(volume.path());

    assertThat(run.status()).isEqualTo(8);
    assertThat(run.out())
        .isEqualTo(
            volume.path()
                + ": the device has 786432 blocks (3 GiB), the volume 7864320 blocks (30 GiB)"
                + " by a super block with a wrong checksum; bring back the missing part"
                + " (also found: VDO-LY-002, VDO-SB-004; see --verbose)\n");
    assertThat(CheckRun.of("--verbose", volume.path()).out())
        .contains("VDO-SB-004 fatal: the super block's checksum is wrong\n");
  }

  @Test
  void aSuperBlockOfAnotherVolume() {
    var volume = VolumeFile.unpack("churn", scratch);
    volume.overwrite(
        DamagedVolumes.SUPER_BLOCK_PBN,
        0,
        GoldenVolume.load("small")
            .block(DamagedVolumes.SUPER_BLOCK_PBN)
            .toArray(ValueLayout.JAVA_BYTE));

    assertPrompt(volume.path());
    var run = CheckRun.of(volume.path());

    assertThat(run.status()).isEqualTo(8);
    assertThat(run.out())
        .isEqualTo(
            volume.path()
                + ": geometry block (nonce 660b299900297) and super block (nonce 660b2aa9c9b0f)"
                + " are of different volumes; find the device that either belongs to\n");
  }

  /** All else on the volume agrees with the super block, so it can be checked, and is damaged. */
  @Test
  void aGeometryBlockOfAnotherVolume() {
    var volume = VolumeFile.unpack("small", scratch);
    volume.overwrite(0, 0, GoldenVolume.load("churn").block(0).toArray(ValueLayout.JAVA_BYTE));

    var run = CheckRun.of(volume.path());

    assertThat(run.status()).isEqualTo(4);
    assertThat(run.out())
        .contains(
            "  identity  nonce 660b2aa9c9b0f\n",
            "  geometry  of another volume: UUID 5a3da4b8-fcc5-4fe0-84d4-02fc5ffa742a,"
                + " nonce 660b299900297\n",
            "VDO-SB-009 fatal: super block and geometry have different nonces\n",
            "the block map roots have the super block's\n");
  }

  private static void assertRefused(Path file, String reason) {
    assertPrompt(file);
    for (var run :
        List.of(CheckRun.of(file), CheckRun.of("--json", file), CheckRun.of("--direct", file))) {
      assertThat(run.status()).isEqualTo(8);
      assertThat(run.out()).isEmpty();
      assertThat(run.err()).hasLineCount(1).startsWith("vdo_check: ").contains(file.toString());
    }
    assertThat(CheckRun.of(file).err()).contains(reason);
  }

  /** The best of three, since a busy machine may take its time once. */
  private static void assertPrompt(Path file) {
    long best =
        IntStream.range(0, 3)
            .mapToLong(_ -> {
              var start = System.nanoTime();
              CheckRun.of(file);
              return System.nanoTime() - start;
            })
            .min()
            .orElseThrow();

    assertThat(Duration.ofNanos(best)).isLessThan(PROMPT);
  }
}
