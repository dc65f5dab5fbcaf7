package io.vdotools.device;

import java.lang.foreign.MemorySegment;

/**
 * A block device that can be changed.
 *
 * <p>A write is durable once a later {@link #flush} has returned, not before: until then each of
 * its 512-byte sectors may or may not survive a power cut, in any combination.
 *
 * <p>Writes may run beside reads and writes of other blocks. What a read sees of a block that is
 * being written at the same time is not defined.
 */
public interface WritableBlockDevice extends BlockDevice {
  /**
   * Writes {@code from.byteSize() / 4096} consecutive blocks.
   *
   * @param firstBlock the first block to write, at least 0
   * @param from the new content; a multiple of 4096 bytes, which may be none
   * @throws DeviceException if the device refuses; any part of the blocks may have been written
   * @throws IllegalArgumentException if {@code firstBlock} is negative, {@code from} is not a whole
   *     number of blocks, or the blocks do not all lie on the device: a write never makes a device
   *     longer
   * @throws IllegalStateException if the device is closed or was opened for reading only
   */
  void write(long firstBlock, MemorySegment from) throws DeviceException;

  /**
   * Makes everything written so far survive a power cut.
   *
   * @throws DeviceException if the device refuses; nothing may then be assumed about any write
   *     since the last flush that succeeded, not even after a later flush succeeds
   * @throws IllegalStateException if the device is closed or was opened for reading only
   */
  void flush() throws DeviceException;
}
