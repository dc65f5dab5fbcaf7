package io.vdotools.format.blockmap;

import io.vdotools.bytes.Field;
import io.vdotools.bytes.Struct;
import io.vdotools.format.BlockSize;
import io.vdotools.format.VersionNumber;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * One page of the block map, in place: {@code struct block_map_page}, version 4.1 (format-spec,
 * section 5).
 *
 * @param bytes the 4096 bytes
 */
public record BlockMapPage(MemorySegment bytes) {
  /** The version of every page of a released product. */
  public static final VersionNumber VERSION = new VersionNumber(4, 1);

  /** The version of volumes from before the first release: drivers take such pages for empty. */
  public static final VersionNumber PRE_RELEASE_VERSION = new VersionNumber(4, 0);

  /** The field table of the header. */
  public static final Struct STRUCT = Struct.named("block_map_page");

  private static final Field.Nested VERSION_FIELD = STRUCT.nested("version", VersionNumber.STRUCT);
  private static final Field.U64 NONCE = STRUCT.u64("nonce");
  private static final Field.U64 PBN = STRUCT.u64("pbn");
  private static final Field.U64 UNUSED_LONG_WORD = STRUCT.u64("unused_long_word");
  private static final Field.U8 INITIALIZED = STRUCT.u8("initialized");
  private static final Field.U8 ENTRY_OFFSET = STRUCT.u8("unused_byte1");
  private static final Field.U8 UNUSED_BYTE_2 = STRUCT.u8("unused_byte2");
  private static final Field.U8 UNUSED_BYTE_3 = STRUCT.u8("unused_byte3");

  /** Where the entries begin, in bytes. */
  public static final int HEADER_BYTES = STRUCT.sizeBytes();

  /** Entries in a page. */
  public static final int ENTRIES = (BlockSize.BLOCK - HEADER_BYTES) / BlockMapEntry.SIZE_BYTES;

  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final ValueLayout.OfInt PBN_WORD =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final long LOWER_PBNS = 1L << 32;

  private static final VarHandle ARRAY_WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  // Entries whose eight bytes from their start on still lie inside the page.
  private static final int WHOLE_WORD_ENTRIES =
      (BlockSize.BLOCK - Long.BYTES - HEADER_BYTES) / BlockMapEntry.SIZE_BYTES + 1;

  /** What a driver makes of a page (format-spec, section 5). */
  public enum Validity {
    /** The page of this place and volume. */
    VALID,
    /** Not a page of this volume, or never completely written: its entries count as unmapped. */
    INVALID,
    /** A page of this volume that belongs elsewhere. */
    BAD
  }

  /** {@return the version} */
  public VersionNumber version() {
    return VersionNumber.decode(VERSION_FIELD.slice(bytes));
  }

  /** {@return the nonce of the volume that the page belongs to} */
  public long nonce() {
    return NONCE.get(bytes);
  }

  /** {@return the PBN that the page believes to lie at} */
  public long pbn() {
    return PBN.get(bytes);
  }

  /** {@return bytes 24 to 31, which old drivers used} */
  public long unusedLongWord() {
    return UNUSED_LONG_WORD.get(bytes);
  }

  /** {@return whether the page was completely written once} */
  public boolean isInitialized() {
    return INITIALIZED.get(bytes) != 0;
  }

  /** {@return byte 33: not 0 only on pages converted from version 4.0 in place} */
  public int entryOffset() {
    return ENTRY_OFFSET.get(bytes);
  }

  /** {@return whether the two bytes that old drivers used and all now ignore are not zero} */
  public boolean hasStrayBytes() {
    return UNUSED_BYTE_2.get(bytes) != 0 || UNUSED_BYTE_3.get(bytes) != 0 || unusedLongWord() != 0;
  }

  /**
   * {@return what a driver makes of the page}
   *
   * @param volumeNonce the volume's nonce
   * @param location the PBN that the page was read from
   */
  public Validity validity(long volumeNonce, long location) {
    if (!isInitialized() || nonce() != volumeNonce || !version().equals(VERSION)) {
      return Validity.INVALID;
    }
    return pbn() == location ? Validity.VALID : Validity.BAD;
  }

  /** {@return whether an entry is not zero; most pages above the leaves have none} */
  public boolean hasEntries() {
    // None is if the first byte is zero and each of the others is the one before it.
    long last = BlockSize.BLOCK - 1L;
    return bytes.get(ValueLayout.JAVA_BYTE, HEADER_BYTES) != 0
        || MemorySegment.mismatch(bytes, HEADER_BYTES, last, bytes, HEADER_BYTES + 1L, last + 1)
            >= 0;
  }

  /**
   * {@return the packed entry in {@code slot}; see {@link BlockMapEntry}}
   *
   * @param slot 0 to 811
   */
  public long entry(int slot) {
    return entry(bytes, 0, slot);
  }

  /**
   * {@return the packed entry of a page inside a larger buffer}
   *
   * @param buffer the buffer
   * @param pageOffset where the page begins in it, in bytes
   * @param slot 0 to 811
   */
  public static long entry(MemorySegment buffer, long pageOffset, int slot) {
    long at = pageOffset + HEADER_BYTES + (long) slot * BlockMapEntry.SIZE_BYTES;
    if (slot < WHOLE_WORD_ENTRIES) {
      return buffer.get(WORD, at) & BlockMapEntry.MASK;
    }
    // The last entry ends with the page: its bytes are the upper five of the page's last word.
    return buffer.get(WORD, at + BlockMapEntry.SIZE_BYTES - Long.BYTES)
        >>> (8 * (Long.BYTES - BlockMapEntry.SIZE_BYTES));
  }

  /**
   * {@return the packed entry of a page in an array}
   *
   * @param page the 4096 bytes
   * @param slot 0 to 811
   */
  public static long entry(byte[] page, int slot) {
    int at = HEADER_BYTES + slot * BlockMapEntry.SIZE_BYTES;
    if (slot < WHOLE_WORD_ENTRIES) {
      return (long) ARRAY_WORD.get(page, at) & BlockMapEntry.MASK;
    }
    return (long) ARRAY_WORD.get(page, at + BlockMapEntry.SIZE_BYTES - Long.BYTES)
        >>> (8 * (Long.BYTES - BlockMapEntry.SIZE_BYTES));
  }

  /**
   * {@return the first slot, from the given one on, whose entry is not all zeros; {@link #ENTRIES}
   * if there is none}
   *
   * <p>So little code is compiled soon, and most slots of most roots are empty.
   *
   * @param page the 4096 bytes
   * @param slot 0 to 812
   */
  public static int nextOccupied(byte[] page, int slot) {
    int next = slot;
    while (next < ENTRIES && entry(page, next) == 0) {
      next++;
    }
    return next;
  }

  /**
   * Stores a packed entry.
   *
   * @param slot 0 to 811
   */
  public void setEntry(int slot, long packed) {
    long at = HEADER_BYTES + (long) slot * BlockMapEntry.SIZE_BYTES;
    bytes.set(ValueLayout.JAVA_BYTE, at, (byte) packed);
    bytes.set(PBN_WORD, at + 1, (int) (packed >>> 8));
  }

  /**
   * Stores the entries of consecutive slots.
   *
   * @param slot the first of them
   * @param count how many, at least 1; all lie in the page
   * @param first the entry of the first one
   * @param pbnStep by how much the PBN grows from each to the next, 0 or 1
   * @param stateStep by how much the state grows
   */
  public void setEntries(int slot, int count, BlockMapEntry first, int pbnStep, int stateStep) {
    int done = 0;
    while (done < count) {
      long pbn = first.pbn() + (long) done * pbnStep;
      // Where the lower 32 bits of a PBN begin anew, packed entries do not follow one another.
      int here = (int) Math.min(count - done, pbnStep == 0 ? count : LOWER_PBNS - pbn % LOWER_PBNS);
      fill(
          slot + done,
          here,
          BlockMapEntry.pack(pbn, first.state() + done * stateStep),
          BlockMapEntry.pack(pbnStep, stateStep));
      done += here;
    }
  }

  private void fill(int slot, int count, long first, long step) {
    long packed = first;
    long at = HEADER_BYTES + (long) slot * BlockMapEntry.SIZE_BYTES;
    // Eight bytes are stored sooner than five. Those that are too many belong to the next entry.
    for (int i = 0; i < count - 1; i++) {
      bytes.set(WORD, at, packed);
      at += BlockMapEntry.SIZE_BYTES;
      packed += step;
    }
    setEntry(slot + count - 1, packed);
  }

  /** Stores whether the page counts as completely written. */
  public void setInitialized(boolean isInitialized) {
    INITIALIZED.set(bytes, isInitialized ? 1 : 0);
  }

  /** Stores the PBN that the page believes to lie at. */
  public void setPbn(long pbn) {
    PBN.set(bytes, pbn);
  }

  /**
   * Makes the header that of a completely written page of the given volume at the given PBN, and
   * leaves the entries alone.
   */
  public void setHeader(long volumeNonce, long location) {
    bytes.asSlice(0, HEADER_BYTES).fill((byte) 0);
    VERSION.encode(VERSION_FIELD.slice(bytes));
    NONCE.set(bytes, volumeNonce);
    PBN.set(bytes, location);
    INITIALIZED.set(bytes, 1);
  }

  /** Makes the bytes an empty, initialized page of the given volume at the given PBN. */
  public void format(long volumeNonce, long location) {
    bytes.fill((byte) 0);
    setHeader(volumeNonce, location);
  }
}
