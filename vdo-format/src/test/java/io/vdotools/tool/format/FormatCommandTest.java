package io.vdotools.tool.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vdotools.check.CheckOptions;
import io.vdotools.check.VolumeCheck;
import io.vdotools.device.DeviceClaim;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.engine.Volume;
import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.Loop;
import io.vdotools.testing.Segments;
import io.vdotools.testing.ToolRun;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatCommandTest {
  private static final String UUID = "01234567-89ab-cdef-0123-456789abcdef";

  @TempDir private Path folder;

  private static ToolRun run(Object... arguments) {
    return ToolRun.of(new FormatCommand(), arguments);
  }

  private Path file(String name, long bytes) throws IOException {
    Path file = folder.resolve(name);
    try (var writer = new RandomAccessFile(file.toFile(), "rw")) {
      writer.setLength(bytes);
    }
    return file;
  }

  private static void put(Path file, long offset, String text) throws IOException {
    try (var writer = new RandomAccessFile(file.toFile(), "rw")) {
      writer.seek(offset);
      writer.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  private static void assertSound(Path file) throws Exception {
    try (var device = FileDevice.open(file, Access.READ)) {
      var result = VolumeCheck.run(device, CheckOptions.standard());
      assertThat(result.findings().codes()).isEmpty();
      assertThat(result.isSound()).isTrue();
    }
  }

  @Test
  void aFileIsCreatedSparseAndHoldsASoundVolume() throws Exception {
    Path file = folder.resolve("new.img");

    var run =
        run("--physical-size", "3G", "--slab-bits", "13", "--uuid", UUID, "--nonce", 42, file);

    assertThat(run)
        .isEqualTo(
            new ToolRun(
                0,
                """
                FILE: new VDO volume
                  identity  UUID 01234567-89ab-cdef-0123-456789abcdef, nonce 2a
                  logical   71425 blocks (279.0 MiB), by default
                  physical  786432 blocks (3 GiB)
                  slabs     9, each 8192 blocks (32 MiB)
                  index     0.25 GiB of memory, dense, 679127 blocks (2.5 GiB)
                  growth    to at most 67820885 blocks (258.7 GiB), bounded by the slab size
                """
                    .replace("FILE", file.toString()),
                ""));
    assertThat(Files.size(file)).isEqualTo(3L << 30);
    assertSound(file);
  }

  @Test
  void theSameUuidAndNonceGiveTheSameBytesAsVdoformat() throws Exception {
    var golden = GoldenVolume.load("new");
    Path file = folder.resolve("new.img");
    var config = golden.superBlock().vdo().config();

    var run =
        run(
            "--physical-size=" + config.physicalBlocks() * 4096 + "B",
            "--logical-size=" + config.logicalBlocks() * 4096 + "B",
            "--slab-bits=13",
            "--uuid=" + golden.geometry().uuidValue(),
            "--nonce=0x" + Long.toHexString(golden.geometry().nonce()),
            file);

    assertThat(run.err()).isEmpty();
    try (var device = FileDevice.open(file, Access.READ)) {
      var block = Segments.zeroBlock();
      for (long pbn : golden.storedBlocks()) {
        device.read(pbn, block).orThrow(device);
        assertThat(Segments.array(block)).isEqualTo(Segments.array(golden.block(pbn)));
      }
      assertThat(device.blockCount()).isEqualTo(golden.copy().blockCount());
    }
  }

  @Test
  void aPartOfABlockAtTheEndIsLeftAlone() throws Exception {
    long bytes = (3L << 30) + 1000;
    Path file = file("odd.img", bytes);
    put(file, 3L << 30, "not a block");

    var run = run("--slab-bits", "13", file);

    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("physical  786432 blocks");
    assertThat(Files.size(file)).isEqualTo(bytes);
    try (var reader = new RandomAccessFile(file.toFile(), "r")) {
      reader.seek(3L << 30);
      var tail = new byte[11];
      reader.readFully(tail);
      assertThat(new String(tail, StandardCharsets.ISO_8859_1)).isEqualTo("not a block");
    }
    assertSound(file);
  }

  @Test
  void theDocumentFollowsItsSchema() throws Exception {
    Path file = file("größe.img", 3L << 30);

    var run = run("--json", "--slab-bits=14", "--logical-size=0x100", "--uuid", UUID, file);

    assertThat(run.schemaErrors("vdo_format")).isEmpty();
    assertThat(ToolRun.errorsOfSchema("vdo_format")).isEmpty();
    assertThat(run.json().get("target").asString()).isEqualTo(file.toString());
    assertThat(run.json().get("uuid").asString()).isEqualTo(UUID);
    assertThat(run.json().get("logicalBlocks").asLong()).isEqualTo(256L << 8);
  }

  @Test
  void identitiesAreNewEachTime() throws Exception {
    Path file = file("a.img", 3L << 30);
    var first = run("--json", "--slab-bits=13", file).json();
    var second = run("--json", "--slab-bits=13", "--force", file).json();

    assertThat(first.get("uuid")).isNotEqualTo(second.get("uuid"));
    assertThat(Long.parseLong(second.get("nonce").asString(), 16))
        .isGreaterThan(Long.parseLong(first.get("nonce").asString(), 16));
  }

  @Test
  void quietSaysNothingAndVerboseTellsThePlaces() throws Exception {
    Path file = file("a.img", 3L << 30);

    assertThat(run("--quiet", "--slab-bits=13", file)).isEqualTo(new ToolRun(0, "", ""));
    assertThat(run("-v", "--force", "--slab-bits=13", file).out())
        .contains(
            "          679128 .. 679128       super block\n",
            "          753600 .. 786367       recovery journal\n");
    assertThat(run("--quiet", "--slab-bits=13", file).err()).isEmpty();
    assertThat(run("--quiet", "--slab-bits=13", file).status()).isEqualTo(8);
  }

  @Test
  void aVolumeIsNotOverwrittenUnforced() throws Exception {
    Path file = file("a.img", 3L << 30);
    run("--slab-bits=13", "--uuid", UUID, "--nonce=1", file);

    var refused = run("--slab-bits=13", "--nonce=2", file);

    assertThat(refused)
        .isEqualTo(
            new ToolRun(
                8,
                "",
                "vdo_format: "
                    + file
                    + ": holds a VDO volume (UUID "
                    + UUID
                    + ", state new, 71425 logical blocks), found at byte 0;"
                    + " use --force to overwrite it\n"));
    assertThat(nonceOf(file)).isEqualTo(1);
    assertThat(run("--slab-bits=13", "--force", "--nonce=2", file).status()).isZero();
    assertThat(nonceOf(file)).isEqualTo(2);
    assertSound(file);
  }

  private static long nonceOf(Path file) throws Exception {
    try (var device = FileDevice.open(file, Access.READ)) {
      return Volume.open(device).checkStrictly().nonce();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, XFSB, an XFS file system, 0",
    "65600, _BHRfS_M, a btrfs file system, 65600",
    "512, LABELONE, an LVM label, 512",
    "3221224960, EFI PART, the second copy of a GPT partition table, 3221224960",
  })
  void foreignContentIsNamedWithItsPlaceAndKept(
      long offset, String text, String content, long place) throws Exception {
    Path file = file("foreign.img", 3L << 30);
    put(file, offset, text);

    var refused = run("--slab-bits=13", file);

    assertThat(refused.status()).isEqualTo(8);
    assertThat(refused.err())
        .isEqualTo(
            "vdo_format: %s: holds %s, found at byte %d; use --force to overwrite it%n"
                .formatted(file, content, place));
    try (var reader = new RandomAccessFile(file.toFile(), "r")) {
      var start = new byte[4096];
      reader.seek(offset - offset % 4096);
      reader.readFully(start);
      assertThat(new String(start, StandardCharsets.ISO_8859_1)).contains(text);
    }
    assertThat(run("--slab-bits=13", "--force", file).status()).isZero();
    assertSound(file);
  }

  @Test
  void aFileIsMadeLongerOnlyIfTheVolumeIsMade() throws Exception {
    Path file = file("short.img", 4096);

    assertThat(run("--physical-size=100M", file).err()).contains("are too few for a volume");
    assertThat(Files.size(file)).isEqualTo(4096);
    assertThat(run("--slab-bits=13", file).err()).contains("--physical-size makes a file longer");
    assertThat(run("--slab-bits=13", "--physical-size=3G", file).status()).isZero();
    assertThat(Files.size(file)).isEqualTo(3L << 30);
    assertSound(file);
    assertThat(run("--slab-bits=13", "--force", "--physical-size=2900M", file).err())
        .contains("has 786432 blocks (3 GiB), more than --physical-size");
    assertThat(Files.size(file)).isEqualTo(3L << 30);
  }

  @Test
  void aFileThatCannotBecomeAVolumeIsNotCreated() {
    Path file = folder.resolve("missing.img");

    assertThat(run(file))
        .isEqualTo(
            new ToolRun(
                8,
                "",
                "vdo_format: "
                    + file
                    + ": no such file; check the path, or create it with --physical-size\n"));
    assertThat(run("--physical-size=1G", file).status()).isEqualTo(8);
    assertThat(run("--physical-size=300G", "--slab-bits=13", file).err())
        .contains("use 14 slab bits or more");
    assertThat(file).doesNotExist();
    assertThat(run("--physical-size=5G", folder.resolve("no/where.img")).err())
        .hasLineCount(1)
        .contains("its directory does not exist; check the path");
  }

  @Test
  void aBlockDeviceBecomesAVolumeUnlessSomebodyUsesIt() throws Exception {
    Path image = file("disk", 3L << 30);
    put(image, 0, "XFSB");
    var loop = Loop.attach(image);
    try {
      assertThat(run("--slab-bits=13", loop.device()).err())
          .contains(loop.device() + ": holds an XFS file system, found at byte 0; use --force");
      assertThat(run("--slab-bits=13", "--force", "--physical-size=3G", loop.device()).err())
          .contains("is a block device, whose size is given; leave out --physical-size");
      assertThat(run("--slab-bits=13", "--force", image).err())
          .contains("it is the backing file of " + loop.device() + "; stop that use first");
      try (var claim = DeviceClaim.of(loop.device())) {
        assertThat(claim.isBlockDevice()).isTrue();
        assertThat(run("--slab-bits=13", "--force", loop.device()).err())
            .contains("it is in use by another program; stop that use first");
      }

      assertThat(run("--slab-bits=13", "--force", loop.device()).status()).isZero();

      assertSound(loop.device());
    } finally {
      loop.detach();
    }
    assertSound(image);
  }

  /** A file system with room for a file and none for what is in it. */
  @Test
  void onAFullFileSystemNothingIsLeftBehind() throws Exception {
    Path place = Files.createDirectory(folder.resolve("full"));
    assumeTrue(
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=4k", "none", place.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor()
            == 0);
    try {
      Path file = place.resolve("a.img");

      var run = run("--physical-size=3G", "--slab-bits=13", file);

      assertThat(run.status()).isEqualTo(8);
      assertThat(run.err()).hasLineCount(1).contains("No space left on device");
      assertThat(file).doesNotExist();
    } finally {
      assertThat(new ProcessBuilder("umount", place.toString()).start().waitFor()).isZero();
    }
  }

  @Test
  void whatIsInUseIsRefused() throws Exception {
    Path file = file("used.img", 3L << 30);
    try (var claim = DeviceClaim.of(file)) {
      assertThat(claim.isBlockDevice()).isFalse();
      var run = run("--slab-bits=13", "--force", file);

      assertThat(run.status()).isEqualTo(8);
      assertThat(run.err()).contains("it is in use by another program; stop that use first");
    }
    assertThat(run("--slab-bits=13", file).status()).isZero();
  }

  @Test
  void whatIsNoDeviceIsRefused() throws IOException {
    assertThat(run(folder).err()).contains("it is a directory").hasLineCount(1);
    assertThat(run("/dev/null").err()).contains("not a regular file or block device");
    Path readOnly = file("locked.img", 4096);
    Files.setPosixFilePermissions(readOnly, PosixFilePermissions.fromString("r--------"));
    if (!Files.isWritable(readOnly)) {
      assertThat(run(readOnly).err()).contains("permission denied");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--slab-bits=12, is not within 13 to 23",
    "--slab-bits=24, is not within 13 to 23",
    "--logical-size=5P, at most 4P",
    "--logical-size=1000B, 1000 bytes are no multiple of 4096",
    "--physical-size=4097B, 4097 bytes are no multiple of 4096",
    "--logical-size=1.5G, is not a size",
    "--uds-memory-size=0.3, is no memory size",
    "--uuid=0-0-0-0-0, is no UUID",
    "--uuid=random, is no UUID",
    "--nonce=-1, is no number of 64 bits",
    "--nonce=0x10000000000000000, is no number of 64 bits",
    "--forse, did you mean '--force'",
  })
  void wrongOptionsTouchNothing(String option, String reason) throws Exception {
    Path file = file("a.img", 3L << 30);
    var run = run(option, file);

    assertThat(run.status()).isEqualTo(16);
    assertThat(run.err()).hasLineCount(1).contains(reason);
    try (var device = FileDevice.open(file, Access.READ)) {
      var block = Segments.zeroBlock();
      assertThat(device.read(0, block).isEmpty()).isTrue();
      assertThat(Segments.array(block)).containsOnly(0);
    }
  }

  @Test
  void largestNonceAndSmallestAreTaken() throws Exception {
    Path file = file("a.img", 3L << 30);

    assertThat(
            run("--json", "--slab-bits=13", "--nonce=18446744073709551615", file)
                .json()
                .get("nonce")
                .asString())
        .isEqualTo("ffffffffffffffff");
    assertThat(
            run("--json", "--force", "--slab-bits=13", "--nonce=0", file)
                .json()
                .get("nonce")
                .asString())
        .isEqualTo("0");
  }
}
