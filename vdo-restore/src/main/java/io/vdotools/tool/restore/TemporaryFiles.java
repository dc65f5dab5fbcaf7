package io.vdotools.tool.restore;

import io.vdotools.device.DeviceException;
import io.vdotools.device.FileDevice;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.engine.build.Scratch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Room in files of a directory that nobody sees and that are gone in the end. */
final class TemporaryFiles implements Scratch, AutoCloseable {
  private final Path directory;
  private final List<FileDevice> files = new ArrayList<>();

  TemporaryFiles(Path directory) {
    this.directory = directory;
  }

  @Override
  public WritableBlockDevice create(long blocks) throws DeviceException {
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
