package io.vdotools.device;

import io.vdotools.device.DeviceException.Kind;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The name that a file is to get when it is complete, and the one that it has until then.
 *
 * @param target the name that it is to get
 * @param temporary the name that it has until then, in the same directory
 */
record UnfinishedName(Path target, Path temporary) {
  private static final int LONGEST_PREFIX = 30;

  /**
   * {@return a name beside that of a file, which says what it is and belongs to, however long the
   * file's own name is}
   *
   * @param target the name that the file is to get
   * @param command the name of the command that makes it
   * @param mark what no other file of this process has that is made for the same target
   */
  static Path beside(Path target, String command, String mark) {
    String name = String.valueOf(target.getFileName());
    int kept = Math.min(LONGEST_PREFIX, name.codePointCount(0, name.length()));
    return target.resolveSibling(
        ".%s.%s-%d-%s"
            .formatted(
                name.substring(0, name.offsetByCodePoints(0, kept)),
                command,
                ProcessHandle.current().pid(),
                mark));
  }

  /**
   * Gives the file, which is complete, its name.
   *
   * @param mayReplace whether another file of that name may go
   * @throws DeviceException if the name is taken, or cannot be given
   */
  void complete(boolean mayReplace) throws DeviceException {
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

  /** Removes what is at the temporary name. */
  void discard() {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException _) {
      // It keeps a name that says what it is; there is nobody left to tell.
    }
  }
}
