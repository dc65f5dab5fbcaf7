package io.vdotools.device;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * A device in memory that stores only the blocks that are not all zeros: for tests and small
 * images.
 *
 * <p>Closing it does nothing; what it holds stays readable.
 */
public final class MemoryDevice implements WritableBlockDevice {
  private static final byte[] ZEROS = new byte[BLOCK_SIZE];

  private final long blockCount;

  /** Arrays in here are never changed, only replaced, so that copies may share them. */
  private final ConcurrentMap<Long, byte[]> blocks;

  private MemoryDevice(long blockCount, ConcurrentMap<Long, byte[]> blocks) {
    this.blockCount = blockCount;
    this.blocks = blocks;
  }

  /**
   * {@return a device of zeros}
   *
   * @param blockCount its size in blocks, from 0 to {@code Long.MAX_VALUE / 4096}
   */
  public static MemoryDevice ofBlocks(long blockCount) {
    if (blockCount < 0 || blockCount > Long.MAX_VALUE / BLOCK_SIZE) {
      throw new IllegalArgumentException("cannot hold " + blockCount + " blocks");
    }
    return new MemoryDevice(blockCount, new ConcurrentHashMap<>());
  }

  /** {@return a device with the same content, which changes on its own from here on} */
  public MemoryDevice copy() {
    return new MemoryDevice(blockCount, new ConcurrentHashMap<>(blocks));
  }

  /**
   * {@return a copy of a block's 4096 bytes}
   *
   * @param block a block of this device
   * @throws IllegalArgumentException if there is no such block
   */
  public byte[] block(long block) {
    checkBlock(block);
    return stored(block).clone();
  }

  /**
   * Sets the content of a block.
   *
   * @param block a block of this device
   * @param content 4096 bytes, copied
   * @throws IllegalArgumentException if there is no such block, or {@code content} has another
   *     length
   */
  public void put(long block, byte[] content) {
    checkBlock(block);
    if (content.length != BLOCK_SIZE) {
      throw new IllegalArgumentException(content.length + " bytes are not a block");
    }
    store(block, content.clone());
  }

  /** {@return whether the other device has the same size and the same content} */
  public boolean hasSameContentAs(MemoryDevice other) {
    return blockCount == other.blockCount
        && blocks.keySet().equals(other.blocks.keySet())
        && blocks.entrySet().stream()
            .allMatch(entry -> Arrays.equals(entry.getValue(), other.stored(entry.getKey())));
  }

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public long sizeBytes() {
    return blockCount * BLOCK_SIZE;
  }

  @Override
  public BlockErrors read(long firstBlock, MemorySegment into) {
    BlockRange range = BlockRange.ofRead(firstBlock, into);
    long within = range.countWithin(blockCount);
    for (long i = 0; i < within; i++) {
      MemorySegment.copy(
          stored(firstBlock + i), 0, into, ValueLayout.JAVA_BYTE, i * BLOCK_SIZE, BLOCK_SIZE);
    }
    var errors = new BlockErrors.Collector();
    range.clearBeyondEnd(this, into, errors);
    return errors.collected();
  }

  @Override
  public void write(long firstBlock, MemorySegment from) {
    BlockRange range = BlockRange.ofWrite(this, firstBlock, from);
    for (long i = 0; i < range.count(); i++) {
      store(firstBlock + i, BlockRange.blocksOf(from, i, 1).toArray(ValueLayout.JAVA_BYTE));
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}

  private byte[] stored(long block) {
    return blocks.getOrDefault(block, ZEROS);
  }

  private void store(long block, byte[] content) {
    if (Arrays.equals(content, ZEROS)) {
      blocks.remove(block);
    } else {
      blocks.put(block, content);
    }
  }

  private void checkBlock(long block) {
    if (block < 0 || block >= blockCount) {
      throw new IllegalArgumentException(
          "no block " + block + " on a device of " + blockCount + " blocks");
    }
  }
}
