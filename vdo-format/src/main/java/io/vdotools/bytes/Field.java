package io.vdotools.bytes;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * One field of a {@link Struct}: where it lies and how its bytes are read.
 *
 * <p>All multi-byte fields are little-endian and may be unaligned. Reading never judges: every bit
 * pattern is a value.
 */
public sealed interface Field {
  /** {@return the field's name, as the format description spells it} */
  String name();

  /** {@return the offset from the start of the structure, in bytes} */
  int offsetBytes();

  /** {@return the length, in bytes} */
  int sizeBytes();

  /** An unsigned byte. */
  record U8(String name, int offsetBytes) implements Field {
    @Override
    public int sizeBytes() {
      return 1;
    }

    /** {@return the value, 0 to 255} */
    public int get(MemorySegment struct) {
      return struct.get(ValueLayout.JAVA_BYTE, offsetBytes) & 0xff;
    }

    /** Stores the low eight bits of {@code value}. */
    public void set(MemorySegment struct, int value) {
      struct.set(ValueLayout.JAVA_BYTE, offsetBytes, (byte) value);
    }
  }

  /** An unsigned 16-bit number. */
  record U16(String name, int offsetBytes) implements Field {
    private static final ValueLayout.OfShort LAYOUT =
        ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    @Override
    public int sizeBytes() {
      return 2;
    }

    /** {@return the value, 0 to 65535} */
    public int get(MemorySegment struct) {
      return struct.get(LAYOUT, offsetBytes) & 0xffff;
    }

    /** Stores the low sixteen bits of {@code value}. */
    public void set(MemorySegment struct, int value) {
      struct.set(LAYOUT, offsetBytes, (short) value);
    }
  }

  /** An unsigned 32-bit number. */
  record U32(String name, int offsetBytes) implements Field {
    private static final ValueLayout.OfInt LAYOUT =
        ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    @Override
    public int sizeBytes() {
      return 4;
    }

    /** {@return the value, 0 to 2^32 - 1} */
    public long get(MemorySegment struct) {
      return struct.get(LAYOUT, offsetBytes) & 0xffff_ffffL;
    }

    /** Stores the low 32 bits of {@code value}. */
    public void set(MemorySegment struct, long value) {
      struct.set(LAYOUT, offsetBytes, (int) value);
    }
  }

  /** A signed 32-bit number. */
  record S32(String name, int offsetBytes) implements Field {
    @Override
    public int sizeBytes() {
      return 4;
    }

    /** {@return the value} */
    public int get(MemorySegment struct) {
      return struct.get(U32.LAYOUT, offsetBytes);
    }

    /** Stores {@code value}. */
    public void set(MemorySegment struct, int value) {
      struct.set(U32.LAYOUT, offsetBytes, value);
    }
  }

  /**
   * An unsigned 64-bit number, held in a {@code long}: compare with {@link Long#compareUnsigned}.
   */
  record U64(String name, int offsetBytes) implements Field {
    private static final ValueLayout.OfLong LAYOUT =
        ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    @Override
    public int sizeBytes() {
      return 8;
    }

    /** {@return the 64 bits} */
    public long get(MemorySegment struct) {
      return struct.get(LAYOUT, offsetBytes);
    }

    /** Stores {@code value}. */
    public void set(MemorySegment struct, long value) {
      struct.set(LAYOUT, offsetBytes, value);
    }
  }

  /** A run of bytes without further structure. */
  record Raw(String name, int offsetBytes, int sizeBytes) implements Field {
    /** {@return a copy of the bytes} */
    public Bytes get(MemorySegment struct) {
      return Bytes.copyOf(struct.asSlice(offsetBytes, sizeBytes));
    }

    /**
     * Stores {@code value}.
     *
     * @throws IllegalArgumentException if the length differs from the field's
     */
    public void set(MemorySegment struct, Bytes value) {
      if (value.length() != sizeBytes) {
        throw new IllegalArgumentException(
            name + " takes " + sizeBytes + " bytes, not " + value.length());
      }
      value.copyTo(struct.asSlice(offsetBytes, sizeBytes));
    }
  }

  /** A structure inside a structure. */
  record Nested(String name, int offsetBytes, Struct struct) implements Field {
    @Override
    public int sizeBytes() {
      return struct.sizeBytes();
    }

    /** {@return the part of {@code outer} that the inner structure occupies} */
    public MemorySegment slice(MemorySegment outer) {
      return outer.asSlice(offsetBytes, struct.sizeBytes());
    }
  }
}
