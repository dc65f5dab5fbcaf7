package io.vdotools.format;

import io.vdotools.bytes.Field;
import io.vdotools.bytes.Struct;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What precedes the geometry, the super block and its components: {@code struct packed_header}
 * (format-spec, section 1).
 *
 * @param id which component follows; see {@link ComponentId}
 * @param version the version of the component's encoding
 * @param dataBytes the bytes of data that follow; in the geometry block, the bytes from the magic
 *     number through the checksum
 */
public record ComponentHeader(long id, VersionNumber version, long dataBytes) {
  /** The field table. */
  public static final Struct STRUCT = Struct.named("packed_header");

  private static final Field.U32 ID = STRUCT.u32("id");
  private static final Field.Nested VERSION = STRUCT.nested("version", VersionNumber.STRUCT);
  private static final Field.U64 SIZE = STRUCT.u64("size");

  /** {@return the header that a writer of the given component stores} */
  public static ComponentHeader of(ComponentId id) {
    return new ComponentHeader(id.id(), id.version(), id.dataBytes());
  }

  /** {@return the header stored in {@code bytes}} */
  public static ComponentHeader decode(MemorySegment bytes) {
    return new ComponentHeader(
        ID.get(bytes), VersionNumber.decode(VERSION.slice(bytes)), SIZE.get(bytes));
  }

  /** Stores this header in {@code bytes}. */
  public void encode(MemorySegment bytes) {
    ID.set(bytes, id);
    version.encode(VERSION.slice(bytes));
    SIZE.set(bytes, dataBytes);
  }

  // As in VersionNumber.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ComponentHeader header
        && header.id == id
        && header.version.equals(version)
        && header.dataBytes == dataBytes;
  }

  @Override
  public int hashCode() {
    return (Long.hashCode(id) * 31 + version.hashCode()) * 31 + Long.hashCode(dataBytes);
  }

  @Override
  public String toString() {
    return "id " + id + " version " + version + " size " + Long.toUnsignedString(dataBytes);
  }
}
