package io.vdotools.format;

import com.google.errorprone.annotations.Immutable;
import io.vdotools.bytes.Field;
import io.vdotools.bytes.Struct;
import java.lang.foreign.MemorySegment;

/**
 * A bare version: {@code struct packed_version_number} (format-spec, section 1).
 *
 * @param major the part that changes when old readers cannot read any more
 * @param minor the part that changes when they can
 */
@Immutable
public record VersionNumber(long major, long minor) {
  /** The field table. */
  public static final Struct STRUCT = Struct.named("packed_version_number");

  private static final Field.U32 MAJOR = STRUCT.u32("major_version");
  private static final Field.U32 MINOR = STRUCT.u32("minor_version");

  /** {@return the version stored in {@code bytes}} */
  public static VersionNumber decode(MemorySegment bytes) {
    return new VersionNumber(MAJOR.get(bytes), MINOR.get(bytes));
  }

  /** Stores this version in {@code bytes}. */
  public void encode(MemorySegment bytes) {
    MAJOR.set(bytes, major);
    MINOR.set(bytes, minor);
  }

  @Override
  public String toString() {
    return Long.toUnsignedString(major) + "." + Long.toUnsignedString(minor);
  }
}
