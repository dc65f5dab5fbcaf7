package io.vdotools.device;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/** Blocks whose content tells which they are, and devices full of them. */
final class Patterns {
  private Patterns() {}

  /** {@return a block that differs from those of all other seeds, in every sector} */
  static byte[] block(long seed) {
    byte[] content = new byte[BlockDevice.BLOCK_SIZE];
    new SplittableRandom(seed).nextBytes(content);
    return content;
  }

  /** {@return consecutive blocks, the first of them that of the seed} */
  static byte[] blocks(long firstSeed, int count) {
    byte[] content = new byte[count * BlockDevice.BLOCK_SIZE];
    for (int i = 0; i < count; i++) {
      System.arraycopy(
          block(firstSeed + i), 0, content, i * BlockDevice.BLOCK_SIZE, BlockDevice.BLOCK_SIZE);
    }
    return content;
  }

  static MemorySegment segment(long firstSeed, int count) {
    return MemorySegment.ofArray(blocks(firstSeed, count));
  }

  /** {@return a device whose every block holds the pattern of its own number} */
  static MemoryDevice numberedDevice(int blockCount) {
    MemoryDevice device = MemoryDevice.ofBlocks(blockCount);
    device.write(0, segment(0, blockCount));
    return device;
  }

  /** {@return memory that holds neither zeros nor any pattern} */
  static MemorySegment soiledMemory(int blocks) {
    return MemorySegment.ofArray(new byte[blocks * BlockDevice.BLOCK_SIZE]).fill((byte) 0x5a);
  }

  static byte[] bytesOf(MemorySegment memory) {
    return memory.toArray(ValueLayout.JAVA_BYTE);
  }

  /** {@return one block of a longer transfer} */
  static byte[] blockOf(MemorySegment memory, long index) {
    return bytesOf(BlockRange.blocksOf(memory, index, 1));
  }

  /** {@return what the device holds at the block, which must be readable} */
  static byte[] read(BlockDevice device, long block) throws DeviceException {
    MemorySegment content = soiledMemory(1);
    device.read(block, content).orThrow(device);
    return bytesOf(content);
  }
}
