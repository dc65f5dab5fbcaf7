package io.vdotools.engine;

import io.vdotools.VdoException;
import io.vdotools.format.BlockSize;
import io.vdotools.format.Limits;
import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.BlockMapPage;
import io.vdotools.format.blockmap.MappingState;
import io.vdotools.format.depot.SlabGeometry;
import io.vdotools.model.BlockMapPiece;
import io.vdotools.model.MappingRun;
import io.vdotools.model.UnreadableCause;
import io.vdotools.model.UnreadableMapping;
import io.vdotools.model.VolumeVisitor;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Makes runs, as long as can be, of the entries of a leaf page.
 *
 * <p>An entry carries a run on if it is the one that was expected: a comparison of two numbers.
 * Only where a run ends is an entry taken apart.
 */
final class MappingRuns {
  private static final long NOTHING = -1;
  private static final long NEXT_PBN = 1L << Byte.SIZE;
  private static final long LOW_PBN_BITS = 0xffff_ffffL << Byte.SIZE;

  private static final int ENTRIES = BlockMapPage.ENTRIES;

  private final SlabGeometry slabs;
  private final byte[] page = new byte[BlockSize.BLOCK];
  private final MemorySegment ofPage = MemorySegment.ofArray(page);
  // The entries of the page, and one that carries on no run.
  private final long[] packed = new long[ENTRIES + 1];
  // Their PBNs, with the sign set unless an entry is a run by itself.
  private final long[] singles = new long[ENTRIES];

  MappingRuns(SlabGeometry slabs) {
    this.slabs = slabs;
  }

  /**
   * Tells the mappings of some slots of a page.
   *
   * @param buffer holds the page
   * @param offset where the page begins there, in bytes
   * @param pageLbn the LBN of slot 0
   * @param from the first slot
   * @param to the slot behind the last
   * @param visitor is told
   */
  void tell(
      MemorySegment buffer, long offset, long pageLbn, int from, int to, VolumeVisitor visitor)
      throws VdoException {
    load(buffer, offset);
    int slot = from;
    while ((slot = nextUsed(slot, to)) < to) {
      long entry = packed[slot];
      var fault = fault(slabs, entry);
      int end = fault == null ? endOfRun(entry, slot, to) : slot + 1;
      if (fault == null) {
        visitor.mapping(run(entry, pageLbn + slot, end - slot));
      } else {
        visitor.unreadableMapping(
            new UnreadableMapping(pageLbn + slot, BlockMapEntry.unpack(entry), fault));
      }
      slot = end;
    }
  }

  /**
   * Puts the mappings of some slots of a page into a piece, unless one of them makes no sense.
   *
   * @param buffer holds the page
   * @param offset where the page begins there, in bytes
   * @param pageLbn the LBN of slot 0
   * @param from the first slot
   * @param to the slot behind the last
   * @param piece takes them
   * @return whether all make sense; otherwise some may be in the piece
   */
  boolean put(
      MemorySegment buffer, long offset, long pageLbn, int from, int to, BlockMapPiece piece) {
    load(buffer, offset);
    boolean isMarked = false;
    int slot = from;
    while ((slot = nextUsed(slot, to)) < to) {
      long entry = packed[slot];
      if (fault(slabs, entry) != null) {
        return false;
      }
      int end = endOfRun(entry, slot, to);
      if (end == slot + 1 && !isMarked) {
        // Where mappings are scattered that is so of nearly all of them.
        markSingles();
        isMarked = true;
      }
      int endOfSingles = isMarked ? endOfSingles(slot, to) : slot;
      if (endOfSingles > slot) {
        piece.singles(pageLbn + slot, singles, slot, endOfSingles);
        slot = endOfSingles;
      } else {
        add(entry, pageLbn + slot, end - slot, piece);
        slot = end;
      }
    }
    return true;
  }

  /** Looks for mappings to data that the entry behind them does not carry on. */
  private void markSingles() {
    long[] from = packed;
    long[] into = singles;
    long first = slabs.firstBlock();
    long last = slabs.totalBlocks() - 1;
    long mask = slabs.slabBlocks() - 1L;
    long lastData = slabs.dataBlocks() - 1L;
    for (int slot = 0; slot < ENTRIES; slot++) {
      long entry = from[slot];
      long pbn = BlockMapEntry.pbn(entry);
      long block = pbn - first;
      long otherState = BlockMapEntry.state(entry) ^ MappingState.UNCOMPRESSED;
      long isNoData = block | (last - block) | (lastData - (block & mask)) | -otherState;
      long toNext = from[slot + 1] - entry - NEXT_PBN;
      // What comes next is not told by a sum then.
      long toOverflow = (entry & LOW_PBN_BITS) ^ LOW_PBN_BITS;
      long isCarriedOn = ~(toNext | -toNext) | ~(toOverflow | -toOverflow);
      into[slot] = pbn | ((isNoData | isCarriedOn) & Long.MIN_VALUE);
    }
  }

  private int endOfSingles(int from, int to) {
    int slot = from;
    while (slot < to && singles[slot] >= 0) {
      slot++;
    }
    return slot;
  }

  private void load(MemorySegment buffer, long offset) {
    // A copy on the heap: the compiler knows its bounds.
    MemorySegment.copy(buffer, offset, ofPage, 0, page.length);
    unpack();
  }

  private void unpack() {
    for (int slot = 0; slot < ENTRIES; slot++) {
      packed[slot] = BlockMapPage.entry(page, slot);
    }
  }

  /** {@return the first slot with an entry from one on, or the end} */
  private int nextUsed(int from, int to) {
    int slot = from;
    while (slot < to && packed[slot] == 0) {
      slot++;
    }
    return slot;
  }

  /** {@return the slot behind the run that begins with an entry} */
  private int endOfRun(long first, int slot, int to) {
    long step = step(first);
    long expected = next(first, step);
    long lastPbn = BlockMapEntry.pbn(first);
    if (slot + 1 >= to || packed[slot + 1] != expected) {
      return slot + 1;
    }
    int limit = to;
    if (step == NEXT_PBN) {
      // What follows the data blocks of the slab cannot carry a run on.
      long slabEnd = slabs.slabStart(slabs.slabOf(lastPbn)) + slabs.dataBlocks();
      limit = (int) Math.min(to, slot + slabEnd - lastPbn);
    }
    int end = slot + 1;
    while (end < limit && packed[end] == expected) {
      expected = next(expected, step);
      end++;
    }
    return end;
  }

  /** How far the next entry of a run is from one. */
  private static long step(long packed) {
    if (packed == MappingState.UNCOMPRESSED) {
      return 0;
    }
    return MappingState.isCompressed(BlockMapEntry.state(packed)) ? 1 : NEXT_PBN;
  }

  private static long next(long packed, long step) {
    if (step == 1) {
      return BlockMapEntry.state(packed) == MappingState.COMPRESSED_MAX ? NOTHING : packed + 1;
    }
    if (step == NEXT_PBN && (packed & LOW_PBN_BITS) == LOW_PBN_BITS) {
      // The upper bits of the PBN lie below the lower ones.
      return BlockMapEntry.pack(BlockMapEntry.pbn(packed) + 1, BlockMapEntry.state(packed));
    }
    return packed + step;
  }

  private static MappingRun run(long packed, long lbn, int count) {
    if (packed == MappingState.UNCOMPRESSED) {
      return new MappingRun.Zeros(lbn, count);
    }
    long pbn = BlockMapEntry.pbn(packed);
    int state = BlockMapEntry.state(packed);
    return MappingState.isCompressed(state)
        ? new MappingRun.Fragments(lbn, count, pbn, MappingState.fragment(state))
        : new MappingRun.Data(lbn, count, pbn);
  }

  private static void add(long packed, long lbn, int count, BlockMapPiece piece) {
    long pbn = BlockMapEntry.pbn(packed);
    int state = BlockMapEntry.state(packed);
    if (MappingState.isCompressed(state)) {
      piece.fragments(lbn, count, pbn, MappingState.fragment(state));
    } else if (pbn == Limits.ZERO_BLOCK) {
      piece.zeros(lbn, count);
    } else {
      piece.data(lbn, count, pbn);
    }
  }

  /** {@return what is wrong with an entry of a leaf page, null if nothing is} */
  static @Nullable UnreadableCause fault(SlabGeometry slabs, long packed) {
    if (!BlockMapEntry.isValid(packed)) {
      return UnreadableCause.INVALID_ENTRY;
    }
    long pbn = BlockMapEntry.pbn(packed);
    return pbn == 0 || slabs.isDataBlock(pbn) ? null : UnreadableCause.NOT_A_DATA_BLOCK;
  }
}
