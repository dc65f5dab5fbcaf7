package io.vdotools.xml;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Gives the same bytes for ever. */
final class EndlessInput extends InputStream {
  private final byte[] content;
  private int at;

  EndlessInput(String content) {
    this.content = content.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public int read() {
    at = (at + 1) % content.length;
    return content[at];
  }

  @Override
  public int read(byte[] into, int start, int length) {
    for (int i = 0; i < length; i++) {
      into[start + i] = (byte) read();
    }
    return length;
  }
}
