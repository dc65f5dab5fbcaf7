package io.vdotools.device;

import io.vdotools.device.DeviceException.Kind;
import io.vdotools.device.FileDevice.Caching;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file that gets its name only when it is complete: until then it has another one beside it, and
 * unless it is completed nothing stays.
 */
public final class UnfinishedFile implements AutoCloseable {
  private final Path target;
  private final Path temporary;
  private final FileDevice device;
  private boolean isComplete;

  private UnfinishedFile(Path target, Path temporary, FileDevice device) {
    this.target = target;
    this.temporary = temporary;
    this.device = device;
  }

  /**
   * Makes a file of zeros that takes no space until it is written to.
   *
   * @param target the name that it is to get
   * @param temporary the name that it has until then, in the same directory; nothing may have it
   * @param blocks the size
   * @throws DeviceException if it cannot be made; the message names the target
   */
  public static UnfinishedFile create(Path target, Path temporary, long blocks)
      throws DeviceException {
    try {
      var device = FileDevice.create(temporary, blocks, Caching.PAGE_CACHE);
      return new UnfinishedFile(target, temporary, device);
    } catch (DeviceException e) {
      throw new DeviceException(
          e.kind(), String.valueOf(e.getMessage()).replace(temporary + "", target + ""), e);
    }
  }

  /** {@return the file, for writing} */
  public FileDevice device() {
    return device;
  }

  /**
   * Brings the content to stable storage and gives the file its name.
   *
   * @param mayReplace whether another file of that name may go
   * @throws DeviceException if the content cannot be made stable, or the name is taken
   */
  public void complete(boolean mayReplace) throws DeviceException {
    device.flush();
    device.close();
    try {
      if (mayReplace) {
        Files.move(
            temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } else {
        nameUnlessTaken();
      }
    } catch (FileAlreadyExistsException e) {
      throw new DeviceException(
          Kind.EXISTS, "cannot create " + target + ": it has come into being meanwhile", e);
    } catch (IOException e) {
      throw new DeviceException(
          Kind.CREATE_FAILED, "cannot create " + target + ": " + FileOpening.reasonOf(e), e);
    }
    isComplete = true;
  }

  /** A second name is refused where there is a file of that name, unlike a new name. */
  private void nameUnlessTaken() throws IOException {
    try {
      Files.createLink(target, temporary);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (IOException | UnsupportedOperationException _) {
      // Not every file system knows second names.
      Files.move(temporary, target);
      return;
    }
    Files.delete(temporary);
  }

  /** Removes the file unless it is complete. Closing twice is harmless. */
  @Override
  public void close() throws DeviceException {
    try {
      device.close();
    } finally {
      if (!isComplete) {
        discard(temporary);
      }
    }
  }

  /** Removes what is at a temporary name; for a process that ends before it can close. */
  public static void discard(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException _) {
      // It keeps a name that says what it is; there is nobody left to tell.
    }
  }
}
