package io.vdotools.format;

import io.vdotools.bytes.Bytes;
import io.vdotools.bytes.Crc32;
import io.vdotools.bytes.Field;
import io.vdotools.bytes.Struct;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The first block of the device, which says that this is a VDO volume and where its parts are:
 * {@code struct volume_geometry} (format-spec, section 2).
 *
 * <p>Version 4.0 lacks the block offset; everything behind the UUID then lies eight bytes earlier.
 *
 * @param magic eight bytes, {@link #MAGIC} on a volume
 * @param header id, version and size; decides which of the two layouts the rest has
 * @param releaseVersion 0 on new volumes; once the number of the product release
 * @param nonce identifies this formatting of the volume; repeated in its other structures
 * @param uuid sixteen bytes in text order
 * @param bioOffset blocks to subtract from every PBN for I/O; not 0 only on volumes that were
 *     converted to LVM
 * @param index where the deduplication index begins
 * @param data where the super block lies
 * @param indexConfig the size of the index
 * @param checksum as stored
 * @param trailing the unused rest of the block, zero on new volumes
 */
public record GeometryBlock(
    Bytes magic,
    ComponentHeader header,
    long releaseVersion,
    long nonce,
    Bytes uuid,
    long bioOffset,
    Region index,
    Region data,
    IndexConfig indexConfig,
    long checksum,
    Bytes trailing) {
  /** The PBN of the geometry block, which no offset moves. */
  public static final long LOCATION = 0;

  /** What a volume begins with. */
  public static final Bytes MAGIC = Bytes.ofAscii("dmvdo001");

  /** The field table of version 5.0. */
  public static final Struct STRUCT_5 = Struct.named("volume_geometry_5_0");

  /** The field table of version 4.0. */
  public static final Struct STRUCT_4 = Struct.named("volume_geometry_4_0");

  private static final Fields FIELDS_5 = new Fields(STRUCT_5, true);
  private static final Fields FIELDS_4 = new Fields(STRUCT_4, false);

  private static final class Fields {
    final Struct struct;
    final Field.Raw magic;
    final Field.Nested header;
    final Field.U32 releaseVersion;
    final Field.U64 nonce;
    final Field.Raw uuid;
    final Field.@Nullable U64 bioOffset;
    final Field.Nested index;
    final Field.Nested data;
    final Field.Nested indexConfig;
    final Field.U32 checksum;

    Fields(Struct struct, boolean hasBioOffset) {
      this.struct = struct;
      magic = struct.raw("magic_number", MAGIC.length());
      header = struct.nested("header", ComponentHeader.STRUCT);
      releaseVersion = struct.u32("release_version");
      nonce = struct.u64("nonce");
      uuid = struct.raw("uuid", 16);
      bioOffset = hasBioOffset ? struct.u64("bio_offset") : null;
      index = struct.nested("regions[0]", Region.STRUCT);
      data = struct.nested("regions[1]", Region.STRUCT);
      indexConfig = struct.nested("index_config", IndexConfig.STRUCT);
      checksum = struct.u32("checksum");
    }

    static Fields of(ComponentHeader header) {
      // The driver's rule: a major version up to 4 has the old layout, anything else the new one.
      return header.version().major() <= GeometryFormat.V4.version().major() ? FIELDS_4 : FIELDS_5;
    }
  }

  /** {@return the geometry stored in a block of 4096 bytes} */
  public static GeometryBlock decode(MemorySegment block) {
    var header = ComponentHeader.decode(FIELDS_5.header.slice(block));
    var f = Fields.of(header);
    return new GeometryBlock(
        f.magic.get(block),
        header,
        f.releaseVersion.get(block),
        f.nonce.get(block),
        f.uuid.get(block),
        f.bioOffset == null ? 0 : f.bioOffset.get(block),
        Region.decode(f.index.slice(block)),
        Region.decode(f.data.slice(block)),
        IndexConfig.decode(f.indexConfig.slice(block)),
        f.checksum.get(block),
        Bytes.copyOf(block.asSlice(f.struct.sizeBytes())));
  }

  /** Stores this geometry in a block of 4096 bytes, the checksum as it is. */
  public void encode(MemorySegment block) {
    var f = Fields.of(header);
    f.magic.set(block, magic);
    header.encode(f.header.slice(block));
    f.releaseVersion.set(block, releaseVersion);
    f.nonce.set(block, nonce);
    f.uuid.set(block, uuid);
    if (f.bioOffset != null) {
      f.bioOffset.set(block, bioOffset);
    }
    index.encode(f.index.slice(block));
    data.encode(f.data.slice(block));
    indexConfig.encode(f.indexConfig.slice(block));
    f.checksum.set(block, checksum);
    trailing.copyTo(block.asSlice(f.struct.sizeBytes()));
  }

  /** {@return the checksum that the given block should store, by its own version} */
  public static long computeChecksum(MemorySegment block) {
    var f = Fields.of(ComponentHeader.decode(FIELDS_5.header.slice(block)));
    return Crc32.startingAtZero(block.asSlice(0, f.checksum.offsetBytes()));
  }

  /** Makes the checksum stored in the given block the right one, by its own version. */
  public static void sealChecksum(MemorySegment block) {
    Fields.of(ComponentHeader.decode(FIELDS_5.header.slice(block)))
        .checksum
        .set(block, computeChecksum(block));
  }

  /** {@return whether the block begins as a volume does} */
  public boolean hasMagic() {
    return magic.equals(MAGIC);
  }

  /**
   * {@return which generation the block is of}
   *
   * <p>Generations 1.0 and 2.0 have no magic number: their header is at the start of the block.
   *
   * @param block the block that was decoded
   */
  public static GeometryFormat formatOf(MemorySegment block) {
    var geometry = decode(block);
    if (geometry.hasMagic()) {
      for (var format : new GeometryFormat[] {GeometryFormat.V4, GeometryFormat.V5}) {
        if (geometry.isExactly(format)) {
          return format;
        }
      }
      return GeometryFormat.UNKNOWN;
    }
    var early = ComponentHeader.decode(block);
    for (var format :
        new GeometryFormat[] {GeometryFormat.PRE_RELEASE_1, GeometryFormat.PRE_RELEASE_2}) {
      if (early.id() == ComponentId.GEOMETRY_BLOCK.id()
          && early.version().equals(format.version())) {
        return format;
      }
    }
    return GeometryFormat.UNKNOWN;
  }

  private boolean isExactly(GeometryFormat format) {
    return header.id() == ComponentId.GEOMETRY_BLOCK.id()
        && header.version().equals(format.version())
        && header.dataBytes() == format.sizeBytes();
  }

  /** {@return the UUID in its usual form} */
  public UUID uuidValue() {
    var buffer = ByteBuffer.wrap(uuid.toArray());
    return new UUID(buffer.getLong(), buffer.getLong());
  }
}
