package io.vdotools.device;

import io.vdotools.device.FileDevice.Caching;
import java.nio.file.Path;

/**
 * A file that gets its name only when it is complete: until then it has another one beside it, and
 * unless it is completed nothing stays.
 */
public final class UnfinishedFile implements AutoCloseable {
  private final UnfinishedName name;
  private final FileDevice device;
  private boolean isComplete;

  private UnfinishedFile(UnfinishedName name, FileDevice device) {
    this.name = name;
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
      return new UnfinishedFile(new UnfinishedName(target, temporary), device);
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
    name.complete(mayReplace);
    isComplete = true;
  }

  /** Removes the file unless it is complete. Closing twice is harmless. */
  @Override
  public void close() throws DeviceException {
    try {
      device.close();
    } finally {
      if (!isComplete) {
        name.discard();
      }
    }
  }

  /**
   * {@return a temporary name for a file, in the same directory}
   *
   * @param target the name that it is to get
   * @param command the name of the command that makes it
   * @param mark what no other file of this process has that is made for the same target
   */
  public static Path temporaryName(Path target, String command, String mark) {
    return UnfinishedName.beside(target, command, mark);
  }

  /** Removes what is at a temporary name; for a process that ends before it can close. */
  public static void discard(Path temporary) {
    new UnfinishedName(temporary, temporary).discard();
  }
}
