package io.vdotools.engine.salvage;

/**
 * One reason to believe something about a page.
 *
 * @param source where the reason comes from
 * @param confidence how far it goes by itself
 * @param detail the reason in words, lower case, without a full stop
 */
public record Evidence(Source source, Confidence confidence, String detail) {
  /** Where a reason comes from. */
  public enum Source {
    /** An entry of the recovery journal, of whatever age. */
    RECOVERY_JOURNAL,
    /** What is left of the page that named it. */
    PARENT_REMAINS,
    /** What is left of the page itself. */
    OWN_REMAINS,
    /** The older image that was given as a hint. */
    HINT,
    /** Only one place is open, and only one page is left for it. */
    ELIMINATION,
    /** The same displacement is found at many pages. */
    SHIFT,
    /** A page of the block map says that it belongs here. */
    OWN_PBN,
    /** Blocks are taken in ascending order, more often than not. */
    ALLOCATION_ORDER
  }
}
