package io.vdotools.model;

import io.vdotools.bytes.AsciiBuffer;
import java.io.IOException;
import java.io.OutputStream;

/** A piece that is text of ASCII, put together as bytes. */
public abstract class TextPiece implements BlockMapPiece {
  /** Room for the mappings of eight leaf pages, if each has a line of its own. */
  public static final int SEVERAL_PAGES_BYTES = 400 << 10;

  /** Room for a few lines. */
  public static final int FEW_LINES_BYTES = 1 << 12;

  /** The text. */
  protected final AsciiBuffer text;

  /**
   * Makes an empty piece.
   *
   * @param firstBytes how many bytes there is room for before it grows
   */
  protected TextPiece(int firstBytes) {
    this.text = new AsciiBuffer(firstBytes);
  }

  @Override
  public final int mark() {
    return text.size();
  }

  @Override
  public final void cut(int mark) {
    text.cut(mark);
  }

  /**
   * Writes what was added between two marks.
   *
   * @param out takes it; not flushed
   * @throws IOException what the stream throws
   */
  public final void writeTo(OutputStream out, int from, int to) throws IOException {
    text.writeTo(out, from, to);
  }
}
