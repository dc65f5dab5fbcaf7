package io.vdotools.tool.unpack;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.VdoException;
import io.vdotools.check.CheckOptions;
import io.vdotools.check.VolumeCheck;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.device.FileDevice.Caching;
import io.vdotools.device.MemoryDevice;
import io.vdotools.pack.PackDevice;
import io.vdotools.pack.SourceDevice;
import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.ToolRun;
import io.vdotools.testing.VolumeFile;
import io.vdotools.testing.VolumeImages;
import io.vdotools.tool.pack.PackCommand;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandsTest {
  @TempDir private Path scratch;

  private ToolRun pack(Object... arguments) {
    return ToolRun.of(new PackCommand(), arguments);
  }

  private ToolRun unpack(Object... arguments) {
    return ToolRun.of(new UnpackCommand(), arguments);
  }

  private Path file(String name, MemoryDevice content) throws VdoException {
    return file(scratch.resolve(name), content);
  }

  /** {@return a file with the content of a device} */
  static Path file(Path path, MemoryDevice content) throws VdoException {
    var block = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
    try (var file = FileDevice.create(path, content.blockCount(), Caching.PAGE_CACHE)) {
      for (long i = 0; i < content.blockCount(); i++) {
        assertThat(content.read(i, block)).isEmpty();
        file.write(i, block);
      }
    }
    return path;
  }

  /** An image is what the pack has, and zeros elsewhere. */
  private static void assertIsUnpacked(Path image, Path pack, BlockDevice original)
      throws VdoException {
    var expected = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
    var actual = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
    try (var unpacked = FileDevice.open(image, Access.READ);
        var packed = SourceDevice.open(pack)) {
      assertThat(unpacked.sizeBytes()).isEqualTo(original.sizeBytes());
      for (long block = 0; block < original.blockCount(); block++) {
        assertThat(unpacked.read(block, actual)).isEmpty();
        if (packed.read(block, expected).isEmpty()) {
          assertThat(original.read(block, expected)).isEmpty();
        }
        assertThat(actual.mismatch(expected)).as("block %s", block).isNegative();
      }
    }
  }

  @Test
  void anUnpackedImageHoldsEveryPackedBlockAndNothingElse() throws VdoException {
    for (var image : List.of(VolumeImages.clean(), VolumeImages.fresh())) {
      Path volume = file("volume" + image.hashCode(), image.device());
      Path pack = scratch.resolve("pack" + image.hashCode());
      Path copy = scratch.resolve("copy" + image.hashCode());

      assertThat(pack(volume, "-o", pack).status()).isZero();
      assertThat(unpack(pack, "-o", copy).status()).isZero();

      assertIsUnpacked(copy, pack, image.device());
      assertThat(findings(copy)).isEqualTo(findings(volume));
    }
  }

  private static List<String> findings(Path path) throws VdoException {
    try (var device = FileDevice.open(path, Access.READ)) {
      return VolumeCheck.run(device, CheckOptions.standard()).findings().all().stream()
          .map(Object::toString)
          .toList();
    }
  }

  @Test
  void theIndexIsLeftOutUnlessAskedForAndThenComesOutAsItWas() throws IOException, VdoException {
    Path volume = VolumeFile.unpack("small", scratch).path();
    long superBlock = GoldenVolume.load("small").geometry().data().startBlock();
    // Behind the first three blocks of the device, which are packed in any case.
    var places = List.of(3L, superBlock / 2, superBlock - 1);
    var fingerprints = new byte[BlockDevice.BLOCK_SIZE];
    new Random(1).nextBytes(fingerprints);
    for (long block : places) {
      write(volume, block * BlockDevice.BLOCK_SIZE, fingerprints);
    }
    Path with = scratch.resolve("with");
    Path without = scratch.resolve("without");

    var report = pack("--index", volume, "-o", with);
    assertThat(report.status()).isZero();
    assertThat(pack(volume, "-o", without).status()).isZero();
    assertThat(unpack(with, "-o", scratch.resolve("whole")).status()).isZero();
    assertThat(unpack(without, "-o", scratch.resolve("part")).status()).isZero();

    assertThat(report.out()).containsPattern(" index +3 blocks ");
    for (long block : places) {
      long at = block * BlockDevice.BLOCK_SIZE;
      assertThat(read(scratch.resolve("whole"), at, fingerprints.length)).isEqualTo(fingerprints);
      assertThat(read(scratch.resolve("part"), at, fingerprints.length)).containsOnly(0);
    }
    try (var packed = SourceDevice.open(without)) {
      var block = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
      assertThat(packed.read(3, block).list())
          .singleElement()
          .satisfies(error -> assertThat(error.detail()).isEqualTo(PackDevice.ABSENT));
    }
  }

  private static void write(Path path, long at, byte[] bytes) throws IOException {
    try (var file = new RandomAccessFile(path.toFile(), "rw")) {
      file.seek(at);
      file.write(bytes);
    }
  }

  private static byte[] read(Path path, long at, int length) throws IOException {
    try (var file = new RandomAccessFile(path.toFile(), "r")) {
      var bytes = new byte[length];
      file.seek(at);
      file.readFully(bytes);
      return bytes;
    }
  }

  @Test
  void aDeviceThatEndsInsideABlockKeepsItsSize() throws IOException, VdoException {
    Path volume = file("volume", VolumeImages.clean().device());
    try (var file = new RandomAccessFile(volume.toFile(), "rw")) {
      file.setLength(file.length() + 1234);
    }
    Path pack = scratch.resolve("pack");
    Path copy = scratch.resolve("copy");

    assertThat(pack(volume, "-o", pack).status()).isZero();
    assertThat(unpack(pack, "-o", copy).status()).isZero();

    assertThat(copy).hasSize(Files.size(volume));
  }

  @Test
  void aDifferenceHoldsWhatChangedAndIsJoinedWithItsBase() throws IOException, VdoException {
    var before = VolumeImages.clean();
    Path old = file("old", before.device());
    var changed = before.device().copy();
    long leaf = before.page(VolumeImages.PLAIN, 0);
    var page = changed.block(leaf);
    page[100] ^= 1;
    changed.put(leaf, page);
    changed.put(before.page(VolumeImages.LAST, 0), new byte[BlockDevice.BLOCK_SIZE]);
    Path recent = file("recent", changed);
    Path base = scratch.resolve("base");
    Path delta = scratch.resolve("delta");
    Path whole = scratch.resolve("whole");
    Path joined = scratch.resolve("joined");
    Path straight = scratch.resolve("straight");

    assertThat(pack(old, "-o", base).status()).isZero();
    assertThat(pack(recent, "-o", whole).status()).isZero();
    assertThat(pack(recent, "--base", base, "-o", delta).status()).isZero();
    assertThat(unpack(delta, "--base", base, "-o", joined).status()).isZero();
    assertThat(unpack(whole, "-o", straight).status()).isZero();

    assertThat(Files.mismatch(joined, straight)).isEqualTo(-1);
    assertThat(delta.toFile())
        .size()
        .returnToFile()
        .satisfies(file -> assertThat(file.length()).isLessThan(whole.toFile().length()));
    assertThat(unpack(delta, "-o", scratch.resolve("x")).err())
        .contains("holds only what differs from another pack");
    assertThat(unpack(delta, "--base", whole, "-o", scratch.resolve("x")).err())
        .contains("is the difference to a pack with digest");
    assertThat(scratch.resolve("x")).doesNotExist();
  }

  @Test
  void aDamagedPackLeavesNoImageUnlessItIsSalvaged() throws IOException {
    Path volume = VolumeFile.unpack("dirty-young", scratch).path();
    Path pack = scratch.resolve("pack");
    assertThat(pack(volume, "-o", pack).status()).isZero();
    byte[] bytes = Files.readAllBytes(pack);
    bytes[300] ^= 4;
    Files.write(pack, bytes);
    Path image = scratch.resolve("image");

    var refused = unpack(pack, "-o", image);
    assertThat(refused.status()).isEqualTo(8);
    assertThat(refused.err())
        .containsPattern("frame \\d+ at byte \\d+: .*--salvage")
        .hasLineCount(1);
    assertThat(image).doesNotExist();

    var salvaged = unpack("--salvage", pack, "-o", image);
    assertThat(salvaged.status()).isEqualTo(4);
    assertThat(salvaged.out()).contains("missing: ").endsWith("reads as zeros in the image\n");
    assertThat(image).exists();
    assertThat(ToolRun.of(new UnpackCommand(), "--verify", pack).status()).isEqualTo(8);
  }

  @Test
  void aPackOfAnotherVersionIsNoDamage() throws VdoException, IOException {
    Path pack = scratch.resolve("pack");
    assertThat(pack(file("volume", VolumeImages.clean().device()), "-o", pack).status()).isZero();
    byte[] bytes = Files.readAllBytes(pack);
    var header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int current = header.getShort(8);
    for (int version : List.of(current - 1, current + 1)) {
      header.putShort(8, (short) version);
      var crc = new CRC32C();
      crc.update(bytes, 0, 124);
      header.putInt(124, (int) crc.getValue());
      Files.write(pack, bytes);
      Path image = scratch.resolve("image");

      for (var run :
          List.of(
              unpack(pack, "-o", image), unpack("--salvage", pack, "-o", image),
              unpack("--verify", pack), pack(pack, "-o", scratch.resolve("again")))) {
        assertThat(run.status()).isEqualTo(8);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
            .contains("is a pack of version " + version)
            .doesNotContain("damaged", "checksum")
            .hasLineCount(1);
      }
      assertThat(image).doesNotExist();
    }
  }

  @Test
  void aPackOfAnEarlierMinorVersionIsRead() throws Exception {
    var original = VolumeImages.clean().device();
    Path pack = scratch.resolve("pack");
    assertThat(pack(file("volume", original), "-o", pack).status()).isZero();
    byte[] bytes = Files.readAllBytes(pack);
    var numbers = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(numbers.getShort(10)).isOne();
    numbers.putShort(10, (short) 0);
    seal(bytes, 0, 124);
    // The digest of everything before it stands in the footer.
    int footer = bytes.length - 64;
    var digest = MessageDigest.getInstance("SHA-256");
    digest.update(bytes, 0, footer + 16);
    numbers.put(footer + 16, digest.digest());
    seal(bytes, footer, 60);
    Files.write(pack, bytes);
    Path image = scratch.resolve("image");

    assertThat(unpack(pack, "-o", image).status()).isZero();

    assertIsUnpacked(image, pack, original);
  }

  /** Makes the checksum behind some bytes right. */
  private static void seal(byte[] bytes, int start, int length) {
    var crc = new CRC32C();
    crc.update(bytes, start, length);
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(start + length, (int) crc.getValue());
  }

  @Test
  void thePackReadsInPlaceOfTheVolume() throws VdoException {
    Path volume = file("volume", VolumeImages.clean().device());
    Path pack = scratch.resolve("pack");
    assertThat(pack(volume, "--with-data", "-o", pack).status()).isZero();
    try (var device = SourceDevice.open(pack)) {
      assertThat(device).isInstanceOf(PackDevice.class);
      assertThat(
              VolumeCheck.run(
                      device, CheckOptions.standard().withLevel(CheckOptions.Level.THOROUGH))
                  .isSound())
          .isTrue();
    }
    try (var device = SourceDevice.open(volume)) {
      assertThat(device).isInstanceOf(FileDevice.class);
    }
  }

  @Test
  void inputsThatAreNotWhatTheyShouldBeAreNamed() throws IOException {
    Path text = Files.writeString(scratch.resolve("text"), "<vdo-dump/>");
    assertThat(unpack(text, "--verify").err()).contains("is no pack");
    assertThat(unpack(text).status()).isEqualTo(16);
    assertThat(pack(text, "-o", scratch.resolve("pack")).status()).isEqualTo(8);
    assertThat(pack(scratch.resolve("none"), "-o", scratch.resolve("pack")).err())
        .contains("no such file");
    assertThat(scratch.resolve("pack")).doesNotExist();
  }

  @Test
  void whoNamesADirectoryInPlaceOfAPackIsAskedForAPack() throws VdoException {
    Path volume = file("volume", VolumeImages.clean().device());
    Path pack = scratch.resolve("pack");
    Path image = scratch.resolve("image");
    assertThat(pack(volume, "-o", pack).status()).isZero();

    var runs =
        List.of(
            unpack(scratch, "-o", image),
            unpack(scratch, "--verify"),
            unpack(scratch, "--salvage", "-o", image),
            unpack(pack, "--base", scratch, "-o", image),
            pack(volume, "--base", scratch, "-o", image));

    assertThat(runs)
        .allSatisfy(run -> {
          assertThat(run.status()).isEqualTo(8);
          assertThat(run.err())
              .contains(
                  "cannot open "
                      + scratch
                      + ": it is a directory; name a pack, which vdo_pack wrote");
        });
    assertThat(image).doesNotExist();
    assertThat(unpack("/dev/null", "--verify").err())
        .contains("not a regular file; name a pack, which vdo_pack wrote");
  }

  @Test
  void whatIsPrintedAsJsonFollowsTheSchema() throws VdoException {
    Path volume = file("volume", VolumeImages.clean().device());
    Path pack = scratch.resolve("pack");
    var packed = pack("--json", volume, "-o", pack);
    var unpacked = unpack("--json", pack, "--verify");

    for (var command : List.of("vdo_pack", "vdo_unpack")) {
      assertThat(ToolRun.errorsOfSchema(command)).isEmpty();
    }
    assertThat(packed.schemaErrors("vdo_pack")).isEmpty();
    assertThat(unpacked.schemaErrors("vdo_unpack")).isEmpty();
    assertThat(packed.json().get("digest")).isEqualTo(unpacked.json().get("digest"));
  }
}
