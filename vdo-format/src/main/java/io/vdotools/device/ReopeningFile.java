package io.vdotools.device;

import io.vdotools.device.FileAccess.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file that stays open when a thread that uses it is interrupted.
 *
 * <p>A {@link FileChannel} closes itself for everybody when one of its users is interrupted. A
 * checker would then take every block that it reads from there on for unreadable. So a thread's
 * interrupt is put aside during each operation and put back afterwards, and if one arrives in the
 * middle, the file is opened again and the operation repeated, which does no harm as all are
 * positional. The kernel reports a write-back error that nobody has seen yet on the new descriptor,
 * too, so that reopening hides none from {@link #flush}.
 */
final class ReopeningFile implements PositionalFile {
  private final Path path;
  private final Set<OpenOption> options;
  private final FileAccess access = FileAccess.current();

  /**
   * What tells this file from another one that takes its path; null where there is no such thing.
   */
  private final @Nullable Object fileKey;

  private volatile FileChannel channel;
  // Opened when somebody asks for holes, which a channel does not know.
  private @Nullable NativeFile holes;
  private volatile boolean isClosed;

  private ReopeningFile(
      Path path, Set<OpenOption> options, @Nullable Object fileKey, FileChannel channel) {
    this.path = path;
    this.options = options;
    this.fileKey = fileKey;
    this.channel = channel;
  }

  /**
   * Opens an existing file.
   *
   * @throws UnsupportedOperationException if the platform does not know one of the options
   */
  static ReopeningFile open(Path path, Set<OpenOption> options) throws IOException {
    return new ReopeningFile(path, options, fileKey(path), FileChannel.open(path, options));
  }

  private static @Nullable Object fileKey(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }

  @Override
  public long sizeBytes() throws IOException {
    return withChannel(FileChannel::size);
  }

  @Override
  public int read(ByteBuffer into, long offsetBytes) throws IOException {
    int allowed = access.allow(Operation.READ, path, into.remaining());
    if (allowed == 0 && into.hasRemaining()) {
      return -1;
    }
    return transfer(into, allowed, (open, part) -> open.read(part, offsetBytes));
  }

  @Override
  public int write(ByteBuffer from, long offsetBytes) throws IOException {
    int allowed = access.allow(Operation.WRITE, path, from.remaining());
    return transfer(from, allowed, (open, part) -> open.write(part, offsetBytes));
  }

  private interface Transfer {
    int on(FileChannel channel, ByteBuffer part) throws IOException;
  }

  /** An operation that was interrupted starts again where it began. */
  private int transfer(ByteBuffer bytes, int allowed, Transfer transfer) throws IOException {
    int start = bytes.position();
    int limit = bytes.limit();
    bytes.limit(start + allowed);
    try {
      return withChannel(open -> transfer.on(open, bytes.position(start)));
    } finally {
      bytes.limit(limit);
    }
  }

  @Override
  public long nextData(long offsetBytes) throws IOException {
    long found = holes().nextData(offsetBytes);
    return found < 0 ? sizeBytes() : found;
  }

  @Override
  public long nextHole(long offsetBytes) throws IOException {
    long found = holes().nextHole(offsetBytes);
    return found < 0 ? sizeBytes() : found;
  }

  private synchronized NativeFile holes() throws IOException {
    if (isClosed) {
      throw new IllegalStateException(path + " is closed");
    }
    if (holes == null) {
      var opened = NativeFile.openToRead(path);
      if (!Objects.equals(fileKey, fileKey(path))) {
        opened.close();
        throw new IOException("replaced by another file while in use");
      }
      holes = opened;
    }
    return holes;
  }

  @Override
  public void flush() throws IOException {
    access.allow(Operation.FLUSH, path, 0);
    withChannel(open -> {
      open.force(true);
      return true;
    });
  }

  @Override
  public synchronized void close() throws IOException {
    isClosed = true;
    if (holes != null) {
      holes.close();
    }
    channel.close();
  }

  private interface Action<T> {
    T on(FileChannel channel) throws IOException;
  }

  private <T> T withChannel(Action<T> action) throws IOException {
    boolean wasInterrupted = Thread.interrupted();
    try {
      while (true) {
        FileChannel open = channel;
        try {
          return action.on(open);
        } catch (ClosedChannelException _) {
          wasInterrupted |= Thread.interrupted();
          reopen();
        }
      }
    } finally {
      if (wasInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private synchronized void reopen() throws IOException {
    if (isClosed) {
      throw new IllegalStateException(path + " is closed");
    }
    if (channel.isOpen()) {
      return; // Another thread was faster.
    }
    FileChannel reopened = FileChannel.open(path, options);
    boolean isSame = false;
    try {
      isSame = Objects.equals(fileKey, fileKey(path));
    } finally {
      if (!isSame) {
        reopened.close();
      }
    }
    if (!isSame) {
      throw new IOException("replaced by another file while in use");
    }
    channel = reopened;
  }
}
