package io.vdotools.tool.restore;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;

/** A stream that tells how much of it was read. */
final class MeteredStream extends FilterInputStream {
  private final LongConsumer progress;

  /**
   * @param in the stream
   * @param progress is told how many bytes were read, each time some were
   */
  MeteredStream(InputStream in, LongConsumer progress) {
    super(in);
    this.progress = progress;
  }

  @Override
  public int read() throws IOException {
    int read = super.read();
    if (read >= 0) {
      progress.accept(1);
    }
    return read;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int read = super.read(into, offset, length);
    if (read > 0) {
      progress.accept(read);
    }
    return read;
  }
}
