package io.vdotools.tool.check;

import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.depot.ReferenceBlock;
import io.vdotools.testing.GoldenVolume;
import io.vdotools.testing.VolumeFile;
import java.nio.file.Path;

/** The volume {@code small}, damaged in ways that the reports of this package are tested with. */
final class DamagedVolumes {
  /** A leaf page that maps 90 blocks; LBN 101500 is its first. */
  static final long LEAF_PBN = 680209;

  static final long SUPER_BLOCK_PBN = 679128;

  private DamagedVolumes() {}

  /** A leaf page is overwritten with zeros. */
  static VolumeFile withLostLeaf(Path directory) {
    return small(directory, "lost-leaf").zero(LEAF_PBN);
  }

  /** One count is 0 instead of 1, three are 9 instead of 0, 1 and 2. */
  static VolumeFile withWrongCounts(Path directory) {
    var slabs = GoldenVolume.load("small").slabs();
    long counts = slabs.referenceStart(0);
    return small(directory, "wrong-counts")
        .overwrite(counts, ReferenceBlock.offsetOf(100), "00")
        .overwrite(counts, ReferenceBlock.offsetOf(200), "090909");
  }

  /** A logical block is mapped to PBN 5, which is in the index. */
  static VolumeFile withWildMapping(Path directory) {
    return small(directory, "wild-mapping")
        .overwrite(
            LEAF_PBN, BlockMapPage.HEADER_BYTES + 10 * BlockMapEntry.SIZE_BYTES, "0105000000");
  }

  /** A byte of the logical size in the super block is another one. */
  static VolumeFile withBadSuperBlockChecksum(Path directory) {
    return small(directory, "super-block-checksum").overwrite(SUPER_BLOCK_PBN, 60, "55");
  }

  /** The super block is overwritten with zeros. */
  static VolumeFile withoutSuperBlock(Path directory) {
    return small(directory, "no-super-block").zero(SUPER_BLOCK_PBN);
  }

  /** The geometry block is overwritten with zeros. */
  static VolumeFile withoutGeometry(Path directory) {
    return small(directory, "no-geometry").zero(0);
  }

  private static VolumeFile small(Path directory, String name) {
    return VolumeFile.unpack("small", directory.resolve(name + ".img"), Long.MAX_VALUE);
  }
}
