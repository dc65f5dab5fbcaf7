package io.vdotools.engine.salvage;

import io.vdotools.format.BlockSize;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.format.depot.SlabGeometry;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A block looked at as the page of a place: which parts of the header are right, and which entries
 * are possible ones.
 */
final class PageExam {
  /** What a block is good for as the page of a place. */
  enum Verdict {
    /** A page as it should be, entries aside. */
    SOUND,
    /** A page with entries whose header is damaged in a way that leaves no doubt what it was. */
    REPAIRABLE,
    /** A sound page of this volume that says that it lies elsewhere. */
    ELSEWHERE,
    /** Nothing was ever written here completely, or no entries. */
    BLANK,
    /** A page of another volume, or of an earlier one in the same place. */
    FOREIGN,
    /** No page. */
    GARBAGE
  }

  private final byte[] bytes;
  private final long pbn;
  private final Verdict verdict;
  private final long claimed;
  private final int entries;
  private final int possible;
  private final int destroyed;

  private PageExam(
      byte[] bytes,
      long pbn,
      Verdict verdict,
      long claimed,
      int entries,
      int possible,
      int destroyed) {
    this.bytes = bytes;
    this.pbn = pbn;
    this.verdict = verdict;
    this.claimed = claimed;
    this.entries = entries;
    this.possible = possible;
    this.destroyed = destroyed;
  }

  /** {@return the block, not a copy of it} */
  byte[] bytes() {
    return bytes;
  }

  /** {@return where the page belongs} */
  long pbn() {
    return pbn;
  }

  /** {@return what it is} */
  Verdict verdict() {
    return verdict;
  }

  /** {@return the PBN in its header} */
  long claimed() {
    return claimed;
  }

  /** {@return how many entries are not empty} */
  int entries() {
    return entries;
  }

  /** {@return how many of these are possible ones} */
  int possible() {
    return possible;
  }

  /** {@return the sectors with impossible entries among others, a bit each} */
  int destroyed() {
    return destroyed;
  }

  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** The first eight bytes of every page. */
  static final long VERSION_WORD =
      (BlockMapPage.VERSION.minor() << 32) | BlockMapPage.VERSION.major();

  static final int NONCE_AT = 8;
  static final int PBN_AT = 16;

  // Two volumes that were formatted one after the other differ in more bits of the time.
  private static final int MOST_BITS_FLIPPED = 2;

  static PageExam of(byte[] bytes, long pbn, int height, Ground ground) {
    var page = new BlockMapPage(MemorySegment.ofArray(bytes));
    int entries = 0;
    int possible = 0;
    int suspicious = 0;
    for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
      long packed = BlockMapPage.entry(bytes, slot);
      if (packed == 0) {
        continue;
      }
      entries++;
      if (isPossible(packed, height, ground.slabs())) {
        possible++;
      } else {
        suspicious |= sectorsOf(slot);
      }
    }
    return new PageExam(
        bytes,
        pbn,
        verdict(page, pbn, entries, possible, ground.nonce()),
        page.pbn(),
        entries,
        possible,
        destroyed(bytes, suspicious, height, ground.slabs()));
  }

  private static Verdict verdict(
      BlockMapPage page, long pbn, int entries, int possible, long nonce) {
    boolean hasVersion = page.bytes().get(WORD, 0) == VERSION_WORD;
    boolean hasNonce = page.nonce() == nonce;
    boolean hasPbn = page.pbn() == pbn;
    if (hasVersion && hasNonce && hasPbn && page.isInitialized()) {
      return Verdict.SOUND;
    }
    if (entries == 0) {
      return Verdict.BLANK;
    }
    if (hasVersion && hasNonce && !hasPbn) {
      return page.isInitialized() ? Verdict.ELSEWHERE : Verdict.GARBAGE;
    }
    boolean isWhole = possible == entries;
    if (hasNonce && hasPbn) {
      return isWhole ? Verdict.REPAIRABLE : Verdict.GARBAGE;
    }
    if (hasVersion && !hasNonce) {
      boolean isNear = Long.bitCount(page.nonce() ^ nonce) <= MOST_BITS_FLIPPED;
      return isNear && hasPbn && isWhole ? Verdict.REPAIRABLE : Verdict.FOREIGN;
    }
    return Verdict.GARBAGE;
  }

  /** {@return whether a page of a height could hold the entry} */
  static boolean isPossible(long packed, int height, SlabGeometry slabs) {
    long pbn = BlockMapEntry.pbn(packed);
    if (height > 0) {
      return BlockMapEntry.state(packed) == MappingState.UNCOMPRESSED && slabs.isDataBlock(pbn);
    }
    return BlockMapEntry.isValid(packed) && (pbn == 0 || slabs.isDataBlock(pbn));
  }

  /** The sectors that hold bytes of a slot. */
  static int sectorsOf(int slot) {
    int first = BlockMapPage.HEADER_BYTES + slot * BlockMapEntry.SIZE_BYTES;
    int last = first + BlockMapEntry.SIZE_BYTES - 1;
    return (1 << (first / BlockSize.SECTOR)) | (1 << (last / BlockSize.SECTOR));
  }

  /**
   * Of the sectors with an impossible entry those that are destroyed: where one entry in four or
   * more is impossible, the others are so by chance only.
   */
  private static int destroyed(byte[] bytes, int suspicious, int height, SlabGeometry slabs) {
    if (suspicious == 0) {
      return 0;
    }
    var all = new int[BlockSize.SECTORS_PER_BLOCK];
    var bad = new int[BlockSize.SECTORS_PER_BLOCK];
    for (int slot = 0; slot < BlockMapPage.ENTRIES; slot++) {
      long packed = BlockMapPage.entry(bytes, slot);
      int sectors = sectorsOf(slot);
      // An entry across two sectors says nothing about either.
      if (packed == 0 || Integer.bitCount(sectors) != 1) {
        continue;
      }
      int sector = Integer.numberOfTrailingZeros(sectors);
      all[sector]++;
      bad[sector] += isPossible(packed, height, slabs) ? 0 : 1;
    }
    int destroyed = 0;
    for (int sector = 0; sector < all.length; sector++) {
      destroyed |= bad[sector] >= 3 && bad[sector] * 4 >= all[sector] ? 1 << sector : 0;
    }
    return destroyed;
  }

  /** {@return the entry of a slot, 0 where its sector is destroyed or it is impossible} */
  long entry(int slot, int height, SlabGeometry slabs) {
    long packed = BlockMapPage.entry(bytes, slot);
    return (sectorsOf(slot) & destroyed) == 0 && isPossible(packed, height, slabs) ? packed : 0;
  }

  /** {@return what is wrong with the page, in words} */
  String fault() {
    return switch (verdict) {
      case SOUND ->
          destroyed != 0
              ? Integer.bitCount(destroyed) + " of its sectors are destroyed"
              : "it has entries that are impossible";
      case REPAIRABLE -> "its header is damaged";
      case ELSEWHERE -> "its header says that it lies at PBN " + Long.toUnsignedString(claimed);
      case BLANK -> "there are no entries in the block";
      case FOREIGN -> "it is a page of another volume";
      case GARBAGE -> "the block holds no page";
    };
  }
}
