package io.vdotools.tool.restore;

import io.vdotools.device.DeviceException;
import io.vdotools.device.DeviceException.Kind;
import io.vdotools.device.FileDevice;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.engine.build.Scratch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Room in files beside a file that the user knows; nobody sees them, and they are gone in the end.
 */
final class TemporaryFiles implements Scratch, AutoCloseable {
  private final Path neighbour;
  private final List<FileDevice> files = new ArrayList<>();

  /**
   * @param neighbour the file that the user knows, which need not be there
   */
  TemporaryFiles(Path neighbour) {
    this.neighbour = neighbour;
  }

  @Override
  public WritableBlockDevice create(long blocks) throws DeviceException {
    Path parent = neighbour.toAbsolutePath().getParent();
    Path directory = parent == null ? Path.of("/") : parent;
    if (!Files.isDirectory(directory)) {
      throw new DeviceException(
          Kind.MISSING,
          "cannot create %s: its directory does not exist; check the path".formatted(neighbour));
    }
    var file = FileDevice.createTemporary(directory, blocks);
    files.add(file);
    return file;
  }

  @Override
  public void close() throws DeviceException {
    for (var file : files) {
      file.close();
    }
  }
}
