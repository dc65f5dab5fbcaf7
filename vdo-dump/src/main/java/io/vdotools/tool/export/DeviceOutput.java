package io.vdotools.tool.export;

import io.vdotools.device.DeviceException;
import io.vdotools.device.WritableBlockDevice;
import java.lang.foreign.MemorySegment;

/**
 * A file or a block device as output; several threads may write.
 *
 * @param device it
 * @param isSparse whether it reads as zeros where nothing is written
 * @param zeros blocks of zeros to write where it does not
 */
record DeviceOutput(WritableBlockDevice device, boolean isSparse, RepeatedBlock zeros)
    implements Output {
  @Override
  public void write(long block, MemorySegment blocks) throws DeviceException {
    device.write(block, blocks);
  }

  @Override
  public void zeros(long block, long count) throws DeviceException {
    if (!isSparse) {
      zeros.forEach(block, count, device::write);
    }
  }
}
