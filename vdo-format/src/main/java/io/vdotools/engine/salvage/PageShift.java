package io.vdotools.engine.salvage;

/**
 * Pages that all lie the same number of blocks away from where they say that they lie.
 *
 * @param kind what is displaced
 * @param blocks what to add to the PBN at which a page is found to get its own; not 0
 * @param pages how many pages were found so
 * @param detail what to do about it, in words
 */
public record PageShift(Kind kind, long blocks, long pages, String detail) {
  /** What is displaced. */
  public enum Kind {
    /**
     * Everything behind the geometry block. Nothing was changed: open the volume with a block
     * offset that is larger by {@link #blocks}, or, if they are negative, skip as many blocks at
     * the start of the device.
     */
    WHOLE_DEVICE,
    /**
     * The slabs with all that is in them, but not what lies before them. Nothing was changed: a
     * view of the device in which they are in their place again is needed.
     */
    WHOLE_DEPOT,
    /** The pages alone: their contents were moved to where they belong. */
    CONTENTS_MOVED,
    /** The PBNs in the headers alone: they were corrected. */
    HEADERS_CORRECTED
  }
}
