package io.vdotools.device;

import static java.util.Objects.requireNonNull;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Another device as it would be after some writes, without having written: the changed blocks are
 * kept in memory, all others come from the device below.
 *
 * <p>Memory is used for changed blocks only, and not for those that are all zeros, of which a
 * repair of many slabs writes hundreds for each. The device below must not change meanwhile. It
 * belongs to whoever opened it: closing the overlay neither closes it nor loses the changes.
 */
public final class OverlayDevice implements Overlay {
  private static final byte[] ZEROS = new byte[BLOCK_SIZE];
  private static final MemorySegment ZERO_BLOCK = MemorySegment.ofArray(ZEROS);

  private final BlockDevice base;

  /** Arrays in here are never changed, only replaced: a reader sees the old block or the new. */
  private final ConcurrentNavigableMap<Long, byte[]> changed = new ConcurrentSkipListMap<>();

  private OverlayDevice(BlockDevice base) {
    this.base = requireNonNull(base);
  }

  /** {@return an overlay without changes over the given device} */
  public static OverlayDevice over(BlockDevice base) {
    return new OverlayDevice(base);
  }

  @Override
  public BlockDevice base() {
    return base;
  }

  /**
   * {@return the blocks that were written and not discarded since, ascending, whether or not their
   * content differs from what is below}
   */
  @Override
  public long[] changedBlocks() {
    return changed.keySet().stream().mapToLong(Long::longValue).toArray();
  }

  /** {@return whether the block was written and not discarded since} */
  @Override
  public boolean isChanged(long block) {
    return changed.containsKey(block);
  }

  /** Forgets all changes. */
  public void discard() {
    changed.clear();
  }

  /** Forgets the change of one block, if there is one. */
  public void discard(long block) {
    changed.remove(block);
  }

  /** {@return the name of the device below, since that is what the user knows} */
  @Override
  public String name() {
    return base.name();
  }

  @Override
  public long sizeBytes() {
    return base.sizeBytes();
  }

  /**
   * {@inheritDoc}
   *
   * <p>A changed block is readable even where the device below is not.
   */
  @Override
  public BlockErrors read(long firstBlock, MemorySegment into) {
    BlockRange range = BlockRange.ofRead(firstBlock, into);
    long within = range.countWithin(base.blockCount());
    byte[] only = range.count() == 1 ? changed.get(firstBlock) : null;
    if (only != null) {
      copy(only, into, 0);
      return BlockErrors.NONE;
    }
    BlockErrors errors = base.read(firstBlock, into);
    Set<Long> overlaid = new HashSet<>();
    changed
        .subMap(firstBlock, firstBlock + within)
        .forEach((block, content) -> {
          copy(content, into, block - firstBlock);
          overlaid.add(block);
        });
    return errors.without(overlaid::contains);
  }

  @Override
  public long nextData(long block, long end) {
    long below = base.nextData(block, end);
    Long change = changed.ceilingKey(block);
    return change == null ? below : Math.min(change, below);
  }

  /** {@inheritDoc} What was written into a hole is found by {@link #nextData}. */
  @Override
  public long nextHole(long block, long end) {
    return base.nextHole(block, end);
  }

  private static void copy(byte[] content, MemorySegment into, long index) {
    MemorySegment.copy(content, 0, into, ValueLayout.JAVA_BYTE, index * BLOCK_SIZE, BLOCK_SIZE);
  }

  @Override
  public void write(long firstBlock, MemorySegment from) {
    BlockRange range = BlockRange.ofWrite(this, firstBlock, from);
    for (long i = 0; i < range.count(); i++) {
      var block = BlockRange.blocksOf(from, i, 1);
      changed.put(
          firstBlock + i,
          block.mismatch(ZERO_BLOCK) < 0 ? ZEROS : block.toArray(ValueLayout.JAVA_BYTE));
    }
  }

  /** Does nothing: the changes are as lasting as this object, whatever is flushed. */
  @Override
  public void flush() {}

  /** Does nothing: the device below is not this object's to close. */
  @Override
  public void close() {}
}
