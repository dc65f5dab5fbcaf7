package io.vdotools.model;

import io.vdotools.VdoException;
import java.util.Optional;

/** Counts what is told to be unreadable, and passes it on. */
public final class LossCounter extends ForwardingVisitor {
  private long doubts;
  private long pages;
  private long mappings;
  private long counts;

  /**
   * Puts this in front of a visitor.
   *
   * @param next is told what this is told
   */
  public LossCounter(VolumeVisitor next) {
    super(next);
  }

  // Pages and mappings are nothing to count, so that they can pass in pieces.
  @Override
  public Optional<BlockMapPiece> newPiece() {
    return next.newPiece();
  }

  @Override
  public void piece(BlockMapPiece piece, int from, int to) throws VdoException {
    next.piece(piece, from, to);
  }

  @Override
  public void doubt(String sentence) throws VdoException {
    doubts++;
    next.doubt(sentence);
  }

  @Override
  public void unreadablePage(UnreadablePage page) throws VdoException {
    pages++;
    next.unreadablePage(page);
  }

  @Override
  public void unreadableMapping(UnreadableMapping mapping) throws VdoException {
    mappings++;
    next.unreadableMapping(mapping);
  }

  @Override
  public void unreadableCounts(UnreadableCounts lost) throws VdoException {
    counts += lost.count();
    next.unreadableCounts(lost);
  }

  /** {@return whether nothing was} */
  public boolean isNone() {
    return doubts + pages + mappings + counts == 0;
  }

  /** {@return pages of the block map whose content is lost} */
  public long pages() {
    return pages;
  }

  /** {@return mappings that make no sense} */
  public long mappings() {
    return mappings;
  }

  /** {@return what was, in words} */
  public String words() {
    return "%d doubts, %d unreadable pages of the block map, %d impossible mappings, %d lost counts"
        .formatted(doubts, pages, mappings, counts);
  }
}
