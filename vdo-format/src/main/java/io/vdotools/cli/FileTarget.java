package io.vdotools.cli;

import io.vdotools.device.DeviceException;
import io.vdotools.device.DeviceException.Kind;
import io.vdotools.device.UnfinishedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * A file that a command is to make: under another name beside it until it is complete.
 *
 * @param path the name that it is to get
 * @param temporary the name that it has until then
 * @param mayReplace whether a file of that name may go
 */
public record FileTarget(Path path, Path temporary, boolean mayReplace) {
  /**
   * {@return the target that a user named}
   *
   * @param output what the user named; a symbolic link stays, and the file that it leads to goes
   * @param mayReplace whether a file of that name may go
   * @param force the option with which it may
   * @param command the name of the command, part of the temporary name
   * @throws DeviceException if there is something that cannot or may not be replaced
   */
  public static FileTarget of(Path output, boolean mayReplace, String force, String command)
      throws DeviceException {
    Path target = resolved(output);
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      checkMayGo(target, mayReplace, force);
    }
    String mark = Long.toHexString(System.nanoTime());
    return new FileTarget(target, UnfinishedFile.temporaryName(target, command, mark), mayReplace);
  }

  private static Path resolved(Path output) throws DeviceException {
    try {
      return Files.exists(output) ? output.toRealPath() : output;
    } catch (IOException e) {
      throw new DeviceException(Kind.CREATE_FAILED, "cannot find out what " + output + " is", e);
    }
  }

  private static void checkMayGo(Path target, boolean mayReplace, String force)
      throws DeviceException {
    String cannot = "cannot write to " + target + ": ";
    if (Files.isDirectory(target)) {
      throw new DeviceException(Kind.DIRECTORY, cannot + "it is a directory; name a file in it");
    }
    if (!Files.isRegularFile(target)) {
      throw new DeviceException(Kind.NOT_A_BLOCK_STORE, cannot + "not a regular file");
    }
    if (!mayReplace) {
      throw new DeviceException(
          Kind.EXISTS,
          cannot + "it is there already; name another file, or replace it with " + force);
    }
  }

  /**
   * {@return a file of zeros under the temporary name}
   *
   * @param blocks its size
   * @throws DeviceException if it cannot be made
   */
  public UnfinishedFile create(long blocks) throws DeviceException {
    return UnfinishedFile.create(path, temporary, blocks);
  }

  /** {@return the same trouble in words that the user knows, who never saw the temporary name} */
  public DeviceException about(DeviceException e) {
    String message = String.valueOf(e.getMessage()).replace(temporary.toString(), path.toString());
    return new DeviceException(
        e.kind(),
        e.kind() == Kind.WRITE_FAILED || e.kind() == Kind.FLUSH_FAILED
            ? message + "; nothing is left of it: make room or write elsewhere"
            : message,
        e);
  }
}
