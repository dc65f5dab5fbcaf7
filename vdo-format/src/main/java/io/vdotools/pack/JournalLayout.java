package io.vdotools.pack;

import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapEntry;
import org.jspecify.annotations.Nullable;

/**
 * Where the numbers of a block of the recovery journal stand (format-spec, section 8), in an array.
 * {@code RecoveryJournalBlock} says the same of memory segments, and allocates for each entry.
 */
final class JournalLayout {
  static final int BLOCK_MAP_HEAD = 0;
  static final int SLAB_JOURNAL_HEAD = 8;
  static final int SEQUENCE = 16;
  static final int NONCE = 24;
  static final int TYPE = 32;
  static final int COUNT = 33;
  static final int LOGICAL_USED = 35;
  static final int BLOCK_MAP_DATA = 43;
  static final int CHECK = 51;
  static final int RECOVERY = 52;
  static final int HEADER_BYTES = 53;
  static final int SECTOR_HEADER_BYTES = 3;

  private static final int CURRENT_TYPE = 3;
  private static final int OLD_TYPE = 1;
  private static final int LAST_OLD_SECTOR_ENTRIES = 35;

  private JournalLayout() {}

  /** One of the two generations of entries. */
  enum Generation {
    CURRENT(1, CURRENT_TYPE, 16, 31, 217),
    OLD(2, OLD_TYPE, 11, 46, 311);

    /** What stands for it in a pack. */
    final int symbol;

    final int type;
    final int entryBytes;
    final int sectorEntries;
    final int blockEntries;

    Generation(int symbol, int type, int entryBytes, int sectorEntries, int blockEntries) {
      this.symbol = symbol;
      this.type = type;
      this.entryBytes = entryBytes;
      this.sectorEntries = sectorEntries;
      this.blockEntries = blockEntries;
    }

    /** {@return the generation with a symbol, null if there is none} */
    static @Nullable Generation of(int symbol) {
      return switch (symbol) {
        case 1 -> CURRENT;
        case 2 -> OLD;
        default -> null;
      };
    }

    /** {@return the most entries in a sector, 1 to 7} */
    int mostEntries(int sector) {
      return this == OLD && sector == BlockSize.SECTORS_PER_BLOCK - 1
          ? LAST_OLD_SECTOR_ENTRIES
          : sectorEntries;
    }
  }

  /**
   * {@return the generation of a block that can be taken apart, null if it cannot}
   *
   * @param at where the block begins
   */
  static @Nullable Generation generation(byte[] bytes, int at, long nonce) {
    if (LittleEndian.i64(bytes, at + NONCE) != nonce) {
      return null;
    }
    var generation =
        switch (bytes[at + TYPE]) {
          case CURRENT_TYPE -> Generation.CURRENT;
          case OLD_TYPE -> Generation.OLD;
          default -> null;
        };
    if (generation == null) {
      return null;
    }
    for (int sector = 1; sector < BlockSize.SECTORS_PER_BLOCK; sector++) {
      if (sectorCount(bytes, at, sector) > generation.mostEntries(sector)) {
        return null;
      }
    }
    return generation;
  }

  static int sectorCount(byte[] bytes, int at, int sector) {
    return bytes[at + sector * BlockSize.SECTOR + 2] & 0xff;
  }

  static int entryAt(int at, int sector, int index, Generation generation) {
    return at + sector * BlockSize.SECTOR + SECTOR_HEADER_BYTES + index * generation.entryBytes;
  }

  static int operation(byte[] bytes, int entry) {
    return bytes[entry] & 3;
  }

  static int slot(byte[] bytes, int entry) {
    return (LittleEndian.u16(bytes, entry) >>> 2) & 0x3ff;
  }

  static long page(byte[] bytes, int entry) {
    return ((long) (LittleEndian.u16(bytes, entry) >>> 12) << 32)
        | (LittleEndian.i32(bytes, entry + 2) & 0xffff_ffffL);
  }

  static long mapping(byte[] bytes, int entry) {
    return packed(bytes, entry + 6);
  }

  static long unmapping(byte[] bytes, int entry) {
    return packed(bytes, entry + 6 + BlockMapEntry.SIZE_BYTES);
  }

  private static long packed(byte[] bytes, int at) {
    return (bytes[at] & 0xffL) | ((LittleEndian.i32(bytes, at + 1) & 0xffff_ffffL) << 8);
  }

  static void putPlace(byte[] bytes, int entry, int operation, int slot, long page) {
    LittleEndian.putU16(bytes, entry, operation | (slot << 2) | (int) (page >>> 32) << 12);
    LittleEndian.putI32(bytes, entry + 2, (int) page);
  }

  static void putMapping(byte[] bytes, int entry, long packed) {
    putPacked(bytes, entry + 6, packed);
  }

  static void putUnmapping(byte[] bytes, int entry, long packed) {
    putPacked(bytes, entry + 6 + BlockMapEntry.SIZE_BYTES, packed);
  }

  private static void putPacked(byte[] bytes, int at, long packed) {
    bytes[at] = (byte) packed;
    LittleEndian.putI32(bytes, at + 1, (int) (packed >>> 8));
  }
}
