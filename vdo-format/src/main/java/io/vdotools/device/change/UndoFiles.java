package io.vdotools.device.change;

import io.vdotools.VdoException;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.DeviceException;
import io.vdotools.device.DeviceException.Kind;
import io.vdotools.device.FileDevice;
import io.vdotools.device.FileDevice.Access;
import io.vdotools.device.FileDevice.Caching;
import io.vdotools.device.WritableBlockDevice;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.LongConsumer;

/** Changes with undo files of the operating system. */
public final class UndoFiles {
  private UndoFiles() {}

  /**
   * Makes sure that an undo file can get its name, before time is spent on a plan.
   *
   * @param volume the device to be changed
   * @param undoFile where nothing may be yet
   * @throws DeviceException if there is something, or it cannot be found out
   */
  public static void checkFree(Path volume, Path undoFile) throws DeviceException {
    if (FileDevice.isSame(volume, undoFile)) {
      throw new DeviceException(
          Kind.EXISTS,
          "the undo file cannot be %s, which is the volume itself; name another file"
              .formatted(undoFile));
    }
    if (Files.exists(undoFile, LinkOption.NOFOLLOW_LINKS)) {
      throw taken(undoFile);
    }
  }

  /** Advice to remove what is there could cost what somebody needs to go back. */
  private static DeviceException taken(Path undoFile) {
    String what;
    try (var file = FileDevice.open(undoFile, Access.READ)) {
      String volume = UndoLog.open(file).deviceName();
      what =
          "it is the undo file of a change of %s; 'vdo_undo %s' tells whether that is complete; to"
                  .formatted(volume, undoFile)
              + " change the volume once more, name another file";
    } catch (UndoException e) {
      what =
          e.kind() == UndoException.Kind.UNFINISHED
              ? "it is the undo file of a change that never began; remove it or name another file"
              : "it is there already; name another file";
    } catch (VdoException _) {
      what = "it is there already; name another file";
    }
    return new DeviceException(
        Kind.EXISTS, "cannot write the undo file %s: %s".formatted(undoFile, what));
  }

  /**
   * Writes an undo file, makes sure that what the plan was made from is still there, and then makes
   * the change. Where the device was not touched, no undo file is left.
   *
   * @param plan what is to change
   * @param device the device, opened for this program alone
   * @param deviceName how the device can be found again
   * @param undoFile where nothing may be yet
   * @param progress is told how many blocks were written, each time some were
   * @throws PlanException if the device does not hold any more what the plan was made from; it was
   *     not touched
   * @throws DeviceException if the undo file cannot be written, in which case the device was not
   *     touched, or the device refuses, in which case the undo file brings it back or on
   */
  public static void apply(
      Plan plan,
      WritableBlockDevice device,
      String deviceName,
      Path undoFile,
      LongConsumer progress)
      throws VdoException {
    var changes = plan.changes();
    if (Files.exists(undoFile, LinkOption.NOFOLLOW_LINKS)) {
      throw taken(undoFile);
    }
    var file = FileDevice.create(undoFile, UndoWriter.fileBlocks(changes), Caching.PAGE_CACHE);
    boolean hasBegun = false;
    boolean isDone = false;
    try (file) {
      long[] unsaved = UndoWriter.writeNoting(changes, deviceName, file);
      syncDirectory(undoFile);
      plan.checkUnchanged();
      checkStillUnreadable(device, unsaved);
      var gate = WriteGate.of(device, UndoLog.open(file), progress);
      try {
        gate.goOn();
        isDone = true;
      } finally {
        hasBegun = gate.hasBegun();
      }
    } catch (VdoException e) {
      if (hasBegun && !isDone) {
        throw interrupted(e, undoFile);
      }
      if (!hasBegun) {
        discard(undoFile, e);
      }
      throw e;
    }
  }

  /** What was unreadable while it was to be saved, and can be read now, would be lost for good. */
  private static void checkStillUnreadable(WritableBlockDevice device, long[] unsaved)
      throws DeviceException {
    var block = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
    for (long number : unsaved) {
      if (device.read(number, block).isEmpty()) {
        throw new DeviceException(
            Kind.READ_FAILED,
            ("%s: block %d could not be read when its old content was to be saved, and can be now;"
                    + " nothing was written: try again, or copy the device first")
                .formatted(device.name(), number));
      }
    }
  }

  private static DeviceException interrupted(VdoException cause, Path undoFile) {
    return new DeviceException(
        Kind.WRITE_FAILED,
        "%s; the volume is changed in part: 'vdo_undo --apply %s' takes that back, and with --finish"
                .formatted(cause.getMessage(), undoFile)
            + " completes it",
        cause);
  }

  private static void discard(Path undoFile, VdoException why) {
    try {
      Files.deleteIfExists(undoFile);
    } catch (IOException e) {
      why.addSuppressed(e);
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
