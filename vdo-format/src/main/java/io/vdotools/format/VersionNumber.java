package io.vdotools.format;

import com.google.errorprone.annotations.Immutable;
import io.vdotools.bytes.Field;
import io.vdotools.bytes.Struct;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

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

  // What a record has by itself is put together at run time, which takes sixty milliseconds of a
  // command that reads a volume: more than all that it does with versions.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof VersionNumber version
        && version.major == major
        && version.minor == minor;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(major * 31 + minor);
  }

  @Override
  public String toString() {
    return Long.toUnsignedString(major) + "." + Long.toUnsignedString(minor);
  }
}
