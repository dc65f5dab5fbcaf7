package io.vdotools.device.change;

import io.vdotools.VdoException;
import io.vdotools.device.BlockBuffers;
import io.vdotools.device.BlockDevice;
import io.vdotools.device.DeviceException;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.device.change.UndoException.Kind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings a device from its state before a change to that after it, or back.
 *
 * <p>Works from an undo file that is complete and on stable storage, so that it can be called again
 * after any interruption, in either direction. Going on, the commit block is written last; going
 * back, first; always alone, between flushes. So whenever the other blocks are a mixture, the
 * commit block is the old one, which does not vouch for them.
 */
public final class WriteGate {
  private static final int SECTOR = 512;

  private final WritableBlockDevice device;
  private final UndoLog log;
  private final LongConsumer progress;
  private boolean hasBegun;

  private WriteGate(WritableBlockDevice device, UndoLog log, LongConsumer progress) {
    this.device = device;
    this.log = log;
    this.progress = progress;
  }

  /**
   * {@return the gate to a device}
   *
   * @param device the device, opened for this program alone
   * @param log the changes
   * @param progress is told how many blocks were written, each time some were
   * @throws UndoException if the log was made for a device of another size
   */
  public static WriteGate of(WritableBlockDevice device, UndoLog log, LongConsumer progress)
      throws UndoException {
    checkSize(device, log);
    return new WriteGate(device, log, progress);
  }

  private static void checkSize(BlockDevice device, UndoLog log) throws UndoException {
    if (device.blockCount() != log.deviceBlocks()) {
      throw new UndoException(
          Kind.OTHER_DEVICE,
          "%s has %d blocks, the undo file was made for %s with %d"
              .formatted(device.name(), device.blockCount(), log.deviceName(), log.deviceBlocks()));
    }
  }

  /** {@return whether anything was written, or may have been, through this gate} */
  public boolean hasBegun() {
    return hasBegun;
  }

  /**
   * {@return how far the device is}
   *
   * @throws UndoException if the undo file is damaged, or was made for a device of another size
   * @throws DeviceException if the undo file cannot be read
   */
  public static Standing standing(BlockDevice device, UndoLog log) throws VdoException {
    checkSize(device, log);
    var count = new Count();
    try (Arena arena = Arena.ofConfined()) {
      var found = BlockBuffers.allocate(arena, 1);
      log.forEach((block, before, after) -> {
        if (!device.read(block, found).isEmpty()) {
          count.unreadable++;
        } else if (found.mismatch(after) < 0) {
          // What stays as it was tells nothing of how far the change is.
          count.after += before != null && before.mismatch(after) < 0 ? 0 : 1;
        } else if (before == null || found.mismatch(before) < 0) {
          // Of what could not be read nobody knows what it was.
          count.before++;
        } else if (isMixture(found, before, after)) {
          count.torn++;
        } else {
          count.foreign++;
          count.firstForeign = count.firstForeign < 0 ? block : count.firstForeign;
        }
      });
    }
    return new Standing(
        count.before, count.after, count.torn, count.foreign, count.firstForeign, count.unreadable);
  }

  private static final class Count {
    long before;
    long after;
    long torn;
    long foreign;
    long firstForeign = -1;
    long unreadable;
  }

  private static boolean isMixture(MemorySegment found, MemorySegment before, MemorySegment after) {
    for (long at = 0; at < found.byteSize(); at += SECTOR) {
      var sector = found.asSlice(at, SECTOR);
      if (sector.mismatch(before.asSlice(at, SECTOR)) >= 0
          && sector.mismatch(after.asSlice(at, SECTOR)) >= 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Makes the change, or completes it.
   *
   * @throws UndoException if a block holds something else than before, after or a mixture of them,
   *     or the undo file is damaged; the device was not written to
   * @throws DeviceException if the device refuses; the change may be made in part
   */
  public void goOn() throws VdoException {
    checkNothingForeign();
    writeAll(false);
    device.flush();
    writeCommitBlock(false);
    device.flush();
  }

  /**
   * Takes the change back. What could not be read before the change stays as the change left it.
   *
   * @throws UndoException if a block holds something else than before, after or a mixture of them,
   *     or the undo file is damaged; the device was not written to
   * @throws DeviceException if the device refuses; the change may be taken back in part
   */
  public void goBack() throws VdoException {
    checkNothingForeign();
    writeCommitBlock(true);
    device.flush();
    writeAll(true);
    device.flush();
  }

  private void checkNothingForeign() throws VdoException {
    var standing = standing(device, log);
    if (standing.foreign() > 0) {
      throw new UndoException(
          Kind.CHANGED_SINCE,
          ("%s: %d of %d blocks hold neither what they held before the change nor what it writes,"
                  + " the first is block %d: the device was changed since; nothing was written")
              .formatted(device.name(), standing.foreign(), log.size(), standing.firstForeign()));
    }
  }

  private void writeCommitBlock(boolean isBack) throws VdoException {
    log.forBlock(log.commitBlock(), (block, before, after) -> write(block, before, after, isBack));
  }

  private void writeAll(boolean isBack) throws VdoException {
    log.forEach((block, before, after) -> {
      if (block != log.commitBlock()) {
        write(block, before, after, isBack);
      }
    });
  }

  private void write(
      long block, @Nullable MemorySegment before, MemorySegment after, boolean isBack)
      throws DeviceException {
    hasBegun = true;
    if (!isBack) {
      device.write(block, after);
    } else if (before != null) {
      device.write(block, before);
    }
    progress.accept(1);
  }
}
