package io.vdotools.xml;

import java.io.IOException;
import java.io.InputStream;

/**
 * A stream that gives no more than an allowance until the allowance is renewed.
 *
 * <p>Parsers keep a name, an attribute or a comment in memory whole, however long. Renewed with
 * each element, the allowance bounds what any of them can be.
 */
final class MeteredInput extends InputStream {
  /** What one element may take, with everything in front of it, and a parser's buffer. */
  static final int ALLOWANCE = 1 << 20;

  /** Something is longer than the allowance. */
  static final class Exceeded extends IOException {
    private static final long serialVersionUID = 1L;

    Exceeded() {
      super("something here is longer than " + ALLOWANCE + " bytes");
    }
  }

  private final InputStream source;
  private int left = ALLOWANCE;

  MeteredInput(InputStream source) {
    this.source = source;
  }

  void renew() {
    left = ALLOWANCE;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int start, int length) throws IOException {
    if (left == 0) {
      throw new Exceeded();
    }
    int count = source.read(into, start, Math.min(length, left));
    left -= Math.max(count, 0);
    return count;
  }
}
