package io.vdotools.model;

import io.vdotools.format.blockmap.BlockMapEntry;
import io.vdotools.format.blockmap.MappingState;

/** Consecutive LBNs, and what they are mapped to. */
public sealed interface MappingRun {
  /** {@return the first LBN} */
  long firstLbn();

  /** {@return the number of LBNs, at least 1} */
  long count();

  /**
   * {@return the block map entry of one of the LBNs}
   *
   * @param index 0 to {@code count - 1}
   */
  BlockMapEntry entry(long index);

  /** Adds this to a piece. */
  void addTo(BlockMapPiece piece);

  /**
   * LBNs mapped to whole blocks of data, each to the PBN after that of the LBN before it.
   *
   * @param firstLbn the first LBN
   * @param count the number of LBNs
   * @param firstPbn the PBN of the first LBN
   */
  record Data(long firstLbn, long count, long firstPbn) implements MappingRun {
    @Override
    public BlockMapEntry entry(long index) {
      return new BlockMapEntry(firstPbn + index, MappingState.UNCOMPRESSED);
    }

    @Override
    public void addTo(BlockMapPiece piece) {
      piece.data(firstLbn, count, firstPbn);
    }
  }

  /**
   * LBNs mapped to the zero block: written with zeros.
   *
   * @param firstLbn the first LBN
   * @param count the number of LBNs
   */
  record Zeros(long firstLbn, long count) implements MappingRun {
    @Override
    public BlockMapEntry entry(long index) {
      return BlockMapEntry.ZERO;
    }

    @Override
    public void addTo(BlockMapPiece piece) {
      piece.zeros(firstLbn, count);
    }
  }

  /**
   * LBNs mapped to fragments of one compressed block, each to the fragment after that of the LBN
   * before it.
   *
   * @param firstLbn the first LBN
   * @param count the number of LBNs, at most 14
   * @param pbn the compressed block
   * @param firstFragment the fragment of the first LBN, 0 to 13
   */
  record Fragments(long firstLbn, long count, long pbn, int firstFragment) implements MappingRun {
    @Override
    public BlockMapEntry entry(long index) {
      return new BlockMapEntry(pbn, MappingState.ofFragment(firstFragment + (int) index));
    }

    @Override
    public void addTo(BlockMapPiece piece) {
      piece.fragments(firstLbn, count, pbn, firstFragment);
    }
  }
}
