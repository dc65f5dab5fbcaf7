package io.vdotools.device;

import static java.util.Objects.requireNonNull;

/**
 * One block that could not be read.
 *
 * @param block the number of the block, at least 0
 * @param reason what kind of trouble it is
 * @param detail what exactly happened, in words, such as the message of the operating system
 */
public record BlockError(long block, Reason reason, String detail) {
  /** Why a block could not be read. */
  public enum Reason {
    /** The device lists the block among its own but failed to deliver it. */
    READ_ERROR,
    /** The device delivered a part of the block only: the file ends inside it. */
    SHORT_READ,
    /** The device ends before the block. */
    BEYOND_END
  }

  public BlockError {
    if (block < 0) {
      throw new IllegalArgumentException("block " + block + " is negative");
    }
    requireNonNull(reason);
    requireNonNull(detail);
  }

  /** A block of which the device holds a part only. */
  static BlockError endsInside(long block, long bytes) {
    return new BlockError(
        block,
        Reason.SHORT_READ,
        "only " + bytes + " of " + BlockDevice.BLOCK_SIZE + " bytes are there");
  }

  /** A block that the device does not have. */
  static BlockError beyondEnd(long block, long blockCount) {
    return new BlockError(
        block,
        Reason.BEYOND_END,
        "beyond the end of the device, which has " + blockCount + " blocks");
  }

  @Override
  public String toString() {
    return "block " + block + ": " + detail;
  }
}
