package io.vdotools.device;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The few operations a {@link FileDevice} needs from an open file; tests put their own below it.
 */
interface PositionalFile {
  /** {@return the size in bytes} */
  long sizeBytes() throws IOException;

  /**
   * Reads some bytes and advances the buffer by as many.
   *
   * @return how many bytes were read, -1 at the end of the file
   */
  int read(ByteBuffer into, long offsetBytes) throws IOException;

  /**
   * Writes some bytes and advances the buffer by as many.
   *
   * @return how many bytes were written
   */
  int write(ByteBuffer from, long offsetBytes) throws IOException;

  /** Brings everything written to stable storage. */
  void flush() throws IOException;

  void close() throws IOException;
}
