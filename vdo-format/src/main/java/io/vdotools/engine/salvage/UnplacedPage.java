package io.vdotools.engine.salvage;

import java.util.List;

/**
 * A page of the block map whose place is not known: what it maps is lost, unless somebody knows.
 *
 * @param pbn where it lies
 * @param height its height by its entries, {@link #UNKNOWN_HEIGHT} if they do not tell
 * @param entries how many of its entries are not empty
 * @param disposition what becomes of its block
 * @param candidates places that it might have, none of them by more than weak evidence
 * @param detail what is known about it, in words
 */
public record UnplacedPage(
    long pbn,
    int height,
    int entries,
    Disposition disposition,
    List<Placement> candidates,
    String detail) {
  /** The height of a page whose entries do not tell. */
  public static final int UNKNOWN_HEIGHT = -1;

  /** What becomes of the block of a page without a place. */
  public enum Disposition {
    /** It stays as it is: who makes the counts has to protect it and what it maps. */
    KEPT,
    /** It was overwritten with zeros, lest a new page there inherits its entries. */
    FREED,
    /** It belongs to some logical block as data: it is no page of this block map, only like one. */
    DATA
  }

  /** Copies the list. */
  public UnplacedPage {
    candidates = List.copyOf(candidates);
  }
}
