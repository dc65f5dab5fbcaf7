package io.vdotools.model;

import io.vdotools.bytes.AsciiBuffer;
import java.io.IOException;
import java.io.OutputStream;

/** A piece that is text of ASCII, put together as bytes. */
public abstract class TextPiece implements BlockMapPiece {
  /** The text. */
  protected final AsciiBuffer text = new AsciiBuffer();

  /** Makes an empty piece. */
  protected TextPiece() {}

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
