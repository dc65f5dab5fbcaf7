package io.vdotools.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The process's standard output, with a memory for failure.
 *
 * <p>A {@link java.io.PrintWriter} swallows write errors. A report cut short by a full disk must
 * not end with "nothing wrong", so the first error is kept here until the command is over.
 */
final class StandardOutput extends OutputStream {
  private final OutputStream target;
  private @Nullable IOException failure;

  StandardOutput(OutputStream target) {
    this.target = target;
  }

  static StandardOutput ofThisProcess() {
    return new StandardOutput(new FileOutputStream(FileDescriptor.out));
  }

  /** {@return the first error met, if any} */
  @Nullable IOException failure() {
    return failure;
  }

  /** {@return whether the reader went away, as {@code head} does when it has seen enough} */
  boolean isBrokenPipe() {
    return failure != null && "Broken pipe".equals(failure.getMessage());
  }

  @Override
  public void write(int oneByte) throws IOException {
    write(new byte[] {(byte) oneByte}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int start, int length) throws IOException {
    try {
      target.write(bytes, start, length);
    } catch (IOException e) {
      if (failure == null) {
        failure = e;
      }
      throw e;
    }
  }
}
