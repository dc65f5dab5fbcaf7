package io.vdotools.device;

import com.google.errorprone.annotations.CheckReturnValue;
import java.lang.foreign.MemorySegment;

/**
 * A readable sequence of 4096-byte blocks, numbered from 0.
 *
 * <p>Reads may come from several threads at once. The size is fixed for as long as the device is
 * open.
 */
public interface BlockDevice extends AutoCloseable {
  /** The only block size there is, in bytes. */
  int BLOCK_SIZE = 4096;

  /** {@return what to call the device in a message to the user, such as its path} */
  String name();

  /** {@return the size in bytes, at least 0 and not necessarily a multiple of the block size} */
  long sizeBytes();

  /** {@return the number of whole blocks; a partial block at the end is not counted} */
  default long blockCount() {
    return sizeBytes() / BLOCK_SIZE;
  }

  /**
   * Reads {@code into.byteSize() / 4096} consecutive blocks.
   *
   * <p>Trouble with the device is a result, not an exception: each block that could not be read is
   * filled with zeros and listed in the answer, and all other blocks hold what the device holds.
   * Blocks beyond the end of the device are listed as such.
   *
   * @param firstBlock the first block to read, at least 0, possibly beyond the end
   * @param into where the blocks go; a multiple of 4096 bytes, which may be none
   * @return the blocks that could not be read, {@link BlockErrors#NONE} if there are none
   * @throws IllegalArgumentException if {@code firstBlock} is negative, or {@code into} is
   *     read-only or not a whole number of blocks
   * @throws IllegalStateException if the device is closed
   */
  @CheckReturnValue
  BlockErrors read(long firstBlock, MemorySegment into);

  /**
   * Passes over what is known to be zeros without reading it: the holes of a file. Whoever looks
   * for something in a large volume need not look there.
   *
   * @param block at least 0
   * @param end where to stop, at least {@code block} and at most {@link #blockCount}
   * @return the first block from {@code block} on that may hold anything but zeros, which is {@code
   *     block} itself where nothing is known; {@code end} if there is none before it
   * @throws IllegalArgumentException if the range is none
   */
  default long nextData(long block, long end) {
    BlockRange.checkWithin(this, block, end);
    return block;
  }

  /**
   * Tells where it is worth asking {@link #nextData} again.
   *
   * @param block at least 0
   * @param end where to stop, behind {@code block} and at most {@link #blockCount}
   * @return a block behind {@code block}: those from {@code block} up to it have to be read, and
   *     what follows may be known to be zeros; {@code end} where nothing is known
   * @throws IllegalArgumentException if the range is none
   */
  default long nextHole(long block, long end) {
    BlockRange.checkWithin(this, block, end);
    return end;
  }

  /**
   * {@return how many blocks it pays to announce before they are read in some other order than they
   * lie in; 0 where it does not pay}
   */
  default int mostAnnounced() {
    return 0;
  }

  /**
   * Says which blocks are read next, each about once. A device that has to take much apart for any
   * of them can do it for all together. They, and those of the announcement before, then come
   * sooner; nothing else depends on it.
   *
   * @param blocks the blocks in ascending order, which are not kept; any numbers
   * @param count how many, at most {@link #mostAnnounced}
   */
  default void announce(long[] blocks, int count) {}

  /**
   * Gives back what the device holds open. Closing twice is harmless.
   *
   * @throws DeviceException if the operating system reports an error while closing
   */
  @Override
  void close() throws DeviceException;
}
