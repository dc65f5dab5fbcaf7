package io.vdotools.pack;

import io.vdotools.bytes.Bytes;
import io.vdotools.pack.PackException.Kind;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The first 128 bytes of a pack: what it is the pack of.
 *
 * @param holdsIndex whether the index region was packed
 * @param holdsData whether data blocks were packed
 * @param sourceBytes the size of the device, in bytes
 * @param blockOffset how many blocks PBNs are ahead of the blocks of the device
 * @param nonce the volume's nonce
 * @param firstSlabBlock the PBN of the first block of the first slab, 0 if the volume does not say
 * @param slabBits the base-2 logarithm of the slab size, 0 if the volume does not say
 * @param uuid the volume's UUID, 16 bytes
 * @param base the digest of the pack that this one is the difference to, 32 bytes; zeros if it is
 *     whole
 */
public record PackHeader(
    boolean holdsIndex,
    boolean holdsData,
    long sourceBytes,
    long blockOffset,
    long nonce,
    long firstSlabBlock,
    int slabBits,
    Bytes uuid,
    Bytes base) {
  /** The length of a header, in bytes. */
  static final int BYTES = 128;

  /** The first eight bytes of every pack. */
  private static final byte[] MAGIC = {'v', 'd', 'o', 'p', 'a', 'c', 'k', '\n'};

  private static final int MAJOR_VERSION = 2;
  private static final int MINOR_VERSION = 1;

  private static final int INDEX_FLAG = 1;
  private static final int DATA_FLAG = 2;
  private static final int DELTA_FLAG = 4;

  private static final int UUID_BYTES = 16;
  private static final int MOST_SLAB_BITS = 23;

  /** The length of a digest, in bytes. */
  static final int DIGEST_BYTES = 32;

  private static final int UUID_AT = 40;
  private static final int BASE_AT = 56;
  private static final int BASE_END = BASE_AT + DIGEST_BYTES;
  private static final int FIRST_SLAB_AT = BASE_END;
  private static final int SLAB_BITS_AT = FIRST_SLAB_AT + Long.BYTES;
  private static final int RESERVED_AT = SLAB_BITS_AT + 1;
  private static final int CHECKED_BYTES = BYTES - Integer.BYTES;

  /**
   * Checks the lengths.
   *
   * @throws IllegalArgumentException if one is wrong
   */
  public PackHeader {
    if (uuid.length() != UUID_BYTES || base.length() != DIGEST_BYTES || sourceBytes < 0) {
      throw new IllegalArgumentException("UUID, digest or size");
    }
  }

  /** {@return the digest of a pack that is whole} */
  public static Bytes noBase() {
    return Bytes.zeros(DIGEST_BYTES);
  }

  /** {@return whether this is the difference to another pack} */
  public boolean isDelta() {
    return !base.isZero();
  }

  /** {@return the digest of the base in hexadecimal} */
  public String baseName() {
    return HexFormat.of().formatHex(base.toArray());
  }

  /** {@return the slab that a block lies in, -1 if it lies before all or nobody knows} */
  long slabOf(long pbn) {
    return slabBits == 0 || pbn < firstSlabBlock ? -1 : (pbn - firstSlabBlock) >>> slabBits;
  }

  /** {@return the place of a block in its slab} */
  int offsetInSlab(long pbn) {
    return (int) (pbn - firstSlabBlock) & ((1 << slabBits) - 1);
  }

  /** {@return the whole blocks of the device} */
  long sourceBlocks() {
    return sourceBytes / FrameCodec.BLOCK;
  }

  /** {@return whether bytes are the beginning of a pack} */
  static boolean isPack(byte[] start, int length) {
    return length >= MAGIC.length && Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  byte[] encode() {
    var bytes = new byte[BYTES];
    System.arraycopy(MAGIC, 0, bytes, 0, MAGIC.length);
    LittleEndian.putU16(bytes, 8, MAJOR_VERSION);
    LittleEndian.putU16(bytes, 10, MINOR_VERSION);
    LittleEndian.putI32(
        bytes,
        12,
        (holdsIndex ? INDEX_FLAG : 0) | (holdsData ? DATA_FLAG : 0) | (isDelta() ? DELTA_FLAG : 0));
    LittleEndian.putI64(bytes, 16, sourceBytes);
    LittleEndian.putI64(bytes, 24, blockOffset);
    LittleEndian.putI64(bytes, 32, nonce);
    System.arraycopy(uuid.toArray(), 0, bytes, UUID_AT, UUID_BYTES);
    System.arraycopy(base.toArray(), 0, bytes, BASE_AT, DIGEST_BYTES);
    LittleEndian.putI64(bytes, FIRST_SLAB_AT, firstSlabBlock);
    bytes[SLAB_BITS_AT] = (byte) slabBits;
    LittleEndian.putI32(bytes, CHECKED_BYTES, FrameHeader.checksum(bytes, 0, CHECKED_BYTES));
    return bytes;
  }

  /** {@return the header of a file that begins as packs do} */
  static PackHeader decode(String name, byte[] bytes, int length) throws PackException {
    if (!isPack(bytes, length)) {
      throw new PackException(
          Kind.NOT_A_PACK, name + ": is no pack; give a file that vdo_pack wrote");
    }
    if (length < BYTES) {
      throw new PackException(
          Kind.TRUNCATED, name + ": ends at byte " + length + ", inside the header of the pack");
    }
    // A later version may have another header, and this checksum elsewhere.
    int major = LittleEndian.u16(bytes, 8);
    int stored = LittleEndian.i32(bytes, CHECKED_BYTES);
    boolean isWhole = stored == FrameHeader.checksum(bytes, 0, CHECKED_BYTES);
    if (major > MAJOR_VERSION && (isWhole || major < 256)) {
      throw new PackException(
          Kind.TOO_NEW,
          name + ": is a pack of version " + major + "; a later version of this program is needed");
    }
    if (major < MAJOR_VERSION && isWhole) {
      throw new PackException(
          Kind.TOO_OLD,
          name
              + ": is a pack of version "
              + major
              + ", which only earlier versions of this program read; pack the volume again");
    }
    int flags = LittleEndian.i32(bytes, 12);
    boolean isPossible =
        isWhole
            && major == MAJOR_VERSION
            && LittleEndian.i64(bytes, 16) >= 0
            && flags >>> 3 == 0
            && LittleEndian.i64(bytes, FIRST_SLAB_AT) >= 0
            && bytes[SLAB_BITS_AT] >= 0
            && bytes[SLAB_BITS_AT] <= MOST_SLAB_BITS
            && isZero(bytes, RESERVED_AT, CHECKED_BYTES);
    if (!isPossible) {
      throw new PackException(
          Kind.DAMAGED,
          name
              + ": byte 0: the header of the pack is damaged (checksum "
              + Integer.toHexString(stored)
              + "); without it the rest cannot be read");
    }
    var header =
        new PackHeader(
            (flags & INDEX_FLAG) != 0,
            (flags & DATA_FLAG) != 0,
            LittleEndian.i64(bytes, 16),
            LittleEndian.i64(bytes, 24),
            LittleEndian.i64(bytes, 32),
            LittleEndian.i64(bytes, FIRST_SLAB_AT),
            bytes[SLAB_BITS_AT],
            Bytes.copyOf(Arrays.copyOfRange(bytes, UUID_AT, UUID_AT + UUID_BYTES)),
            Bytes.copyOf(Arrays.copyOfRange(bytes, BASE_AT, BASE_END)));
    if (header.isDelta() != ((flags & DELTA_FLAG) != 0)) {
      throw new PackException(
          Kind.DAMAGED, name + ": byte 12: the header of the pack contradicts itself");
    }
    return header;
  }

  private static boolean isZero(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return "pack of " + sourceBytes + " bytes" + (isDelta() ? " to be joined" : "");
  }
}
