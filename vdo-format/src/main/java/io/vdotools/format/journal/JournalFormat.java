package io.vdotools.format.journal;

import io.vdotools.format.BlockSize;
import java.util.Optional;

/** The two formats of recovery journal blocks, told apart by the metadata type of each block. */
public enum JournalFormat {
  /** Of drivers up to 8.2: increments and decrements are entries of their own. */
  V1(1, 11),
  /** The current one: an entry names the old and the new place of a logical block. */
  CURRENT(3, 16);

  /** Bytes before the entries of a sector. */
  static final int SECTOR_HEADER_BYTES = 3;

  /** Sectors of a block that hold entries: all but the first, which holds the header. */
  public static final int ENTRY_SECTORS = BlockSize.SECTORS_PER_BLOCK - 1;

  /** Entries that the last sector of a V1 block holds: a leftover of a still older layout. */
  private static final int V1_ENTRIES_IN_LAST_SECTOR = 35;

  private final int metadataType;
  private final int entryBytes;

  JournalFormat(int metadataType, int entryBytes) {
    this.metadataType = metadataType;
    this.entryBytes = entryBytes;
  }

  /** {@return the type stored in the block's header} */
  public int metadataType() {
    return metadataType;
  }

  /** {@return the length of an entry, in bytes} */
  public int entryBytes() {
    return entryBytes;
  }

  /** {@return the most entries that a sector of a block holds} */
  public int entriesPerSector() {
    return (BlockSize.SECTOR - SECTOR_HEADER_BYTES) / entryBytes;
  }

  /**
   * {@return the most entries of one sector}
   *
   * @param sector 1 to 7
   */
  public int capacity(int sector) {
    return this == V1 && sector == ENTRY_SECTORS ? V1_ENTRIES_IN_LAST_SECTOR : entriesPerSector();
  }

  /** {@return the most entries of a block} */
  public int entriesPerBlock() {
    return (ENTRY_SECTORS - 1) * entriesPerSector() + capacity(ENTRY_SECTORS);
  }

  /** {@return the format with the given metadata type} */
  public static Optional<JournalFormat> ofType(int metadataType) {
    for (var format : values()) {
      if (format.metadataType == metadataType) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }
}
