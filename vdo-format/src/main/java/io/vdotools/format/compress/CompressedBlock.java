package io.vdotools.format.compress;

import io.vdotools.bytes.Field;
import io.vdotools.bytes.Struct;
import io.vdotools.format.BlockSize;
import io.vdotools.format.VersionNumber;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * A data block that holds fragments, in place: {@code struct compressed_block} 1.0 (format-spec,
 * section 9).
 *
 * @param bytes the 4096 bytes
 */
public record CompressedBlock(MemorySegment bytes) {
  /** The version of every compressed block. */
  public static final VersionNumber VERSION = new VersionNumber(1, 0);

  /** Fragments in a block at most. */
  public static final int SLOTS = 14;

  /** The field table of the header. */
  public static final Struct STRUCT = Struct.named("compressed_block_header");

  private static final Field.Nested VERSION_FIELD = STRUCT.nested("version", VersionNumber.STRUCT);
  private static final Field.Raw SIZES = STRUCT.raw("sizes", SLOTS * Short.BYTES);

  /** Bytes for fragments in a block. */
  public static final int DATA_BYTES = BlockSize.BLOCK - STRUCT.sizeBytes();

  private static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** {@return the version} */
  public VersionNumber version() {
    return VersionNumber.decode(VERSION_FIELD.slice(bytes));
  }

  /** {@return the length of a fragment, in bytes, 0 to 65535 as stored; 0 for an unused slot} */
  public int size(int slot) {
    return bytes.get(U16, SIZES.offsetBytes() + (long) slot * Short.BYTES) & 0xffff;
  }

  /**
   * {@return the bytes of a fragment, or nothing if the sizes do not fit in the block}
   *
   * <p>As the driver reads it: each sum of the sizes before the fragment must stay below the space
   * for data, and the sum with it must not exceed that. The version is not looked at.
   *
   * @param slot 0 to 13
   */
  public Optional<MemorySegment> fragment(int slot) {
    int offset = fragmentOffset(slot);
    return offset < 0 ? Optional.empty() : Optional.of(bytes.asSlice(offset, size(slot)));
  }

  /**
   * {@return where a fragment begins in the block, in bytes; -1 if the sizes do not fit in it, as
   * {@link #fragment} judges it}
   *
   * @param slot 0 to 13
   */
  public int fragmentOffset(int slot) {
    int start = 0;
    for (int i = 0; i < slot; i++) {
      start += size(i);
      if (start >= DATA_BYTES) {
        return -1;
      }
    }
    return start + size(slot) > DATA_BYTES ? -1 : STRUCT.sizeBytes() + start;
  }

  /** {@return whether at least two slots are used and no unused slot comes before a used one} */
  public boolean isPackedAsDriversDo() {
    int used = 0;
    while (used < SLOTS && size(used) != 0) {
      used++;
    }
    for (int slot = used; slot < SLOTS; slot++) {
      if (size(slot) != 0) {
        return false;
      }
    }
    return used >= 2;
  }

  /**
   * Makes the bytes a compressed block of the given fragments; bytes behind them stay as they are.
   *
   * @throws IllegalArgumentException if there are too many fragments or too many bytes
   */
  public void format(java.util.List<byte[]> fragments) {
    int total = fragments.stream().mapToInt(f -> f.length).sum();
    if (fragments.size() > SLOTS || total > DATA_BYTES) {
      throw new IllegalArgumentException(fragments.size() + " fragments of " + total + " bytes");
    }
    bytes.asSlice(0, STRUCT.sizeBytes()).fill((byte) 0);
    VERSION.encode(VERSION_FIELD.slice(bytes));
    int at = STRUCT.sizeBytes();
    for (int slot = 0; slot < fragments.size(); slot++) {
      byte[] fragment = fragments.get(slot);
      bytes.set(U16, SIZES.offsetBytes() + (long) slot * Short.BYTES, (short) fragment.length);
      MemorySegment.copy(fragment, 0, bytes, ValueLayout.JAVA_BYTE, at, fragment.length);
      at += fragment.length;
    }
  }
}
