package io.vdotools.model;

import io.vdotools.bytes.Bytes;
import io.vdotools.format.BlockSize;
import io.vdotools.format.ComponentHeader;
import io.vdotools.format.ComponentId;
import io.vdotools.format.GeometryBlock;
import io.vdotools.format.GeometryFormat;
import io.vdotools.format.IndexConfig;
import io.vdotools.format.Region;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * What the geometry block says.
 *
 * @param format {@link GeometryFormat#V4} or {@link GeometryFormat#V5}
 * @param releaseVersion 0 on new volumes; once the number of the product release
 * @param nonce identifies this formatting of the volume
 * @param uuid what the volume is known by
 * @param bioOffset blocks to subtract from every PBN for I/O; 0 in format 4.0
 * @param indexStart the first PBN of the index region
 * @param dataStart the PBN of the super block
 * @param index the size of the index
 * @param unused what follows the checksum in the block, up to the last byte that is not 0; empty on
 *     new volumes
 */
public record GeometryFields(
    GeometryFormat format,
    long releaseVersion,
    long nonce,
    UUID uuid,
    long bioOffset,
    long indexStart,
    long dataStart,
    IndexConfig index,
    Bytes unused) {

  /**
   * {@return what a block of a supported format says}
   *
   * @param block the block
   * @throws IllegalArgumentException if its version is neither 4 nor 5
   */
  public static GeometryFields of(GeometryBlock block) {
    return new GeometryFields(
        formatOf(block),
        block.releaseVersion(),
        block.nonce(),
        block.uuidValue(),
        block.bioOffset(),
        block.index().startBlock(),
        block.data().startBlock(),
        block.indexConfig(),
        UnusedBytes.trimmed(block.trailing()));
  }

  private static GeometryFormat formatOf(GeometryBlock block) {
    for (var format : new GeometryFormat[] {GeometryFormat.V4, GeometryFormat.V5}) {
      if (block.header().version().equals(format.version())) {
        return format;
      }
    }
    throw new IllegalArgumentException("geometry version " + block.header().version());
  }

  /**
   * {@return the block that says this, with the right checksum}
   *
   * @throws IllegalArgumentException if there are more unused bytes than a block has room for
   */
  public GeometryBlock toBlock() {
    var header =
        new ComponentHeader(ComponentId.GEOMETRY_BLOCK.id(), format.version(), format.sizeBytes());
    int used =
        format == GeometryFormat.V4
            ? GeometryBlock.STRUCT_4.sizeBytes()
            : GeometryBlock.STRUCT_5.sizeBytes();
    var text =
        ByteBuffer.allocate(16)
            .putLong(uuid.getMostSignificantBits())
            .putLong(uuid.getLeastSignificantBits());
    var block =
        new GeometryBlock(
            GeometryBlock.MAGIC,
            header,
            releaseVersion,
            nonce,
            Bytes.copyOf(text.array()),
            bioOffset,
            new Region(Region.INDEX, indexStart),
            new Region(Region.DATA, dataStart),
            index,
            0,
            UnusedBytes.padded(unused, BlockSize.BLOCK - used));
    try (var arena = Arena.ofConfined()) {
      var bytes = arena.allocate(BlockSize.BLOCK);
      block.encode(bytes);
      GeometryBlock.sealChecksum(bytes);
      return GeometryBlock.decode(bytes);
    }
  }
}
