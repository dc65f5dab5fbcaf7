package io.vdotools.device;

import java.util.List;

/**
 * A sector that was written and not flushed when the power went.
 *
 * @param sector its number on the device, in units of 512 bytes
 * @param writes the numbers of the writes that changed it since it was last flushed, ascending, at
 *     least one; the same number stands for the same write call in all sectors
 */
public record PendingSector(long sector, List<Long> writes) {
  /** Unit of what a disk writes all or nothing, in bytes. */
  public static final int SECTOR_SIZE = 512;

  /** Sectors in a block. */
  static final int SECTORS_PER_BLOCK = BlockDevice.BLOCK_SIZE / SECTOR_SIZE;

  public PendingSector {
    writes = List.copyOf(writes);
  }

  /** {@return the block that the sector belongs to} */
  public long block() {
    return sector / SECTORS_PER_BLOCK;
  }
}
