package io.vdotools.format.journal;

import io.vdotools.bytes.Field;
import io.vdotools.bytes.Struct;
import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapEntry;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * One block of the recovery journal, in place: {@code struct packed_journal_header} in the first
 * sector, entries in the seven others (format-spec, section 8).
 *
 * @param bytes the 4096 bytes
 */
public record RecoveryJournalBlock(MemorySegment bytes) {
  /** The field table of the header. */
  public static final Struct STRUCT = Struct.named("packed_journal_header");

  private static final Field.U64 BLOCK_MAP_HEAD = STRUCT.u64("block_map_head");
  private static final Field.U64 SLAB_JOURNAL_HEAD = STRUCT.u64("slab_journal_head");
  private static final Field.U64 SEQUENCE_NUMBER = STRUCT.u64("sequence_number");
  private static final Field.U64 NONCE = STRUCT.u64("nonce");
  private static final Field.U8 TYPE = STRUCT.u8("metadata_type");
  private static final Field.U16 ENTRY_COUNT = STRUCT.u16("entry_count");
  private static final Field.U64 LOGICAL_BLOCKS_USED = STRUCT.u64("logical_blocks_used");
  private static final Field.U64 BLOCK_MAP_DATA_BLOCKS = STRUCT.u64("block_map_data_blocks");
  private static final Field.U8 CHECK_BYTE = STRUCT.u8("check_byte");
  private static final Field.U8 RECOVERY_COUNT = STRUCT.u8("recovery_count");

  /** The field table of a sector's header. */
  public static final Struct SECTOR_STRUCT = Struct.named("packed_journal_sector");

  private static final Field.U8 SECTOR_CHECK_BYTE = SECTOR_STRUCT.u8("check_byte");
  private static final Field.U8 SECTOR_RECOVERY_COUNT = SECTOR_STRUCT.u8("recovery_count");
  private static final Field.U8 SECTOR_ENTRY_COUNT = SECTOR_STRUCT.u8("entry_count");

  /** The field table of an entry of the current format. */
  public static final Struct ENTRY_STRUCT = Struct.named("packed_recovery_journal_entry");

  //  15..12           11..2  1..0
  //  PBN bits 35..32  slot   operation
  private static final Field.U16 ENTRY_WORD = ENTRY_STRUCT.u16("operation_slot_pbn_high");
  private static final Field.U32 ENTRY_PBN = ENTRY_STRUCT.u32("pbn_low");
  private static final Field.Raw MAPPING = ENTRY_STRUCT.raw("mapping", BlockMapEntry.SIZE_BYTES);
  private static final Field.Raw UNMAPPING =
      ENTRY_STRUCT.raw("unmapping", BlockMapEntry.SIZE_BYTES);

  private static final int SLOT_BITS = 10;
  private static final int SLOT_MASK = (1 << SLOT_BITS) - 1;

  /** {@return the oldest sequence number whose entries the block map on disk may lack} */
  public long blockMapHead() {
    return BLOCK_MAP_HEAD.get(bytes);
  }

  /** {@return the oldest sequence number whose entries the slab journals on disk may lack} */
  public long slabJournalHead() {
    return SLAB_JOURNAL_HEAD.get(bytes);
  }

  /** {@return the sequence number of the block} */
  public long sequenceNumber() {
    return SEQUENCE_NUMBER.get(bytes);
  }

  /** {@return the nonce of the volume} */
  public long nonce() {
    return NONCE.get(bytes);
  }

  /** {@return the metadata type as stored} */
  public int metadataType() {
    return TYPE.get(bytes);
  }

  /** {@return the format that the metadata type names} */
  public Optional<JournalFormat> format() {
    return JournalFormat.ofType(metadataType());
  }

  /** {@return the entries of the whole block, by its header} */
  public int entryCount() {
    return ENTRY_COUNT.get(bytes);
  }

  /** {@return the volume's logical blocks used, before the entries of this block} */
  public long logicalBlocksUsed() {
    return LOGICAL_BLOCKS_USED.get(bytes);
  }

  /** {@return the volume's block map data blocks, before the entries of this block} */
  public long blockMapDataBlocks() {
    return BLOCK_MAP_DATA_BLOCKS.get(bytes);
  }

  /** {@return the byte that each sector repeats, different for each lap around the ring} */
  public int checkByte() {
    return CHECK_BYTE.get(bytes);
  }

  /** {@return the low byte of the volume's count of recoveries when the block was written} */
  public int recoveryCount() {
    return RECOVERY_COUNT.get(bytes);
  }

  /** Stores the low byte of the volume's count of recoveries in the header. */
  public void setRecoveryCount(int recoveryCount) {
    RECOVERY_COUNT.set(bytes, recoveryCount);
  }

  /**
   * {@return the recovery count that a sector repeats}
   *
   * @param sector 1 to 7
   */
  public int sectorRecoveryCount(int sector) {
    return SECTOR_RECOVERY_COUNT.get(sector(sector));
  }

  /**
   * {@return whether a block from the journal's start on is of another recovery than the super
   * block has counted, or the one after that: no driver leaves such a block}
   *
   * <p>A recovery counts up and moves the start behind all blocks in one write of the super block.
   *
   * @param start the super block's journal start
   * @param journalBlocks the length of the journal
   * @param recoveryCountByte the low byte of the super block's count of recoveries
   */
  public boolean isOfOtherRecovery(long start, long journalBlocks, int recoveryCountByte) {
    long sequence = sequenceNumber();
    int count = recoveryCount();
    return sequence >= start
        && checkByte() == checkByteOf(sequence, journalBlocks)
        && count != recoveryCountByte
        && count != ((recoveryCountByte + 1) & 0xff)
        && format().map(f -> entryCount() <= f.entriesPerBlock()).orElse(false);
  }

  /** {@return the check byte that a block with a sequence number has in a journal of a size} */
  public static int checkByteOf(long sequenceNumber, long journalBlocks) {
    return (int) (((sequenceNumber / journalBlocks) & 0x7f) | 0x80);
  }

  /**
   * {@return whether a driver takes the block for one of this generation of the journal}
   *
   * @param volumeNonce the volume's nonce
   * @param recoveryCountByte the low byte of its count of recoveries
   */
  public boolean isValid(long volumeNonce, int recoveryCountByte) {
    return nonce() == volumeNonce
        && recoveryCount() == recoveryCountByte
        && format().map(f -> entryCount() <= f.entriesPerBlock()).orElse(false);
  }

  /**
   * {@return the entries that a sector claims to hold}
   *
   * @param sector 1 to 7
   */
  public int sectorEntryCount(int sector) {
    return SECTOR_ENTRY_COUNT.get(sector(sector));
  }

  /**
   * {@return whether the sector was written together with the header, or belongs to it}
   *
   * @param format the block's format
   * @param sector 1 to 7
   */
  public boolean isSectorValid(JournalFormat format, int sector) {
    var bytes = sector(sector);
    return SECTOR_CHECK_BYTE.get(bytes) == checkByte()
        && SECTOR_RECOVERY_COUNT.get(bytes) == recoveryCount()
        && SECTOR_ENTRY_COUNT.get(bytes) <= format.capacity(sector);
  }

  /**
   * {@return the entry at a place}
   *
   * @param format the block's format
   * @param sector 1 to 7
   * @param index its index in the sector, below the sector's capacity
   */
  public JournalEntry entry(JournalFormat format, int sector, int index) {
    var entry = entryBytes(format, sector, index);
    int word = ENTRY_WORD.get(entry);
    int operation = word & 3;
    int slot = (word >>> 2) & SLOT_MASK;
    long pagePbn = ((long) (word >>> (2 + SLOT_BITS)) << 32) | ENTRY_PBN.get(entry);
    var first = BlockMapEntry.unpack(packedAt(entry, MAPPING));
    if (format == JournalFormat.CURRENT) {
      var second = BlockMapEntry.unpack(packedAt(entry, UNMAPPING));
      return new JournalEntry(format, operation, pagePbn, slot, first, second);
    }
    boolean isIncrement = (operation & 1) != 0;
    return new JournalEntry(
        format,
        operation,
        pagePbn,
        slot,
        isIncrement ? first : BlockMapEntry.UNMAPPED,
        isIncrement ? BlockMapEntry.UNMAPPED : first);
  }

  /** Stores an entry at a place; its format decides the encoding. */
  public void setEntry(int sector, int index, JournalEntry entry) {
    var format = entry.format();
    var place = entryBytes(format, sector, index);
    ENTRY_WORD.set(
        place,
        (entry.operationCode() & 3)
            | ((entry.slot() & SLOT_MASK) << 2)
            | ((int) (entry.pagePbn() >>> 32) << (2 + SLOT_BITS)));
    ENTRY_PBN.set(place, entry.pagePbn());
    if (format == JournalFormat.CURRENT) {
      storeAt(place, MAPPING, entry.mapping());
      storeAt(place, UNMAPPING, entry.unmapping());
    } else {
      storeAt(
          place, MAPPING, (entry.operationCode() & 1) != 0 ? entry.mapping() : entry.unmapping());
    }
  }

  /** The fields of a block's header that do not follow from its entries. */
  public record Header(
      long blockMapHead,
      long slabJournalHead,
      long sequenceNumber,
      long nonce,
      JournalFormat format,
      long logicalBlocksUsed,
      long blockMapDataBlocks,
      int recoveryCount) {}

  /** Makes the bytes a block without entries. */
  public void format(Header header, long journalBlocks) {
    bytes.fill((byte) 0);
    BLOCK_MAP_HEAD.set(bytes, header.blockMapHead());
    SLAB_JOURNAL_HEAD.set(bytes, header.slabJournalHead());
    SEQUENCE_NUMBER.set(bytes, header.sequenceNumber());
    NONCE.set(bytes, header.nonce());
    TYPE.set(bytes, header.format().metadataType());
    LOGICAL_BLOCKS_USED.set(bytes, header.logicalBlocksUsed());
    BLOCK_MAP_DATA_BLOCKS.set(bytes, header.blockMapDataBlocks());
    CHECK_BYTE.set(bytes, checkByteOf(header.sequenceNumber(), journalBlocks));
    RECOVERY_COUNT.set(bytes, header.recoveryCount());
  }

  /** Stores the heads, which move on while the block is filled. */
  public void setHeads(long blockMapHead, long slabJournalHead) {
    BLOCK_MAP_HEAD.set(bytes, blockMapHead);
    SLAB_JOURNAL_HEAD.set(bytes, slabJournalHead);
  }

  /**
   * Adds an entry behind the last one and starts its sector if it is the first there.
   *
   * @return whether there was room
   */
  public boolean append(JournalEntry entry) {
    var format = entry.format();
    int count = entryCount();
    if (count >= format.entriesPerBlock()) {
      return false;
    }
    int sector = 1 + count / format.entriesPerSector();
    int index = count % format.entriesPerSector();
    var sectorBytes = sector(sector);
    if (index == 0) {
      SECTOR_CHECK_BYTE.set(sectorBytes, checkByte());
      SECTOR_RECOVERY_COUNT.set(sectorBytes, recoveryCount());
    }
    setEntry(sector, index, entry);
    SECTOR_ENTRY_COUNT.set(sectorBytes, index + 1);
    ENTRY_COUNT.set(bytes, count + 1);
    return true;
  }

  private MemorySegment sector(int sector) {
    return bytes.asSlice((long) sector * BlockSize.SECTOR, BlockSize.SECTOR);
  }

  private MemorySegment entryBytes(JournalFormat format, int sector, int index) {
    return sector(sector)
        .asSlice(
            SECTOR_STRUCT.sizeBytes() + (long) index * format.entryBytes(), format.entryBytes());
  }

  private static long packedAt(MemorySegment entry, Field.Raw field) {
    long packed = 0;
    for (int i = BlockMapEntry.SIZE_BYTES - 1; i >= 0; i--) {
      packed = (packed << 8) | (entry.get(ValueLayout.JAVA_BYTE, field.offsetBytes() + i) & 0xff);
    }
    return packed;
  }

  private static void storeAt(MemorySegment entry, Field.Raw field, BlockMapEntry value) {
    long packed = value.pack();
    for (int i = 0; i < BlockMapEntry.SIZE_BYTES; i++) {
      entry.set(ValueLayout.JAVA_BYTE, field.offsetBytes() + i, (byte) (packed >>> (8 * i)));
    }
  }
}
