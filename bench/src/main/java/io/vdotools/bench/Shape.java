package io.vdotools.bench;

/** How the mappings of a generated volume look. */
public enum Shape {
  /**
   * As one long write leaves it: LBNs in order on consecutive PBNs, and a leaf page wherever the
   * first of its LBNs was written.
   */
  SEQUENTIAL,
  /**
   * As one long write through a driver with four zones leaves it: these take turns, each for 128
   * blocks, and of 64 requests in flight any may be the next that is given a block.
   */
  JITTERED,
  /** Every LBN on a data block of its own, and every page, anywhere in the volume. */
  SCATTERED,
  /**
   * Blocks that are referred to once to 254 times: single duplicates near one another, and runs
   * that repeat one from far away.
   */
  DEDUPLICATED,
  /** Compressed blocks with 2 to 14 fragments each. */
  COMPRESSED,
  /**
   * Something of everything, in pieces that lie anywhere: plain and shared blocks, compressed ones
   * with shared fragments, explicit zero blocks, and stretches without any mapping.
   */
  MIXED;

  private static final int ZONES = 4;

  /** {@return what repeats in the mappings; nothing does where every block is mapped once} */
  SharingPattern pattern() {
    return switch (this) {
      case SEQUENTIAL, SCATTERED -> SharingPattern.NONE;
      case JITTERED -> SharingPattern.jittered();
      case DEDUPLICATED -> SharingPattern.deduplicated();
      case COMPRESSED -> SharingPattern.compressed();
      case MIXED -> SharingPattern.mixed();
    };
  }

  /** {@return the length of the pieces that are not in order; 0 if all blocks are} */
  int pieceBlocks() {
    return switch (this) {
      case SEQUENTIAL, DEDUPLICATED, COMPRESSED -> 0;
      case SCATTERED -> 1;
      case MIXED -> 64;
      case JITTERED -> 128;
    };
  }

  /**
   * {@return where pieces lie}
   *
   * @param pieces how many there are
   * @param seed selects one of several possible orders
   */
  PieceOrder pieceOrder(long pieces, long seed) {
    return this == JITTERED
        ? new ZoneOrder(pieces, ZONES, Math.floorMod(Mixer.mix(seed, pieces), pieces))
        : new KeyedPermutation(pieces, seed);
  }
}
