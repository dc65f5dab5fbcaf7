package io.vdotools.device;

import io.vdotools.device.DeviceException.Kind;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.device.FileDevice.Caching;
import io.vdotools.device.NativeFile.BusyException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A device or image file that nobody else has, for whoever is about to change it.
 *
 * <p>A block device is claimed as a mount claims it, so that neither a mounted one nor one below
 * another device nor one that {@code mkfs} is at work on can be had, and none of them can have it
 * until the claim is closed. An image file is locked, which virtual machines heed, and must not be
 * behind a loop device.
 */
public final class DeviceClaim implements AutoCloseable {
  /** Programs that look at new devices, such as udev's, are done sooner. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Path path;
  private final NativeFile file;
  private final boolean isBlockDevice;

  private DeviceClaim(Path path, NativeFile file, boolean isBlockDevice) {
    this.path = path;
    this.file = file;
    this.isBlockDevice = isBlockDevice;
  }

  /**
   * Claims an existing file or block device, if need be after some seconds of waiting for somebody
   * unknown.
   *
   * @throws DeviceException if it cannot be opened for writing; of kind {@link Kind#IN_USE} if
   *     somebody else has it
   */
  public static DeviceClaim of(Path path) throws DeviceException {
    return of(path, DeviceUsers.ofThisSystem(), PATIENCE);
  }

  static DeviceClaim of(Path path, DeviceUsers users, Duration patience) throws DeviceException {
    // Says in the user's words what else can be in the way.
    try (var device = FileDevice.open(path, Access.READ_WRITE)) {
      assert device.access() == Access.READ_WRITE;
    }
    try {
      boolean isBlockDevice = FileOpening.isBlockDevice(path);
      checkUnused(path, isBlockDevice, users);
      return new DeviceClaim(
          path,
          isBlockDevice ? openPatiently(path, patience) : NativeFile.openLocked(path),
          isBlockDevice);
    } catch (BusyException e) {
      throw inUse(path, "it is in use by another program", e);
    } catch (IOException e) {
      throw FileOpening.refused(path, Access.READ_WRITE, e);
    }
  }

  private static void checkUnused(Path path, boolean isBlockDevice, DeviceUsers users)
      throws IOException, DeviceException {
    Optional<String> user =
        isBlockDevice
            ? users.ofBlockDevice((long) Files.getAttribute(path, "unix:rdev"))
            : users.ofFile(path);
    if (user.isPresent()) {
      throw inUse(path, "it is " + user.get(), null);
    }
  }

  private static NativeFile openPatiently(Path path, Duration patience) throws IOException {
    for (Duration waited = Duration.ZERO; ; waited = waited.plus(PAUSE)) {
      try {
        return NativeFile.openExclusively(path);
      } catch (BusyException e) {
        if (waited.compareTo(patience) >= 0) {
          throw e;
        }
        pause();
      }
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static DeviceException inUse(Path path, String why, @Nullable IOException cause) {
    String message = "cannot write to %s: %s; stop that use first".formatted(path, why);
    return cause == null
        ? new DeviceException(Kind.IN_USE, message)
        : new DeviceException(Kind.IN_USE, message, cause);
  }

  /** {@return whether it is a block device; otherwise it is a regular file} */
  public boolean isBlockDevice() {
    return isBlockDevice;
  }

  /** Opens what is claimed for reading and writing; to be closed before the claim. */
  public FileDevice open() throws DeviceException {
    return FileDevice.open(path, Access.READ_WRITE, Caching.PAGE_CACHE);
  }

  /**
   * Gives a regular file another size. What is added takes no space until it is written to.
   *
   * @param sizeBytes at least 0
   * @throws DeviceException if the file system refuses
   * @throws IllegalStateException on a block device, which has the size that it has
   */
  public void resize(long sizeBytes) throws DeviceException {
    if (isBlockDevice) {
      throw new IllegalStateException(path + " is a block device");
    }
    try (var writer = new RandomAccessFile(path.toFile(), "rw")) {
      writer.setLength(sizeBytes);
    } catch (IOException e) {
      throw new DeviceException(
          Kind.CREATE_FAILED,
          "cannot make %s %d bytes long: %s; choose another file system or a smaller size"
              .formatted(path, sizeBytes, FileOpening.reasonOf(e)),
          e);
    }
  }

  /** Lets others have it again. Closing twice is harmless. */
  @Override
  public void close() {
    file.close();
  }
}
