package io.vdotools.tool.stats;

import io.vdotools.engine.LogicalVolume;
import io.vdotools.model.LossCounter;
import java.util.List;
import java.util.OptionalInt;

/**
 * All that is told of a volume.
 *
 * @param volume the volume
 * @param space what its physical blocks are used for
 * @param mappings what its logical blocks are mapped to
 * @param leafPages pages of the block map that hold mappings
 * @param blocks the blocks that hold data
 * @param sharing how many blocks have how many references, by that number
 * @param slabs every slab
 * @param losses what could not be read, and is missing in all the rest
 * @param doubts what casts a doubt on all of it, a sentence each
 */
record Figures(
    LogicalVolume volume,
    Space space,
    Mappings mappings,
    long leafPages,
    DataBlocks blocks,
    List<Shared> sharing,
    List<SlabFigures> slabs,
    LossCounter losses,
    List<String> doubts) {

  /** Copies the lists. */
  Figures {
    sharing = List.copyOf(sharing);
    slabs = List.copyOf(slabs);
    doubts = List.copyOf(doubts);
  }

  /**
   * Logical blocks.
   *
   * @param plain those mapped to a whole block
   * @param compressed those mapped to a fragment
   * @param zero those written with zeros, which take no block
   */
  record Mappings(long plain, long compressed, long zero) {
    /** {@return all that are mapped} */
    long total() {
      return plain + compressed + zero;
    }
  }

  /**
   * Blocks with data.
   *
   * @param plain those that hold one logical block each, however many have it in common
   * @param compressed those that hold fragments
   */
  record DataBlocks(long plain, long compressed) {
    /** {@return all} */
    long total() {
      return plain + compressed;
    }
  }

  /**
   * Blocks that are shared alike.
   *
   * @param references how many logical blocks refer to each, 1 if it is not shared
   * @param blocks how many blocks there are
   */
  record Shared(int references, long blocks) {}

  /** {@return blocks that zeros do not take} */
  long savedByZeros() {
    return mappings.zero();
  }

  /** {@return blocks that are not needed because whole blocks are shared} */
  long savedByDeduplication() {
    return Math.max(0, mappings.plain() - blocks.plain());
  }

  /**
   * {@return blocks that are not needed because several logical blocks, equal ones among them, lie
   * in one compressed block}
   */
  long savedByCompression() {
    return Math.max(0, mappings.compressed() - blocks.compressed());
  }

  /**
   * {@return how many of a hundred mapped blocks take no block, as VDO's own statistics count it;
   * nothing if none is mapped}
   */
  OptionalInt savingPercent() {
    long mapped = mappings.total();
    return mapped == 0
        ? OptionalInt.empty()
        : OptionalInt.of((int) Math.max(0, 100 * (mapped - blocks.total()) / mapped));
  }

  /** {@return whether the figures are those of the whole volume} */
  boolean isSound() {
    return losses.isNone();
  }
}
