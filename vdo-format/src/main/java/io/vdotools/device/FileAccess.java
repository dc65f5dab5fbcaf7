package io.vdotools.device;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Is asked before each operation on a file, so that tests can let any of them fail as the operating
 * system would: with an error, or by doing less than was asked for.
 *
 * <p>It is bound for a part of a program. A file keeps what was bound when it was opened, whichever
 * thread uses it then.
 */
@FunctionalInterface
interface FileAccess {
  /** What is about to happen. */
  enum Operation {
    READ,
    WRITE,
    FLUSH
  }

  /** Unbound but in tests. */
  ScopedValue<FileAccess> BOUND = ScopedValue.newInstance();

  /** {@return what is bound, or what allows everything} */
  static FileAccess current() {
    return BOUND.orElse((_, _, bytes) -> bytes);
  }

  /**
   * Allows an operation or fails.
   *
   * @param operation what is to be done
   * @param path the file
   * @param bytes how many bytes are to be read or written; 0 for a flush
   * @return how many may be: at most {@code bytes}; none of a read is the end of the file
   * @throws IOException what the operation fails with
   */
  int allow(Operation operation, Path path, int bytes) throws IOException;
}
