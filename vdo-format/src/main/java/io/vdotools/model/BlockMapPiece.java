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

  /** Adds mappings, as {@link VolumeVisitor#mapping}. */
  void mapping(MappingRun run);

  /** {@return the mark behind all that was added}; of an empty piece it is 0. */
  int mark();

  /**
   * Forgets what was added after a mark.
   *
   * @param mark what {@link #mark} returned before, or 0
   */
  void cut(int mark);
}
