package io.vdotools.tool.export;

import io.vdotools.VdoException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.WritableByteChannel;

/**
 * A stream as output: blocks come one after the other, and holes as zeros.
 *
 * @param channel the stream
 * @param zeros blocks of zeros
 */
record StreamOutput(WritableByteChannel channel, RepeatedBlock zeros) implements Output {
  /** The stream takes no more; whoever owns it knows why. */
  static final class Ended extends VdoException {
    private static final long serialVersionUID = 1L;

    Ended(IOException cause) {
      super("cannot write to standard output: " + cause.getMessage(), cause);
    }
  }

  @Override
  public void write(long block, MemorySegment blocks) throws Ended {
    var bytes = blocks.asByteBuffer();
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw new Ended(e);
    }
  }

  @Override
  public void zeros(long block, long count) throws VdoException {
    zeros.forEach(block, count, this::write);
  }
}
