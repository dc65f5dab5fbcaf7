package io.vdotools.device;

import io.vdotools.device.DeviceException.Kind;
import io.vdotools.device.FileAccess.Operation;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file that is written from its beginning to its end, and gets its name only when it is complete:
 * until then it has another one beside it, and unless it is completed nothing stays.
 */
public final class UnfinishedStream implements AutoCloseable {
  private static final int MOST_ATTEMPTS = 100;

  private final UnfinishedName name;
  private final FileChannel channel;
  private final FileAccess access = FileAccess.current();
  private final OutputStream out;
  private boolean isComplete;

  private UnfinishedStream(UnfinishedName name, FileChannel channel) {
    this.name = name;
    this.channel = channel;
    this.out = new Content(Channels.newOutputStream(channel));
  }

  /** Asks before each write. */
  private final class Content extends FilterOutputStream {
    Content(OutputStream file) {
      super(file);
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      for (int done = 0; done < length; ) {
        int allowed = access.allow(Operation.WRITE, name.temporary(), length - done);
        out.write(bytes, offset + done, allowed);
        done += allowed;
      }
    }
  }

  /**
   * Begins a file.
   *
   * @param target the name that it is to get; a symbolic link is followed
   * @param suffix says in the temporary name what it is, such as the name of a command
   * @param mayReplace whether a regular file of that name may go
   * @throws DeviceException if it cannot be made; the message names the target
   */
  public static UnfinishedStream create(Path target, String suffix, boolean mayReplace)
      throws DeviceException {
    checkMayBeMade(target, mayReplace);
    try {
      Path real = Files.exists(target) ? target.toRealPath() : target;
      return open(real, suffix);
    } catch (NoSuchFileException e) {
      throw new DeviceException(
          Kind.CREATE_FAILED, "cannot create " + target + ": there is no such directory", e);
    } catch (IOException e) {
      throw new DeviceException(
          Kind.CREATE_FAILED, "cannot create " + target + ": " + FileOpening.reasonOf(e), e);
    }
  }

  /** Finds a name that nobody has: another output of this run, or what an earlier one left. */
  private static UnfinishedStream open(Path real, String suffix) throws IOException {
    for (int attempt = 1; ; attempt++) {
      var name =
          new UnfinishedName(real, UnfinishedName.beside(real, suffix, Integer.toString(attempt)));
      try {
        return new UnfinishedStream(
            name,
            FileChannel.open(
                name.temporary(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
      } catch (FileAlreadyExistsException e) {
        if (attempt == MOST_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static void checkMayBeMade(Path target, boolean mayReplace) throws DeviceException {
    if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (Files.isDirectory(target)) {
      throw new DeviceException(
          Kind.DIRECTORY, "cannot write to " + target + ": it is a directory; name a file in it");
    }
    if (Files.exists(target) && !Files.isRegularFile(target)) {
      throw new DeviceException(
          Kind.NOT_A_BLOCK_STORE,
          "cannot write to " + target + ": not a regular file; write to standard output instead");
    }
    if (!mayReplace) {
      throw new DeviceException(
          Kind.EXISTS, "cannot write to " + target + ": it is there already; name another file");
    }
  }

  /** {@return where the content goes; closing it is left to this} */
  public OutputStream stream() {
    return out;
  }

  /**
   * Brings the content to stable storage and gives the file its name.
   *
   * @param mayReplace whether another file of that name may go
   * @throws DeviceException if the content cannot be made stable, or the name is taken
   */
  public void complete(boolean mayReplace) throws DeviceException {
    try {
      access.allow(Operation.FLUSH, name.temporary(), 0);
      channel.force(true);
      channel.close();
    } catch (IOException e) {
      throw new DeviceException(
          Kind.FLUSH_FAILED,
          "cannot write to " + name.target() + ": " + FileOpening.reasonOf(e),
          e);
    }
    name.complete(mayReplace);
    isComplete = true;
  }

  /** Removes the file unless it is complete. Closing twice is harmless. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException _) {
      // Nothing of it stays.
    }
    if (!isComplete) {
      name.discard();
    }
  }

  /** Removes the file under its temporary name; for a process that ends before it can close. */
  public void discard() {
    name.discard();
  }
}
