package io.vdotools.device.change;

import io.vdotools.VdoException;
import io.vdotools.device.DeviceException;
import io.vdotools.device.DeviceException.Kind;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.device.FileDevice.Caching;
import io.vdotools.device.WritableBlockDevice;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.LongConsumer;

/** Changes with undo files of the operating system. */
public final class UndoFiles {
  private UndoFiles() {}

  /**
   * Writes an undo file, and then makes the change.
   *
   * @param changes what is to change
   * @param device the device, opened for this program alone
   * @param deviceName how the device can be found again
   * @param undoFile where nothing may be yet
   * @param progress is told how many blocks were written, each time some were
   * @throws UndoException if the device does not hold any more what the change was made from
   * @throws DeviceException if the undo file cannot be written, in which case the device was not
   *     touched, or the device refuses, in which case the undo file brings it back
   */
  public static void apply(
      ChangeSet changes,
      WritableBlockDevice device,
      String deviceName,
      Path undoFile,
      LongConsumer progress)
      throws VdoException {
    try (var file =
        FileDevice.create(undoFile, UndoWriter.fileBlocks(changes), Caching.PAGE_CACHE)) {
      UndoWriter.write(changes, deviceName, file);
    }
    syncDirectory(undoFile);
    try (var file = FileDevice.open(undoFile, Access.READ)) {
      WriteGate.of(device, UndoLog.open(file), progress).goOn();
    }
  }

  /** A file that nobody finds again after a crash would be of no use. */
  private static void syncDirectory(Path undoFile) throws DeviceException {
    Path directory = undoFile.toAbsolutePath().getParent();
    if (directory == null) {
      return;
    }
    try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      throw new DeviceException(
          Kind.FLUSH_FAILED,
          "cannot make the name of %s last: %s; choose another directory"
              .formatted(undoFile, e.getMessage()),
          e);
    }
  }
}
