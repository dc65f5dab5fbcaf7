package io.vdotools.engine.repair;

import io.vdotools.bytes.Bytes;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.OverlayDevice;
import io.vdotools.engine.Volume;
import io.vdotools.format.BlockSize;
import io.vdotools.format.ComponentHeader;
import io.vdotools.format.ComponentId;
import io.vdotools.format.GeometryBlock;
import io.vdotools.format.IndexConfig;
import io.vdotools.format.Region;
import io.vdotools.format.index.IndexGeometry;
import io.vdotools.problem.ProblemCode;
import io.vdotools.problem.Structure;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Set;

/** Mends the geometry block, which follows from the super block and where it was found. */
final class GeometryMend {
  private static final Set<Long> RELEASES = Set.of(0L, 131_337L, 133_524L);
  private static final int UUID_BYTES = 16;
  private static final int LARGEST_MEMORY = 1024;

  private final OverlayDevice overlay;
  private final Volume volume;
  private final RepairLog log;

  GeometryMend(OverlayDevice overlay, Volume volume, RepairLog log) {
    this.overlay = overlay;
    this.volume = volume;
    this.log = log;
  }

  void run() {
    if (!volume.hasSuperBlock()) {
      return;
    }
    boolean isThere =
        volume.isGeometryReadable()
            && volume.geometry().hasMagic()
            && volume.geometryFormat().isSupported();
    if (isThere) {
      mendFields();
      clearSecond();
    } else {
      make();
    }
  }

  private void make() {
    var code =
        !volume.isGeometryReadable()
            ? ProblemCode.GEOMETRY_UNREADABLE
            : volume.geometry().hasMagic()
                ? ProblemCode.GEOMETRY_VERSION
                : ProblemCode.GEOMETRY_MAGIC;
    if (!log.isWanted(code)) {
      return;
    }
    var old = volume.geometry();
    // Where the old block still has the nonce, what stands around it is where it should be.
    boolean keepsIdentity = old.hasMagic() && old.nonce() == volume.nonce();
    Bytes uuid = keepsIdentity ? old.uuid() : uuidFor(volume.nonce());
    long offset = volume.blockOffset();
    var index = indexFor(1 + offset, new IndexConfig(0, 0, 0));
    write(
        new GeometryBlock(
            GeometryBlock.MAGIC,
            ComponentHeader.of(ComponentId.GEOMETRY_BLOCK),
            volume.superBlock().releaseVersion(),
            volume.nonce(),
            uuid,
            offset,
            new Region(Region.INDEX, 1 + offset),
            new Region(Region.DATA, volume.superBlockPbn()),
            index,
            0,
            Bytes.zeros(BlockSize.BLOCK - GeometryBlock.STRUCT_5.sizeBytes())));
    log.add(
        code,
        Structure.GEOMETRY,
        GeometryBlock.LOCATION,
        "geometry block made again: data region at PBN "
            + volume.superBlockPbn()
            + ", nonce "
            + Long.toUnsignedString(volume.nonce())
            + ", index memory code "
            + index.memoryCode()
            + (keepsIdentity ? "" : ", a new UUID"),
        "the super block was found at that PBN and has that nonce; the index fills what lies"
            + " before it"
            + volume.overwrittenBy().map(what -> "; block 0 now holds " + what).orElse(""),
        Confidence.CERTAIN);
  }

  /** The old one stood nowhere else. It has to be the same each time, and not zero. */
  private static Bytes uuidFor(long nonce) {
    var bytes = ByteBuffer.allocate(UUID_BYTES);
    bytes.putLong(nonce);
    bytes.putLong(~nonce);
    byte[] uuid = bytes.array();
    // Version 8, as RFC 9562 calls what is made in a way of one's own; its variant.
    uuid[6] = (byte) ((uuid[6] & 0x0f) | 0x80);
    uuid[8] = (byte) ((uuid[8] & 0x3f) | 0x80);
    return Bytes.copyOf(uuid);
  }

  /** {@return a geometry block of a volume of which only the place of the super block is known} */
  static GeometryBlock provisional(long superBlockPbn, long nonce) {
    return new GeometryBlock(
        GeometryBlock.MAGIC,
        ComponentHeader.of(ComponentId.GEOMETRY_BLOCK),
        0,
        nonce,
        uuidFor(nonce),
        0,
        new Region(Region.INDEX, 1),
        new Region(Region.DATA, superBlockPbn),
        new IndexConfig(0, 0, 0),
        0,
        Bytes.zeros(BlockSize.BLOCK - GeometryBlock.STRUCT_5.sizeBytes()));
  }

  /** {@return the index whose size is that of the region, the one given if it can be} */
  private IndexConfig indexFor(long start, IndexConfig given) {
    long blocks = volume.superBlockPbn() - start;
    var stored = IndexGeometry.of(given.memoryCode(), given.sparseByte() == 1);
    if (given.sparseByte() <= 1 && stored.isPresent() && blocks >= stored.get().blocks()) {
      return given;
    }
    if (blocks <= 0) {
      return new IndexConfig(0, 0, 0);
    }
    for (int sparse = 0; sparse <= 1; sparse++) {
      for (int code : new int[] {-256, -512, -768, -1280, -1536, -1792}) {
        if (fits(code, sparse, blocks)) {
          return new IndexConfig(code, given.unused(), sparse);
        }
      }
      for (int code = 1; code <= LARGEST_MEMORY; code++) {
        if (fits(code, sparse, blocks)) {
          return new IndexConfig(code, given.unused(), sparse);
        }
      }
    }
    return new IndexConfig(0, given.unused(), 0);
  }

  private static boolean fits(int code, int sparse, long blocks) {
    return IndexGeometry.of(code, sparse == 1).map(i -> i.blocks() == blocks).orElse(false);
  }

  private void mendFields() {
    var old = volume.geometry();
    long checksum = GeometryBlock.computeChecksum(volume.geometryBlock());
    var code = old.checksum() == checksum ? null : ProblemCode.GEOMETRY_CHECKSUM;
    var changes = new StringBuilder();
    long release = old.releaseVersion();
    if (!RELEASES.contains(release) && log.isWanted(ProblemCode.RELEASE_VERSION)) {
      long other = volume.superBlock().releaseVersion();
      release = RELEASES.contains(other) ? other : 0;
      code = ProblemCode.RELEASE_VERSION;
      changes.append("release_version set to ").append(release).append("; ");
    }
    long nonce = old.nonce();
    if (nonce != volume.nonce() && log.isWanted(ProblemCode.NONCE_DIFFERS)) {
      nonce = volume.nonce();
      code = ProblemCode.NONCE_DIFFERS;
      changes.append("nonce set to ").append(Long.toUnsignedString(nonce)).append("; ");
    }
    long offset = old.bioOffset();
    if (offset != volume.blockOffset() && log.isWanted(ProblemCode.BIO_OFFSET)) {
      offset = volume.blockOffset();
      code = ProblemCode.BIO_OFFSET;
      changes.append("bio_offset set to ").append(offset).append("; ");
    }
    long indexId = old.index().id();
    long dataId = old.data().id();
    if ((indexId != Region.INDEX || dataId != Region.DATA)
        && log.isWanted(ProblemCode.REGION_IDS)) {
      indexId = Region.INDEX;
      dataId = Region.DATA;
      code = ProblemCode.REGION_IDS;
      changes.append("regions named index and data; ");
    }
    long indexStart = old.index().startBlock();
    long dataStart = old.data().startBlock();
    boolean isIndexStart =
        offset == 0 ? indexStart == 1 : indexStart >= 1 && indexStart <= volume.superBlockPbn();
    if ((!isIndexStart || dataStart != volume.superBlockPbn())
        && log.isWanted(ProblemCode.REGION_STARTS)) {
      indexStart = isIndexStart ? indexStart : 1 + offset;
      dataStart = volume.superBlockPbn();
      code = ProblemCode.REGION_STARTS;
      changes.append("regions begin at ").append(indexStart).append(" and ").append(dataStart);
      changes.append("; ");
    }
    var index = old.indexConfig();
    if (log.isWanted(ProblemCode.INDEX_CONFIG) || log.isWanted(ProblemCode.INDEX_REGION_SIZE)) {
      var right = indexFor(indexStart, index);
      if (!right.equals(index)) {
        index = right;
        code = ProblemCode.INDEX_CONFIG;
        changes.append("index memory code set to ").append(index.memoryCode()).append("; ");
      }
    }
    if (code == null || !log.isWanted(code)) {
      return;
    }
    write(
        new GeometryBlock(
            old.magic(),
            old.header(),
            release,
            nonce,
            old.uuid(),
            offset,
            new Region(indexId, indexStart),
            new Region(dataId, dataStart),
            index,
            0,
            old.trailing()));
    log.add(
        code,
        Structure.GEOMETRY,
        GeometryBlock.LOCATION,
        changes + "checksum computed again",
        "the super block lies at PBN "
            + volume.superBlockPbn()
            + " and has the nonce "
            + Long.toUnsignedString(volume.nonce()),
        Confidence.LIKELY);
  }

  static GeometryBlock withOffset(GeometryBlock old, long offset) {
    return new GeometryBlock(
        old.magic(),
        old.header(),
        old.releaseVersion(),
        old.nonce(),
        old.uuid(),
        offset,
        old.index(),
        old.data(),
        old.indexConfig(),
        old.checksum(),
        old.trailing());
  }

  private void write(GeometryBlock geometry) {
    var block = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
    geometry.encode(block);
    GeometryBlock.sealChecksum(block);
    overlay.write(GeometryBlock.LOCATION, block);
  }

  /** What a conversion to LVM left behind when it was cut off lies in the index, and is no use. */
  private void clearSecond() {
    if (volume.blockOffset() != 0 || !log.isWanted(ProblemCode.SECOND_GEOMETRY)) {
      return;
    }
    var blocks = new PbnOverlay(overlay, 0);
    long end = Math.min(Volume.CONVERSION_END + 1, volume.superBlockPbn());
    for (long pbn = Volume.CONVERSION_START; pbn < end; pbn++) {
      var block = blocks.block(pbn);
      var geometry = GeometryBlock.decode(block);
      boolean isOne =
          geometry.hasMagic()
              && GeometryBlock.formatOf(block).isSupported()
              && geometry.checksum() == GeometryBlock.computeChecksum(block);
      if (isOne) {
        blocks.write(pbn, MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]));
        log.add(
            ProblemCode.SECOND_GEOMETRY,
            Structure.GEOMETRY,
            pbn,
            "the copy emptied",
            "block 0 holds the geometry block of the volume as it is now",
            Confidence.LIKELY);
      }
    }
  }
}
