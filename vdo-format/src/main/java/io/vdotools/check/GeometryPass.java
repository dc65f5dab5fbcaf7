package io.vdotools.check;

import io.vdotools.device.BlockBuffers;
import io.vdotools.engine.Volume;
import io.vdotools.format.BlockSize;
import io.vdotools.format.ComponentHeader;
import io.vdotools.format.GeometryBlock;
import io.vdotools.format.GeometryFormat;
import io.vdotools.format.Region;
import io.vdotools.format.index.IndexGeometry;
import io.vdotools.problem.Findings;
import io.vdotools.problem.Problem.StructureProblem;
import io.vdotools.problem.ProblemCode;
import io.vdotools.problem.Structure;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Set;

/**
 * The geometry block.
 *
 * <p>Needs an opened volume. Checks V-002 to V-007, V-009 to V-014. Later passes may rely on
 * nothing: where the geometry is damaged the super block was found without it.
 */
final class GeometryPass {
  private static final Set<Long> RELEASES = Set.of(0L, 131_337L, 133_524L);

  private GeometryPass() {}

  static void run(Volume volume, Findings findings) {
    var fields = new Fields(findings, Structure.GEOMETRY, GeometryBlock.LOCATION);
    if (!volume.isGeometryReadable()) {
      add(findings, ProblemCode.GEOMETRY_UNREADABLE, "the block cannot be read");
      return;
    }
    var geometry = volume.geometry();
    if (!geometry.hasMagic()) {
      add(
          findings,
          ProblemCode.GEOMETRY_MAGIC,
          volume
                  .overwrittenBy()
                  .map(what -> "it was overwritten: the device now holds " + what)
                  .orElse("its first bytes are " + geometry.magic())
              + "; the super block was found at PBN "
              + volume.superBlockPbn());
      return;
    }
    if (!volume.geometryFormat().isSupported()) {
      fields.check(
          false,
          ProblemCode.GEOMETRY_VERSION,
          "header",
          geometry.header(),
          "id 5 version 5.0 size 101, or version 4.0 size 93");
    }
    long computed = GeometryBlock.computeChecksum(volume.geometryBlock());
    fields.check(
        geometry.checksum() == computed,
        ProblemCode.GEOMETRY_CHECKSUM,
        "checksum",
        Fields.hex(geometry.checksum()),
        Fields.hex(computed));
    if (volume.geometryFormat().isSupported()) {
      checkFields(geometry, fields);
    }
    checkSecondGeometry(volume, findings);
  }

  private static void checkFields(GeometryBlock geometry, Fields fields) {
    fields.check(
        RELEASES.contains(geometry.releaseVersion()),
        ProblemCode.RELEASE_VERSION,
        "release_version",
        geometry.releaseVersion(),
        "0, 131337 or 133524");
    fields.checkEquals(
        ProblemCode.REGION_IDS, "regions[0].id", geometry.index().id(), Region.INDEX);
    fields.checkEquals(ProblemCode.REGION_IDS, "regions[1].id", geometry.data().id(), Region.DATA);
    long indexStart = geometry.index().startBlock();
    long dataStart = geometry.data().startBlock();
    fields.check(
        indexStart >= 1 && indexStart <= dataStart,
        ProblemCode.REGION_STARTS,
        "regions[0].start_block",
        Long.toUnsignedString(indexStart),
        "1 to the start of the data region, " + Long.toUnsignedString(dataStart));
    if (geometry.bioOffset() == 0) {
      fields.check(
          indexStart == 1 || indexStart < 1 || indexStart > dataStart,
          ProblemCode.REGION_STARTS,
          "regions[0].start_block",
          Long.toUnsignedString(indexStart),
          "1");
    } else {
      checkConversion(geometry, fields);
    }
    checkIndex(geometry, fields);
    fields.check(
        geometry.nonce() != 0, ProblemCode.IDENTITY_ZERO, "nonce", 0, "a number that is not 0");
    fields.check(
        !geometry.uuid().isZero(), ProblemCode.IDENTITY_ZERO, "uuid", 0, "an id that is not 0");
    fields.check(
        geometry.trailing().isZero(),
        ProblemCode.GEOMETRY_TRAILING_BYTES,
        "bytes behind the checksum",
        "not zero",
        "zero");
  }

  private static void checkConversion(GeometryBlock geometry, Fields fields) {
    long offset = geometry.bioOffset();
    boolean isPlausible =
        offset >= Volume.CONVERSION_START
            && offset <= Volume.CONVERSION_END
            && geometry.index().startBlock() > offset
            && IndexGeometry.isReduced(geometry.indexConfig().memoryCode());
    fields.check(
        isPlausible,
        ProblemCode.BIO_OFFSET,
        "bio_offset",
        Long.toUnsignedString(offset),
        "0, or what a conversion to LVM leaves: 381 to 512, the index behind it, and a reduced"
            + " index");
  }

  private static void checkIndex(GeometryBlock geometry, Fields fields) {
    var config = geometry.indexConfig();
    var index = IndexGeometry.of(config.memoryCode(), config.isSparse());
    long blocks = geometry.data().startBlock() - geometry.index().startBlock();
    fields.check(
        index.isPresent() || (config.memoryCode() == 0 && blocks == 0),
        ProblemCode.INDEX_CONFIG,
        "index_config.mem",
        config.memoryCode(),
        "a known memory code");
    fields.check(
        config.sparseByte() <= 1,
        ProblemCode.INDEX_CONFIG,
        "index_config.sparse",
        config.sparseByte(),
        "0 or 1");
    if (index.isPresent()) {
      fields.check(
          blocks >= index.get().blocks(),
          ProblemCode.INDEX_REGION_SIZE,
          "index region",
          blocks + " blocks",
          "at least " + index.get().blocks() + " blocks");
    }
  }

  /**
   * A conversion that was cut off leaves the old geometry block beside the new one, in what became
   * the index. Behind that it is data of a user, who may keep a volume in this one.
   */
  private static void checkSecondGeometry(Volume volume, Findings findings) {
    long end = Math.min(Volume.CONVERSION_END + 1, volume.superBlockPbn());
    if (end <= Volume.CONVERSION_START) {
      return;
    }
    int blocks = (int) (end - Volume.CONVERSION_START);
    try (var arena = Arena.ofConfined()) {
      var buffer = BlockBuffers.allocate(arena, blocks);
      var errors = volume.device().read(Volume.CONVERSION_START, buffer);
      for (int i = 0; i < blocks; i++) {
        long pbn = Volume.CONVERSION_START + i;
        var block = buffer.asSlice((long) i * BlockSize.BLOCK, BlockSize.BLOCK);
        if (errors.contains(pbn)
            || pbn == volume.geometry().bioOffset()
            || !isGeometry(GeometryBlock.decode(block))
            || !GeometryBlock.formatOf(block).isSupported()) {
          continue;
        }
        if (GeometryBlock.decode(block).checksum() == GeometryBlock.computeChecksum(block)) {
          findings.add(
              new StructureProblem(
                  ProblemCode.SECOND_GEOMETRY,
                  Structure.GEOMETRY,
                  pbn,
                  "a valid geometry block with nonce "
                      + Fields.hex(GeometryBlock.decode(block).nonce()),
                  List.of()));
        }
      }
    }
  }

  private static boolean isGeometry(GeometryBlock block) {
    return block.hasMagic()
        && (isOf(block.header(), GeometryFormat.V4) || isOf(block.header(), GeometryFormat.V5));
  }

  private static boolean isOf(ComponentHeader header, GeometryFormat format) {
    return header.version().equals(format.version());
  }

  private static void add(Findings findings, ProblemCode code, String detail) {
    findings.add(
        new StructureProblem(code, Structure.GEOMETRY, GeometryBlock.LOCATION, detail, List.of()));
  }
}
