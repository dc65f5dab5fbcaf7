package io.vdotools.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vdotools.check.CheckOptions;
import io.vdotools.check.CheckResult;
import io.vdotools.check.VolumeCheck;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.BlockErrors;
import io.vdotools.device.Fault;
import io.vdotools.device.FaultyDevice;
import io.vdotools.device.MemoryDevice;
import io.vdotools.format.GeometryFormat;
import io.vdotools.problem.ProblemCode;
import io.vdotools.testing.VolumeImage;
import io.vdotools.testing.VolumeImages;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who points a tool at something that is no volume is told what it is instead. */
class BadInputTest {
  private static final int BLOCKS = 100;

  private static void assertRefused(BlockDevice device, String... words) {
    assertThatExceptionOfType(NotAVolumeException.class)
        .isThrownBy(() -> Volume.open(device))
        .withMessageStartingWith(device.name() + ": ")
        .satisfies(e -> assertThat(e.getMessage()).contains(words));
  }

  private static MemoryDevice holding(int offset, byte[] bytes) {
    var device = MemoryDevice.ofBlocks(BLOCKS);
    var content = MemorySegment.ofArray(new byte[BLOCKS * BlockDevice.BLOCK_SIZE]);
    MemorySegment.copy(bytes, 0, content, ValueLayout.JAVA_BYTE, offset, bytes.length);
    device.write(0, content);
    return device;
  }

  @Test
  void anEmptyDeviceIsCalledEmpty() {
    assertRefused(MemoryDevice.ofBlocks(0), "is empty");
  }

  @Test
  void lessThanABlockIsCalledTooShort() {
    assertRefused(new Stub(4095), "is 4095 bytes long, less than one block");
  }

  private record Stub(long sizeBytes) implements BlockDevice {
    @Override
    public String name() {
      return "stub";
    }

    @Override
    public BlockErrors read(long firstBlock, MemorySegment into) {
      return BlockErrors.NONE;
    }

    @Override
    public void close() {}
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 17, 18, 19, BLOCKS})
  void zerosAreCalledZeros(int blocks) {
    assertRefused(MemoryDevice.ofBlocks(blocks), "begins with zeros");
  }

  @Test
  void randomBytesAreCalledUnknown() {
    var random = new SplittableRandom(1);
    for (int i = 0; i < 20; i++) {
      var bytes = new byte[BLOCKS * BlockDevice.BLOCK_SIZE];
      random.nextBytes(bytes);
      bytes[0] = (byte) 0xa5;
      assertRefused(holding(0, bytes), "nothing known at its start");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 4c554b53babe, LUKS",
    "512, 4c4142454c4f4e45, LVM label",
    "0, 4c4142454c4f4e45, LVM label",
    "512, 4546492050415254, GPT partition table",
    "4096, 4546492050415254, GPT partition table",
    "1080, 53ef, ext4",
    "0, 58465342, XFS",
    "65600, 5f42485266535f4d, btrfs",
    "1024, 1020f5f2, F2FS",
    "4086, 53574150535041434532, swap",
    "3, 4e54465320202020, NTFS",
    "54, 4641543136, FAT",
    "82, 4641543332, FAT",
    "0, 68737173, squashfs",
    "32769, 4344303031, ISO 9660",
    "4096, fc4e2ba9, RAID",
    "4120, c68573f64e1a45ca8265f57f48ba6d81, bcache",
    "0, 514649fb, qcow2",
    "0, 4b444d56, VMDK",
    "257, 7573746172, tar",
    "0, 1f8b0800, gzip",
    "0, 28b52ffd, zstd",
    "0, fd377a585a00, xz",
    "0, 425a6839, bzip2",
    "0, 504b0304, zip",
    "0, 3c3f786d6c2076657273696f6e3d, XML",
    "0, 3c76646f3e, XML",
    "0, 7f454c46, executable",
    "0, 23212f62696e2f7368, script"
  })
  void foreignContentIsNamed(int offset, String bytes, String name) {
    assertRefused(holding(offset, HexFormat.of().parseHex(bytes)), "is no VDO volume", name);
  }

  @Test
  void aPartitionTableIsNamed() {
    var sector = new byte[512];
    sector[446] = (byte) 0x80;
    sector[446 + 4] = (byte) 0x83;
    sector[510] = 0x55;
    sector[511] = (byte) 0xaa;

    assertRefused(holding(0, sector), "a partition table");
  }

  /** A disk with a GPT has a protective MBR too. */
  @Test
  void theMoreTellingSignatureIsNamed() {
    var sectors = new byte[1024];
    sectors[446 + 4] = (byte) 0xee;
    sectors[510] = 0x55;
    sectors[511] = (byte) 0xaa;
    var gpt = "EFI PART".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(gpt, 0, sectors, 512, gpt.length);

    assertRefused(holding(0, sectors), "GPT");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aVolumeFromBeforeTheFirstReleaseIsNamed(int major) {
    var header = new byte[20];
    header[0] = 5;
    header[4] = (byte) major;
    var format = major == 1 ? GeometryFormat.PRE_RELEASE_1 : GeometryFormat.PRE_RELEASE_2;

    assertRefused(holding(0, header), "before the first release", String.valueOf(format.version()));
  }

  @Test
  void anUnreadableFirstBlockIsSaid() {
    var device = FaultyDevice.over(MemoryDevice.ofBlocks(BLOCKS), new Fault.UnreadableBlock(0));

    assertRefused(device, "its first block cannot be read");
  }

  @Test
  void aVolumeOverwrittenAtItsStartIsStillFoundAndTheCulpritNamed() throws NotAVolumeException {
    var device = VolumeImages.clean().device();
    var block = new byte[BlockDevice.BLOCK_SIZE];
    System.arraycopy("XFSB".getBytes(StandardCharsets.US_ASCII), 0, block, 0, 4);
    device.put(0, block);
    var result = VolumeCheck.run(device, CheckOptions.standard());

    assertThat(result.findings().codes()).containsExactly(ProblemCode.GEOMETRY_MAGIC);
    assertThat(result.findings().kept(ProblemCode.GEOMETRY_MAGIC).getFirst().problem().evidence())
        .contains("XFS file system", "super block was found at PBN 1");
  }

  @Test
  void aVolumeCutAnywhereIsFoundTooSmall() throws NotAVolumeException {
    var image = VolumeImages.clean();
    long blocks = image.device().blockCount();
    for (long cut :
        new long[] {1, 2, 3, 61, 62, 63, 5000, 8254, 16_222, 24_638, blocks - 64, blocks - 1}) {
      assertThat(findingsOfCut(image, cut))
          .as("cut at block %d", cut)
          .contains(ProblemCode.DEVICE_TOO_SMALL);
    }
    assertThat(findingsOfCut(image, blocks)).isEmpty();
  }

  private static List<ProblemCode> findingsOfCut(VolumeImage image, long blocks)
      throws NotAVolumeException {
    CheckResult result = VolumeCheck.run(image.truncated(blocks), CheckOptions.standard());
    return result.findings().codes();
  }
}
