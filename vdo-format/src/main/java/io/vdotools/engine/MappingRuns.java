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
import java.lang.foreign.ValueLayout;
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

  private final SlabGeometry slabs;
  private final byte[] page = new byte[BlockSize.BLOCK];

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
      long packed = BlockMapPage.entry(page, slot);
      var fault = fault(slabs, packed);
      int end = fault == null ? endOfRun(packed, slot, to) : slot + 1;
      if (fault == null) {
        visitor.mapping(run(packed, pageLbn + slot, end - slot));
      } else {
        visitor.unreadableMapping(
            new UnreadableMapping(pageLbn + slot, BlockMapEntry.unpack(packed), fault));
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
    int slot = from;
    while ((slot = nextUsed(slot, to)) < to) {
      long packed = BlockMapPage.entry(page, slot);
      if (fault(slabs, packed) != null) {
        return false;
      }
      int end = endOfRun(packed, slot, to);
      add(packed, pageLbn + slot, end - slot, piece);
      slot = end;
    }
    return true;
  }

  private void load(MemorySegment buffer, long offset) {
    // A copy on the heap: the compiler knows its bounds.
    MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, offset, page, 0, page.length);
  }

  /** {@return the first slot with an entry from one on, or the end} */
  private int nextUsed(int from, int to) {
    int slot = from;
    while (slot < to && BlockMapPage.entry(page, slot) == 0) {
      slot++;
    }
    return slot;
  }

  /** {@return the slot behind the run that begins with an entry} */
  private int endOfRun(long first, int slot, int to) {
    long step = step(first);
    long expected = next(first, step);
    long lastPbn = BlockMapEntry.pbn(first);
    if (slot + 1 >= to || BlockMapPage.entry(page, slot + 1) != expected) {
      // Where mappings are scattered that is so of nearly all of them.
      return slot + 1;
    }
    int limit = to;
    if (step == NEXT_PBN) {
      // What follows the data blocks of the slab cannot carry a run on.
      long slabEnd = slabs.slabStart(slabs.slabOf(lastPbn)) + slabs.dataBlocks();
      limit = (int) Math.min(to, slot + slabEnd - lastPbn);
    }
    int end = slot + 1;
    while (end < limit && BlockMapPage.entry(page, end) == expected) {
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
