package io.vdotools.pack;

import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.MappingState;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a page of the block map, taken apart: a symbol for each, and the PBNs of plain and
 * of compressed blocks, in the order of the slots.
 *
 * <p>Every entry goes through the same steps, whatever it is; tables say what its symbol means.
 */
final class PageEntries {
  static final int ENTRIES = BlockMapPage.ENTRIES;

  // Symbols: up to 15 the mapping state, with a PBN unless it is 0; then state 0 with a PBN, state
  // 1 with PBN 0, and what the recovery journal tells.
  private static final int UNMAPPED = MappingState.UNMAPPED;
  private static final int PLAIN = MappingState.UNCOMPRESSED;
  private static final int UNMAPPED_WITH_PBN = 16;
  private static final int ZERO_BLOCK = 17;
  private static final int AS_IN_JOURNAL = 18;
  private static final int SYMBOL_MASK = 0x1f;

  // Symbols of eight slots, of which most are alike.
  private static final int GROUP = Long.BYTES;
  private static final long ALL_UNMAPPED = 0;
  private static final long ALL_PLAIN = 0x0101_0101_0101_0101L;
  private static final long NO_GROUP = -1;

  private static final int BLOCK = FrameCodec.BLOCK;
  private static final int FIRST = BlockMapPage.HEADER_BYTES;
  private static final int LAST_SLOT = ENTRIES - 1;
  private static final int STATE_MASK = 0xf;

  // By symbol: a one in the place where the PBNs of its sort are counted.
  private static final int[] COUNTED = new int[SYMBOL_MASK + 1];
  private static final int COMPRESSED_SHIFT = 10;
  private static final int TOLD_SHIFT = 2 * COMPRESSED_SHIFT;
  private static final int COUNT_MASK = (1 << COMPRESSED_SHIFT) - 1;
  // By symbol: the state.
  private static final byte[] STATES = new byte[SYMBOL_MASK + 1];
  // By state, and behind these by state of entries with PBN 0.
  private static final byte[] SYMBOL_OF = new byte[2 * (STATE_MASK + 1)];

  static {
    for (int state = 0; state <= STATE_MASK; state++) {
      STATES[state] = (byte) state;
      COUNTED[state] = MappingState.isCompressed(state) ? 1 << COMPRESSED_SHIFT : 1;
      SYMBOL_OF[state] = (byte) state;
      SYMBOL_OF[STATE_MASK + 1 + state] = (byte) state;
    }
    COUNTED[UNMAPPED] = 0;
    COUNTED[UNMAPPED_WITH_PBN] = 1;
    COUNTED[AS_IN_JOURNAL] = 1 << TOLD_SHIFT;
    STATES[ZERO_BLOCK] = PLAIN;
    SYMBOL_OF[UNMAPPED] = UNMAPPED_WITH_PBN;
    SYMBOL_OF[STATE_MASK + 1 + PLAIN] = ZERO_BLOCK;
  }

  private final long[] packed = new long[ENTRIES];
  private final byte[] ownSymbols = new byte[ENTRIES];
  private byte[] symbols = ownSymbols;
  private int firstSymbol;
  private boolean areAllPlain;
  // The places behind the last ones are looked at in vain.
  private final long[] plain = new long[ENTRIES + GROUP];
  private final long[] compressed = new long[ENTRIES + GROUP];
  private int plainCount;
  private int compressedCount;
  private int toldCount;

  /** {@return the packed entries as they were loaded} */
  long[] packed() {
    return packed;
  }

  /** {@return the symbols of a page that was taken apart, one for each slot} */
  byte[] symbols() {
    return ownSymbols;
  }

  /** {@return the PBNs of plain blocks} */
  long[] plain() {
    return plain;
  }

  int plainCount() {
    return plainCount;
  }

  /** {@return the PBNs of compressed blocks} */
  long[] compressed() {
    return compressed;
  }

  int compressedCount() {
    return compressedCount;
  }

  /** Loads the entries of a page that begins at a place. */
  void load(byte[] content, int at) {
    int where = at + FIRST;
    for (int slot = 0; slot < LAST_SLOT; slot++) {
      packed[slot] = LittleEndian.i64(content, where) & BlockMapEntry.MASK;
      where += BlockMapEntry.SIZE_BYTES;
    }
    // The last entry ends with the page.
    packed[LAST_SLOT] = LittleEndian.i64(content, at + BLOCK - Long.BYTES) >>> 24;
  }

  /**
   * Takes the loaded entries apart.
   *
   * @param told what the recovery journal says of each slot, null if nothing
   * @return whether all slots have the same symbol
   */
  boolean takeApart(long @Nullable [] told) {
    if (told == null && isPlain(packed[0]) && isPlain(packed[LAST_SLOT]) && arePlain()) {
      ownSymbols[0] = PLAIN;
      count(ENTRIES);
      return true;
    }
    int counted = 0;
    int slot = 0;
    for (; slot + GROUP <= ENTRIES && told == null; slot += GROUP) {
      counted = takeApartGroup(slot, counted);
    }
    count(takeApart(slot, ENTRIES, counted, told));
    return Arrays.equals(ownSymbols, 0, LAST_SLOT, ownSymbols, 1, ENTRIES);
  }

  /**
   * Takes the entries of eight slots apart, which mostly are of one sort.
   *
   * @param counted the counts of those before
   * @return the counts with these
   */
  private int takeApartGroup(int slot, int counted) {
    long states = 0;
    for (int i = 0; i < GROUP; i++) {
      states |= (packed[slot + i] & STATE_MASK) << (i * Byte.SIZE);
    }
    LittleEndian.putI64(ownSymbols, slot, states);
    if (areAllPlain(states)) {
      int plains = counted & COUNT_MASK;
      long zeros = 0;
      for (int i = 0; i < GROUP; i++) {
        long pbn = BlockMapEntry.pbn(packed[slot + i]);
        plain[plains + i] = pbn;
        zeros |= pbn - 1;
      }
      if (zeros >= 0) {
        return counted + GROUP;
      }
    } else if (areAllCompressed(states)) {
      int compresseds = (counted >>> COMPRESSED_SHIFT) & COUNT_MASK;
      for (int i = 0; i < GROUP; i++) {
        compressed[compresseds + i] = BlockMapEntry.pbn(packed[slot + i]);
      }
      return counted + (GROUP << COMPRESSED_SHIFT);
    }
    return takeApart(slot, slot + GROUP, counted, null);
  }

  private int takeApart(int first, int end, int countedBefore, long @Nullable [] told) {
    int counted = countedBefore;
    for (int slot = first; slot < end; slot++) {
      long entry = packed[slot];
      long pbn = BlockMapEntry.pbn(entry);
      int isZero = (int) ((pbn - 1) >>> (Long.SIZE - 1));
      int symbol = SYMBOL_OF[isZero * (STATE_MASK + 1) + BlockMapEntry.state(entry)];
      if (told != null && told[slot] == entry) {
        symbol = AS_IN_JOURNAL;
      }
      ownSymbols[slot] = (byte) symbol;
      plain[counted & COUNT_MASK] = pbn;
      compressed[(counted >>> COMPRESSED_SHIFT) & COUNT_MASK] = pbn;
      counted += COUNTED[symbol];
    }
    return counted;
  }

  private static boolean isPlain(long entry) {
    return BlockMapEntry.state(entry) == PLAIN;
  }

  private void count(int counted) {
    plainCount = counted & COUNT_MASK;
    compressedCount = (counted >>> COMPRESSED_SHIFT) & COUNT_MASK;
    toldCount = counted >>> TOLD_SHIFT;
  }

  /** {@return whether all entries are plain blocks, whose PBNs are then already told} */
  private boolean arePlain() {
    long states = 0;
    long zeros = 0;
    for (int slot = 0; slot < ENTRIES; slot++) {
      long entry = packed[slot];
      long pbn = BlockMapEntry.pbn(entry);
      plain[slot] = pbn;
      states |= entry ^ PLAIN;
      zeros |= pbn - 1;
    }
    return (states & STATE_MASK) == 0 && zeros >= 0;
  }

  /**
   * Learns the symbols of a page, and so how many PBNs there are.
   *
   * @param bytes hold them; they stay as they are until the page is put together
   * @param at where they begin
   */
  void setSymbols(byte[] bytes, int at) throws FormatFault {
    int counted = 0;
    int excess = 0;
    for (int slot = 0; slot < ENTRIES; ) {
      long group = group(bytes, at, slot);
      if (areAllPlain(group)) {
        counted += GROUP;
        slot += GROUP;
      } else if (areAllCompressed(group)) {
        counted += GROUP << COMPRESSED_SHIFT;
        slot += GROUP;
      } else if (group == ALL_UNMAPPED) {
        slot += GROUP;
      } else {
        for (int end = Math.min(ENTRIES, slot + GROUP); slot < end; slot++) {
          int symbol = bytes[at + slot] & 0xff;
          excess |= AS_IN_JOURNAL - symbol;
          counted += COUNTED[symbol & SYMBOL_MASK];
        }
      }
    }
    if (excess < 0) {
      throw new FormatFault("unknown symbols for mapping states");
    }
    symbols = bytes;
    firstSymbol = at;
    areAllPlain = false;
    count(counted);
  }

  /** {@return the symbols of eight slots, or of none of the sorts below if these are the last} */
  private static long group(byte[] bytes, int at, int slot) {
    return slot + GROUP <= ENTRIES ? LittleEndian.i64(bytes, at + slot) : NO_GROUP;
  }

  private static boolean areAllPlain(long group) {
    return group == ALL_PLAIN;
  }

  /** {@return whether eight symbols are 2 to 15 each} */
  private static boolean areAllCompressed(long group) {
    return (group & 0xf0f0_f0f0_f0f0_f0f0L) == 0
        && (group + 0x7e7e_7e7e_7e7e_7e7eL & 0x8080_8080_8080_8080L) == 0x8080_8080_8080_8080L;
  }

  /** Learns the symbol that all slots of a page share. */
  void setSymbol(int symbol) throws FormatFault {
    Arrays.fill(ownSymbols, (byte) symbol);
    setSymbols(ownSymbols, 0);
    areAllPlain = symbol == PLAIN;
  }

  /**
   * Puts the entries together and stores them in a page.
   *
   * @param told what the recovery journal says of each slot, null if nothing
   */
  void store(byte[] content, int at, long @Nullable [] told) throws FormatFault {
    if (toldCount > 0 && told == null) {
      throw new FormatFault("a mapping is as in the journal, which says nothing of the page");
    }
    if (areAllPlain) {
      for (int slot = 0; slot < ENTRIES; slot++) {
        packed[slot] = BlockMapEntry.pack(plain[slot], PLAIN);
      }
    } else {
      putTogether();
    }
    for (int slot = 0; slot < ENTRIES && toldCount > 0 && told != null; slot++) {
      if (symbols[firstSymbol + slot] == AS_IN_JOURNAL) {
        packed[slot] = told[slot] & BlockMapEntry.MASK;
      }
    }
    int where = at + FIRST;
    for (int slot = 0; slot < LAST_SLOT; slot++) {
      // Three bytes too many, which the next one overwrites.
      LittleEndian.putI64(content, where, packed[slot]);
      where += BlockMapEntry.SIZE_BYTES;
    }
    content[where] = (byte) packed[LAST_SLOT];
    LittleEndian.putI32(content, where + 1, (int) (packed[LAST_SLOT] >>> Byte.SIZE));
  }

  private void putTogether() {
    int plains = 0;
    int compresseds = 0;
    for (int slot = 0; slot < ENTRIES; ) {
      long group = group(symbols, firstSymbol, slot);
      int end = Math.min(ENTRIES, slot + GROUP);
      if (areAllPlain(group)) {
        for (; slot < end; slot++) {
          packed[slot] = BlockMapEntry.pack(plain[plains++], PLAIN);
        }
      } else if (areAllCompressed(group)) {
        for (; slot < end; slot++) {
          packed[slot] = BlockMapEntry.pack(compressed[compresseds++], symbols[firstSymbol + slot]);
        }
      } else if (group == ALL_UNMAPPED) {
        Arrays.fill(packed, slot, end, 0);
        slot = end;
      } else {
        for (; slot < end; slot++) {
          int symbol = symbols[firstSymbol + slot] & SYMBOL_MASK;
          int isPlain = COUNTED[symbol] & 1;
          int isCompressed = (COUNTED[symbol] >>> COMPRESSED_SHIFT) & 1;
          long pbn = (plain[plains] & -isPlain) | (compressed[compresseds] & -isCompressed);
          packed[slot] = BlockMapEntry.pack(pbn, STATES[symbol]);
          plains += isPlain;
          compresseds += isCompressed;
        }
      }
    }
  }
}
