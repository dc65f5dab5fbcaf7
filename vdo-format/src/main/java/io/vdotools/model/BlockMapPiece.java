package io.vdotools.model;

/**
 * Pages and mappings of a part of the block map, in the form that a visitor gives them: made by one
 * thread while others make other pieces, and handed to the visitor when it is their turn.
 *
 * <p>Marks tell how much there is: what was told between two of them is handed over together.
 *
 * @see VolumeVisitor#newPiece
 */
public interface BlockMapPiece {
  /** Adds a page, as {@link VolumeVisitor#page}. */
  void page(PagePlace page);

  /**
   * Adds mappings to whole blocks of data: a {@link MappingRun.Data}, without an object for each.
   *
   * @param firstLbn the first LBN
   * @param count the number of LBNs
   * @param firstPbn the PBN of the first LBN
   */
  void data(long firstLbn, long count, long firstPbn);

  /**
   * Adds mappings of consecutive LBNs none of which carries on the run of the one before.
   *
   * @param firstLbn the first LBN
   * @param pbns the blocks of data
   * @param from where that of the first LBN is
   * @param to the place behind that of the last LBN
   */
  default void singles(long firstLbn, long[] pbns, int from, int to) {
    for (int i = from; i < to; i++) {
      data(firstLbn + (i - from), 1, pbns[i]);
    }
  }

  /**
   * Adds mappings to the zero block: {@link MappingRun.Zeros}.
   *
   * @param firstLbn the first LBN
   * @param count the number of LBNs
   */
  void zeros(long firstLbn, long count);

  /**
   * Adds mappings to fragments of one compressed block: {@link MappingRun.Fragments}.
   *
   * @param firstLbn the first LBN
   * @param count the number of LBNs, at most 14
   * @param pbn the compressed block
   * @param firstFragment the fragment of the first LBN, 0 to 13
   */
  void fragments(long firstLbn, long count, long pbn, int firstFragment);

  /** {@return the mark behind all that was added}; of an empty piece it is 0. */
  int mark();

  /**
   * Forgets what was added after a mark.
   *
   * @param mark what {@link #mark} returned before, or 0
   */
  void cut(int mark);
}
