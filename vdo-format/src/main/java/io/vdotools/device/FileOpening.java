package io.vdotools.device;

import io.vdotools.device.DeviceException.Kind;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.device.FileDevice.Caching;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;

/** Opens files for {@link FileDevice}, and says in the user's words why one cannot be opened. */
final class FileOpening {
  private static final int MODE_TYPE_MASK = 0170000;
  private static final int MODE_BLOCK_DEVICE = 0060000;

  private FileOpening() {}

  static PositionalFile open(Path path, Access access, Caching caching) throws DeviceException {
    try {
      checkType(path);
      return switch (caching) {
        case PAGE_CACHE -> ReopeningFile.open(path, options(access));
        case DIRECT -> openDirect(path, access);
      };
    } catch (IOException e) {
      throw refused(path, access, e);
    }
  }

  /** Opening a FIFO would wait for a writer, so the type is looked at before. */
  private static void checkType(Path path) throws IOException, DeviceException {
    var attributes = Files.readAttributes(path, BasicFileAttributes.class);
    if (attributes.isDirectory()) {
      throw new DeviceException(
          Kind.DIRECTORY,
          "cannot open %s: it is a directory; name a disk image or a block device".formatted(path));
    }
    if (!attributes.isRegularFile() && !isBlockDevice(path)) {
      throw new DeviceException(
          Kind.NOT_A_BLOCK_STORE,
          "cannot open %s: not a regular file or block device; name a disk image or a block device"
              .formatted(path));
    }
  }

  static boolean isBlockDevice(Path path) throws IOException {
    return path.getFileSystem().supportedFileAttributeViews().contains("unix")
        && Files.getAttribute(path, "unix:mode") instanceof Integer mode
        && (mode & MODE_TYPE_MASK) == MODE_BLOCK_DEVICE;
  }

  private static Set<OpenOption> options(Access access) {
    return switch (access) {
      case READ -> Set.of(StandardOpenOption.READ);
      case READ_WRITE -> Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
    };
  }

  /**
   * The JDK's option for {@code O_DIRECT}, found by name: javac warns of every mention of its type,
   * and that warning cannot be suppressed. The module jdk.unsupported has it, which a trimmed run
   * time may lack.
   */
  private static OpenOption directOption() {
    try {
      Class<?> type = Class.forName("com.sun.nio.file.ExtendedOpenOption");
      for (Object constant : type.getEnumConstants()) {
        if (constant instanceof OpenOption option && option.toString().equals("DIRECT")) {
          return option;
        }
      }
      throw new UnsupportedOperationException("this Java run time does not know DIRECT");
    } catch (ClassNotFoundException e) {
      throw new UnsupportedOperationException("this Java run time lacks jdk.unsupported", e);
    }
  }

  private static PositionalFile openDirect(Path path, Access access)
      throws IOException, DeviceException {
    PositionalFile direct;
    try {
      Set<OpenOption> options = new HashSet<>(options(access));
      options.add(directOption());
      direct = ReopeningFile.open(path, Set.copyOf(options));
    } catch (UnsupportedOperationException e) {
      throw directUnsupported(path, e);
    } catch (IOException e) {
      // Any other reason than the caching shows without it, too.
      ReopeningFile.open(path, options(access)).close();
      throw directUnsupported(path, e);
    }
    try {
      probeDirect(direct, path);
      return direct;
    } catch (IOException | DeviceException e) {
      abandon(direct, e);
      throw e;
    }
  }

  /**
   * Some devices and file systems accept direct I/O when they are opened and then want more than
   * 4096 bytes at a time, so that every block would look unreadable. If the first block is bad
   * either way, the device itself has the fault, and is opened.
   */
  private static void probeDirect(PositionalFile direct, Path path)
      throws IOException, DeviceException {
    if (direct.sizeBytes() < BlockDevice.BLOCK_SIZE) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      ByteBuffer block = BlockBuffers.allocate(arena, 1).asByteBuffer();
      try {
        direct.read(block, 0);
      } catch (IOException e) {
        if (isFirstBlockReadable(path, block)) {
          throw directUnsupported(path, e);
        }
      }
    }
  }

  private static boolean isFirstBlockReadable(Path path, ByteBuffer block) throws IOException {
    PositionalFile cached = ReopeningFile.open(path, options(Access.READ));
    try {
      return cached.read(block.clear(), 0) > 0;
    } catch (IOException _) {
      return false;
    } finally {
      cached.close();
    }
  }

  private static DeviceException directUnsupported(Path path, Throwable cause) {
    return new DeviceException(
        Kind.DIRECT_UNSUPPORTED,
        "cannot open %s for direct I/O: %s; go through the page cache instead"
            .formatted(path, reasonOf(cause)),
        cause);
  }

  /** Closes a file that turned out to be of no use. */
  static void abandon(PositionalFile file, Throwable why) {
    try {
      file.close();
    } catch (IOException e) {
      why.addSuppressed(e);
    }
  }

  static DeviceException refused(Path path, Access access, IOException cause) {
    String purpose =
        switch (access) {
          case READ -> "reading";
          case READ_WRITE -> "reading and writing";
        };
    return switch (cause) {
      case NoSuchFileException _ ->
          new DeviceException(
              Kind.MISSING, "cannot open %s: no such file; check the path".formatted(path), cause);
      case AccessDeniedException _ ->
          new DeviceException(
              Kind.PERMISSION_DENIED,
              "cannot open %s for %s: permission denied; run as a user who may, such as root"
                  .formatted(path, purpose),
              cause);
      default ->
          new DeviceException(
              Kind.OPEN_FAILED,
              "cannot open %s for %s: %s".formatted(path, purpose, reasonOf(cause)),
              cause);
    };
  }

  /**
   * {@return what the operating system said, without the path that some exceptions put before it}
   */
  static String reasonOf(Throwable cause) {
    String reason =
        cause instanceof FileSystemException inFileSystem
            ? inFileSystem.getReason()
            : cause.getMessage();
    return reason == null ? cause.getClass().getSimpleName() : reason;
  }
}
