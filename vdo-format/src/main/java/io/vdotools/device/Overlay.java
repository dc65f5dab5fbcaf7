package io.vdotools.device;

/**
 * Another device as it would be after some writes, without having written: changed blocks are kept
 * elsewhere, all others come from the device below.
 *
 * <p>The device below must not change meanwhile. It belongs to whoever opened it: closing the
 * overlay does not close it.
 */
public interface Overlay extends WritableBlockDevice {
  /** {@return the device below} */
  BlockDevice base();

  /**
   * {@return the blocks that were written, ascending, whether or not their content differs from
   * what is below}
   */
  long[] changedBlocks();

  /** {@return whether the block was written} */
  boolean isChanged(long block);
}
