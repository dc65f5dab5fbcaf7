package io.vdotools.device;

import static java.util.Objects.requireNonNull;

import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;

/**
 * An overlay for changes that are too large for memory: changed blocks are kept one after the other
 * in another device, a temporary file as a rule. In memory they take six bytes each.
 *
 * <p>Reads may come from several threads, writes from one at a time.
 */
public final class SpilledOverlay implements Overlay {
  private final BlockDevice base;
  private final WritableBlockDevice store;
  private final BlockSlots slots = new BlockSlots();

  private SpilledOverlay(BlockDevice base, WritableBlockDevice store) {
    this.base = requireNonNull(base);
    this.store = requireNonNull(store);
  }

  /**
   * {@return an overlay without changes over the given device}
   *
   * @param base the device below
   * @param store where changed blocks go; bounds how many there can be, and belongs to the caller
   */
  public static SpilledOverlay over(BlockDevice base, WritableBlockDevice store) {
    return new SpilledOverlay(base, store);
  }

  @Override
  public BlockDevice base() {
    return base;
  }

  @Override
  public long[] changedBlocks() {
    return slots.blocks();
  }

  @Override
  public boolean isChanged(long block) {
    return slots.find(block) >= 0;
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
    int only = range.count() == 1 ? slots.find(firstBlock) : -1;
    if (only >= 0) {
      return readChanged(firstBlock, only, into);
    }
    BlockErrors errors = base.read(firstBlock, into);
    if (within == 0 || !slots.anyWithin(firstBlock, firstBlock + within)) {
      return errors;
    }
    Set<Long> overlaid = new HashSet<>();
    var failed = new BlockErrors.Collector();
    for (long i = 0; i < within; i++) {
      int slot = slots.find(firstBlock + i);
      if (slot >= 0) {
        overlaid.add(firstBlock + i);
        readChanged(firstBlock + i, slot, BlockRange.blocksOf(into, i, 1)).forEach(failed::add);
      }
    }
    errors.without(overlaid::contains).forEach(failed::add);
    return failed.collected();
  }

  private BlockErrors readChanged(long block, int slot, MemorySegment into) {
    var errors = store.read(slot, into);
    if (errors.isEmpty()) {
      return errors;
    }
    var failed = new BlockErrors.Collector();
    for (var error : errors) {
      failed.add(new BlockError(block, error.reason(), error.detail()));
    }
    return failed.collected();
  }

  @Override
  public void write(long firstBlock, MemorySegment from) throws DeviceException {
    BlockRange range = BlockRange.ofWrite(this, firstBlock, from);
    for (long done = 0; done < range.count(); ) {
      int slot = slots.findOrAdd(firstBlock + done);
      // Blocks that are new one after the other lie so in the store.
      long length = 1;
      while (done + length < range.count()
          && slot + length == slots.findOrAdd(firstBlock + done + length)) {
        length++;
      }
      store.write(slot, BlockRange.blocksOf(from, done, length));
      done += length;
    }
  }

  /** Does nothing: the changes last as long as the store, whatever is flushed. */
  @Override
  public void flush() {}

  /** Does nothing: neither the device below nor the store is this object's to close. */
  @Override
  public void close() {}
}
