package io.vdotools.engine.build;

import io.vdotools.device.BlockBuffers;
import io.vdotools.device.DeviceException;
import io.vdotools.device.WritableBlockDevice;
import io.vdotools.format.BlockSize;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Pages of the block map that nobody has named a place for, until it is known which blocks are
 * free: numbered as they come, kept outside of memory.
 */
final class UnplacedPages {
  private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final int PBNS_PER_BLOCK = BlockSize.BLOCK / Long.BYTES;

  private final Scratch scratch;
  private final long most;
  private final MemorySegment pbns;
  private @Nullable WritableBlockDevice device;
  private long count;
  private long placed;
  private long bufferedBlock = -1;
  private boolean isBufferDirty;

  /**
   * @param scratch gives room once there is a page
   * @param most how many pages there can be
   * @param arena for one block of memory
   */
  UnplacedPages(Scratch scratch, long most, Arena arena) {
    this.scratch = scratch;
    this.most = most;
    this.pbns = BlockBuffers.allocate(arena, 1);
  }

  /** {@return how many pages there are} */
  long count() {
    return count;
  }

  /** {@return how many of them, from the first one on, have a place by now} */
  long placed() {
    return placed;
  }

  /** {@return the number of a new page, whose content is still to be written} */
  long add() {
    return count++;
  }

  private WritableBlockDevice device() throws DeviceException {
    var open = device;
    if (open == null) {
      open = scratch.create(most + Math.ceilDiv(most, PBNS_PER_BLOCK));
      device = open;
    }
    return open;
  }

  void write(long number, MemorySegment page) throws DeviceException {
    device().write(number, page);
  }

  void read(long number, MemorySegment page) throws DeviceException {
    device().read(number, page).orThrow(device());
  }

  /** Gives the next page without a place its place. */
  void place(long pbn) throws DeviceException {
    buffer(placed);
    pbns.set(WORD, placed % PBNS_PER_BLOCK * Long.BYTES, pbn);
    isBufferDirty = true;
    placed++;
  }

  /** {@return the place of a page that has one} */
  long pbn(long number) throws DeviceException {
    buffer(number);
    return pbns.get(WORD, number % PBNS_PER_BLOCK * Long.BYTES);
  }

  private void buffer(long number) throws DeviceException {
    long block = most + number / PBNS_PER_BLOCK;
    if (block == bufferedBlock) {
      return;
    }
    if (isBufferDirty) {
      device().write(bufferedBlock, pbns);
      isBufferDirty = false;
    }
    device().read(block, pbns).orThrow(device());
    bufferedBlock = block;
  }
}
