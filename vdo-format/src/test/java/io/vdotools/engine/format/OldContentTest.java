package io.vdotools.engine.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.vdotools.device.MemoryDevice;
import io.vdotools.testing.GoldenVolume;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OldContentTest {
  private static final int BLOCKS = 1000;

  private static MemoryDevice with(long offset, String hex) {
    var device = MemoryDevice.ofBlocks(BLOCKS);
    var block = new byte[4096];
    byte[] bytes = HexFormat.of().parseHex(hex);
    System.arraycopy(bytes, 0, block, (int) (offset % 4096), bytes.length);
    device.put(offset / 4096, block);
    return device;
  }

  @Test
  void nothingIsFoundWhereNothingIs() {
    assertThat(OldContent.find(MemoryDevice.ofBlocks(0))).isEmpty();
    assertThat(OldContent.find(MemoryDevice.ofBlocks(1))).isEmpty();
    assertThat(OldContent.find(MemoryDevice.ofBlocks(BLOCKS))).isEmpty();
    assertThat(OldContent.find(with(8000, "5858585858"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "512, 4c4142454c4f4e45, an LVM label",
    "1536, 4c4142454c4f4e45, an LVM label",
    "0, 4c554b53babe0002, a LUKS header",
    "16384, 534b554cbabe0002, a LUKS header",
    "1080, 53ef, 'an ext2, ext3 or ext4 file system'",
    "0, 58465342, an XFS file system",
    "65600, 5f42485266535f4d, a btrfs file system",
    "65536, 01161970, a GFS2 file system",
    "4096, fc4e2ba9, a member of a Linux software RAID",
    "4120, c68573f666ce90a9d96a60cf803df7ef, a bcachefs file system",
    "16408, 76657273696f6e, a member of a ZFS pool",
    "512, 4546492050415254, a GPT partition table",
    // The last sector of 512 and of 4096 bytes, and where versions 1.0 and 0.90 are.
    "4095488, 4546492050415254, the second copy of a GPT partition table",
    "4091904, 4546492050415254, the second copy of a GPT partition table",
    "4087808, fc4e2ba9, a member of a Linux software RAID",
    "3997696, fc4e2ba9, a member of a Linux software RAID",
  })
  void whatIsThereIsNamedWithItsPlace(long offset, String hex, String description) {
    var found = OldContent.find(with(offset, hex)).orElseThrow();

    assertThat(found.description()).isEqualTo(description);
    assertThat(found.offsetBytes()).isBetween(offset - offset % 4096, offset + 4096);
  }

  @Test
  void aVolumeIsNamed() {
    assertThat(OldContent.find(GoldenVolume.load("small").copy()))
        .contains(
            new OldContent(
                0,
                "a VDO volume (UUID 1f40da57-a16d-45db-892b-1d98eae6dd37, state clean, 131072"
                    + " logical blocks)"));
  }

  @Test
  void aVolumeIsNamedThoughItsFirstBlockIsGone() {
    var device = GoldenVolume.load("churn").copy();
    device.put(0, new byte[4096]);

    assertThat(OldContent.find(device))
        .contains(
            new OldContent(
                679128L * 4096,
                "a VDO volume (without geometry block, state dirty, 1048576 logical blocks)"));
  }

  @Test
  void aGeometryBlockAloneIsNamed() throws Exception {
    var options = FormatOptions.defaults(750_000, new UUID(1, 2), 3).withSlabBits(13);
    var device = MemoryDevice.ofBlocks(750_000);
    var layout = VolumeFormatter.format(device, options);
    device.put(layout.superBlockPbn(), new byte[4096]);

    assertThat(OldContent.find(device))
        .contains(new OldContent(0, "the geometry block of a VDO volume"));
  }
}
