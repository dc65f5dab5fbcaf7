package io.vdotools.fuzz;

import io.vdotools.cli.Command;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.MemoryDevice;
import io.vdotools.testing.ToolRun;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** Files for targets that take what a command wrote, in a directory that goes with the process. */
final class Scene {
  private static final Path DIRECTORY = directory();

  private Scene() {}

  private static Path directory() {
    try {
      Path directory = Files.createTempDirectory("fuzz");
      directory.toFile().deleteOnExit();
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@return a name for a file that will not stay} */
  static Path file(String name) {
    Path file = DIRECTORY.resolve(name);
    file.toFile().deleteOnExit();
    return file;
  }

  /** {@return an image of a device} */
  static Path image(String name, MemoryDevice device) {
    Path file = file(name);
    try (var writer = new RandomAccessFile(file.toFile(), "rw")) {
      writer.setLength(device.sizeBytes());
      for (long block = 0; block < device.blockCount(); block++) {
        writer.seek(block * BlockDevice.BLOCK_SIZE);
        writer.write(device.block(block));
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@return the command of a name} */
  static Command command(String name) {
    return ServiceLoader.load(Command.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(command -> command.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** {@return what a command writes into a file that it is given last} */
  static byte[] written(String command, String output, Object... arguments) {
    Path file = file(output);
    var words = new ArrayList<Object>(List.of(arguments));
    words.add("--output");
    words.add(file);
    var run = ToolRun.of(command(command), words.toArray());
    if (run.status() != 0) {
      throw new IllegalStateException(words + ": " + run);
    }
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
