package io.vdotools.format.depot;

import io.vdotools.bytes.Field;
import io.vdotools.bytes.Struct;
import io.vdotools.format.BlockSize;
import io.vdotools.format.depot.SlabJournalEntry.Operation;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * One block of a slab journal, in place: {@code struct packed_slab_journal_block} (format-spec,
 * section 6).
 *
 * <pre>
 *   without block map increments:  header | 1353 entries of 3 bytes | 1 byte
 *   with block map increments:     header | 1299 entries of 3 bytes | 163 bytes of type bits
 *   entry: bit 23 increment, bits 22..0 offset in the slab, little-endian
 * </pre>
 *
 * @param bytes the 4096 bytes
 */
public record SlabJournalBlock(MemorySegment bytes) {
  /** The metadata type of a slab journal block. */
  public static final int METADATA_TYPE = 2;

  /** The field table of the header. */
  public static final Struct STRUCT = Struct.named("packed_slab_journal_block_header");

  private static final Field.U64 HEAD = STRUCT.u64("head");
  private static final Field.U64 SEQUENCE_NUMBER = STRUCT.u64("sequence_number");
  private static final Field.U64 RECOVERY_POINT = STRUCT.u64("recovery_point");
  private static final Field.U64 NONCE = STRUCT.u64("nonce");
  private static final Field.U8 TYPE = STRUCT.u8("metadata_type");
  private static final Field.U8 HAS_INCREMENTS = STRUCT.u8("has_block_map_increments");
  private static final Field.U16 ENTRY_COUNT = STRUCT.u16("entry_count");

  private static final int ENTRY_BYTES = 3;
  private static final int PAYLOAD_BYTES = BlockSize.BLOCK - STRUCT.sizeBytes();

  /** The most entries of a block without block map increments. */
  public static final int ENTRIES = PAYLOAD_BYTES / ENTRY_BYTES;

  /** The most entries of a block with block map increments: each takes three bytes and a bit. */
  public static final int FULL_ENTRIES = PAYLOAD_BYTES * Byte.SIZE / (ENTRY_BYTES * Byte.SIZE + 1);

  /** Where the type bits begin, in bytes. */
  static final int TYPES_OFFSET = STRUCT.sizeBytes() + FULL_ENTRIES * ENTRY_BYTES;

  /** The length of the type bits, in bytes. */
  static final int TYPES_BYTES = Math.ceilDiv(FULL_ENTRIES, Byte.SIZE);

  private static final int INCREMENT_BIT = 1 << 23;

  /** {@return the oldest live sequence number when the block was written} */
  public long head() {
    return HEAD.get(bytes);
  }

  /** {@return the sequence number of the block} */
  public long sequenceNumber() {
    return SEQUENCE_NUMBER.get(bytes);
  }

  /** {@return the recovery journal's point of the last entry} */
  public long recoveryPoint() {
    return RECOVERY_POINT.get(bytes);
  }

  /** {@return the nonce of the volume} */
  public long nonce() {
    return NONCE.get(bytes);
  }

  /** {@return the metadata type, {@link #METADATA_TYPE}} */
  public int metadataType() {
    return TYPE.get(bytes);
  }

  /** {@return the byte that selects the encoding: 0 or 1; readers take any other as 1} */
  public int encodingByte() {
    return HAS_INCREMENTS.get(bytes);
  }

  /** {@return whether the block has type bits} */
  public boolean hasBlockMapIncrements() {
    return encodingByte() != 0;
  }

  /** {@return the number of entries that the header names, 0 to 65535} */
  public int entryCount() {
    return ENTRY_COUNT.get(bytes);
  }

  /** {@return the most entries that the block can hold in its encoding} */
  public int capacity() {
    return hasBlockMapIncrements() ? FULL_ENTRIES : ENTRIES;
  }

  /** {@return whether a driver takes the block for one of the volume's slab journals} */
  public boolean belongsTo(long volumeNonce) {
    return metadataType() == METADATA_TYPE && nonce() == volumeNonce;
  }

  /** {@return the offset in the slab that entry {@code index} names; the index below 1353} */
  public int entryOffsetInSlab(int index) {
    return entryWord(index) & (INCREMENT_BIT - 1);
  }

  /** {@return what entry {@code index} does} */
  public Operation entryOperation(int index) {
    if ((entryWord(index) & INCREMENT_BIT) == 0) {
      return Operation.DECREMENT;
    }
    return hasBlockMapIncrements() && typeBit(index)
        ? Operation.BLOCK_MAP_INCREMENT
        : Operation.DATA_INCREMENT;
  }

  /** {@return entry {@code index}} */
  public SlabJournalEntry entry(int index) {
    return new SlabJournalEntry(entryOffsetInSlab(index), entryOperation(index));
  }

  /** {@return the type bit of entry {@code index}, below 1304} */
  public boolean typeBit(int index) {
    int types = bytes.get(ValueLayout.JAVA_BYTE, TYPES_OFFSET + index / Byte.SIZE);
    return ((types >> (index % Byte.SIZE)) & 1) != 0;
  }

  private int entryWord(int index) {
    long at = STRUCT.sizeBytes() + (long) index * ENTRY_BYTES;
    return (bytes.get(ValueLayout.JAVA_BYTE, at) & 0xff)
        | ((bytes.get(ValueLayout.JAVA_BYTE, at + 1) & 0xff) << 8)
        | ((bytes.get(ValueLayout.JAVA_BYTE, at + 2) & 0xff) << 16);
  }

  /** Makes the bytes an empty block. */
  public void format(long head, long sequenceNumber, long volumeNonce) {
    bytes.fill((byte) 0);
    HEAD.set(bytes, head);
    SEQUENCE_NUMBER.set(bytes, sequenceNumber);
    NONCE.set(bytes, volumeNonce);
    TYPE.set(bytes, METADATA_TYPE);
  }

  /** Stores the head, which moves on while the block is filled. */
  public void setHead(long head) {
    HEAD.set(bytes, head);
  }

  /**
   * Adds an entry, as the driver does: the type bits come with the first block map increment.
   *
   * @param entry the entry
   * @param recoveryPoint its point in the recovery journal
   * @return whether there was room
   */
  public boolean append(SlabJournalEntry entry, long recoveryPoint) {
    int count = entryCount();
    boolean needsTypes =
        hasBlockMapIncrements() || entry.operation() == Operation.BLOCK_MAP_INCREMENT;
    if (count >= (needsTypes ? FULL_ENTRIES : ENTRIES)) {
      return false;
    }
    if (needsTypes && !hasBlockMapIncrements()) {
      HAS_INCREMENTS.set(bytes, 1);
      bytes.asSlice(TYPES_OFFSET, TYPES_BYTES).fill((byte) 0);
    }
    int word = entry.offsetInSlab() | (entry.isIncrement() ? INCREMENT_BIT : 0);
    long at = STRUCT.sizeBytes() + (long) count * ENTRY_BYTES;
    for (int i = 0; i < ENTRY_BYTES; i++) {
      bytes.set(ValueLayout.JAVA_BYTE, at + i, (byte) (word >>> (Byte.SIZE * i)));
    }
    if (entry.operation() == Operation.BLOCK_MAP_INCREMENT) {
      int typeAt = TYPES_OFFSET + count / Byte.SIZE;
      byte types = bytes.get(ValueLayout.JAVA_BYTE, typeAt);
      bytes.set(ValueLayout.JAVA_BYTE, typeAt, (byte) (types | (1 << (count % Byte.SIZE))));
    }
    RECOVERY_POINT.set(bytes, recoveryPoint);
    ENTRY_COUNT.set(bytes, count + 1);
    return true;
  }
}
