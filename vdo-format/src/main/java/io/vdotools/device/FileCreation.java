package io.vdotools.device;

import io.vdotools.device.DeviceException.Kind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Makes new files for {@link FileDevice}, and says in the user's words why one cannot be made. */
final class FileCreation {
  private FileCreation() {}

  /** Makes a file of zeros, sparse where the file system can do that. */
  static void create(Path path, long sizeBytes) throws DeviceException {
    try {
      // Looks and creates in one step, so that no file that appears in between is overwritten.
      Files.createFile(path);
    } catch (IOException e) {
      throw refused(path, sizeBytes, e);
    }
    extend(path, sizeBytes);
  }

  /** Makes a file of zeros with a name that no other has. */
  static Path createTemporary(Path directory, long sizeBytes) throws DeviceException {
    Path path;
    try {
      path = Files.createTempFile(directory, ".vdo-", ".tmp");
    } catch (IOException e) {
      throw refused(directory.resolve("a temporary file"), sizeBytes, e);
    }
    extend(path, sizeBytes);
    return path;
  }

  private static void extend(Path path, long sizeBytes) throws DeviceException {
    try (var file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(sizeBytes);
    } catch (IOException e) {
      DeviceException refusal = refused(path, sizeBytes, e);
      abandon(path, refusal);
      throw refusal;
    }
  }

  /** Removes a file that was created and turned out to be of no use. */
  static void abandon(Path path, DeviceException why) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      why.addSuppressed(e);
    }
  }

  private static DeviceException refused(Path path, long sizeBytes, IOException cause) {
    return switch (cause) {
      case FileAlreadyExistsException _ ->
          new DeviceException(
              Kind.EXISTS,
              "cannot create %s: it is there already; name another file or remove it first"
                  .formatted(path),
              cause);
      case NoSuchFileException _ ->
          new DeviceException(
              Kind.MISSING,
              "cannot create %s: its directory does not exist; check the path".formatted(path),
              cause);
      case AccessDeniedException _ ->
          new DeviceException(
              Kind.PERMISSION_DENIED,
              "cannot create %s: permission denied; choose another directory".formatted(path),
              cause);
      default ->
          new DeviceException(
              Kind.CREATE_FAILED,
              "cannot create %s with %d bytes: %s"
                  .formatted(path, sizeBytes, FileOpening.reasonOf(cause)),
              cause);
    };
  }
}
