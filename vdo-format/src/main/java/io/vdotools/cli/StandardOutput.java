package io.vdotools.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * The process's standard output, with a memory for failure.
 *
 * <p>A {@link java.io.PrintWriter} swallows write errors. A report cut short by a full disk must
 * not end with "nothing wrong", so the first error is kept here until the command is over.
 */
final class StandardOutput extends OutputStream implements WritableByteChannel {
  private final OutputStream target;
  private final WritableByteChannel channel;
  private @Nullable IOException failure;

  StandardOutput(OutputStream target) {
    this.target = target;
    // Of a file that is its own channel: bytes in native memory are written from where they are.
    this.channel = Channels.newChannel(target);
  }

  static StandardOutput ofThisProcess() {
    return new StandardOutput(new FileOutputStream(FileDescriptor.out));
  }

  /** {@return the standard error of this process, without anything between} */
  static OutputStream errorsOfThisProcess() {
    return new FileOutputStream(FileDescriptor.err);
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
      throw remembered(e);
    }
  }

  @Override
  public int write(ByteBuffer bytes) throws IOException {
    try {
      return channel.write(bytes);
    } catch (IOException e) {
      throw remembered(e);
    }
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  private IOException remembered(IOException e) {
    if (failure == null) {
      failure = e;
    }
    return e;
  }
}
