package io.vdotools.check;

import io.vdotools.device.BlockDevice;
import io.vdotools.device.BlockErrors;
import io.vdotools.device.MemoryDevice;
import java.lang.foreign.MemorySegment;

/**
 * A device of which only the first blocks can be read, as if the rest had failed.
 *
 * @param base what it holds
 * @param readable how many blocks can be read
 */
record OnlyFirstBlocks(BlockDevice base, long readable) implements BlockDevice {
  @Override
  public String name() {
    return base.name();
  }

  @Override
  public long sizeBytes() {
    return base.sizeBytes();
  }

  @Override
  public BlockErrors read(long firstBlock, MemorySegment into) {
    var head = MemoryDevice.ofBlocks(readable);
    for (long block = 0; block < readable; block++) {
      var content = MemorySegment.ofArray(new byte[BLOCK_SIZE]);
      if (base.read(block, content).isEmpty()) {
        head.write(block, content);
      }
    }
    return head.read(firstBlock, into);
  }

  @Override
  public void close() {}
}
