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

  /**
   * Passes over holes.
   *
   * @return where the first byte from the offset on is that is not in a hole: the size of the file
   *     if there is none, and the offset itself where nothing is known of holes
   */
  default long nextData(long offsetBytes) throws IOException {
    return offsetBytes;
  }

  /**
   * Looks for a hole.
   *
   * @return where the first hole from the offset on begins, as far as known: the size of the file
   *     if there is none
   */
  default long nextHole(long offsetBytes) throws IOException {
    return Math.max(offsetBytes, sizeBytes());
  }

  /** Brings everything written to stable storage. */
  void flush() throws IOException;

  void close() throws IOException;
}
