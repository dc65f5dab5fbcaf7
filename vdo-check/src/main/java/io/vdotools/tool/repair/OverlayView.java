package io.vdotools.tool.repair;

import io.vdotools.device.BlockDevice;
import io.vdotools.device.BlockErrors;
import io.vdotools.device.OverlayDevice;
import java.lang.foreign.MemorySegment;

/**
 * What an overlay holds, with all else read from another view of the device below it.
 *
 * <p>A check reads in an order, and up to blocks, that depend on the machine. What it reads has to
 * stay the same, but is not to be part of what a plan is called.
 *
 * @param overlay the overlay
 * @param base what lies below it
 */
record OverlayView(OverlayDevice overlay, BlockDevice base) implements BlockDevice {
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
    var errors = base.read(firstBlock, into);
    long count = into.byteSize() / BLOCK_SIZE;
    for (long i = 0; i < count; i++) {
      var block = into.asSlice(i * BLOCK_SIZE, BLOCK_SIZE);
      if (overlay.isChanged(firstBlock + i) && !overlay.read(firstBlock + i, block).isEmpty()) {
        throw new IllegalStateException("a changed block cannot be read: " + (firstBlock + i));
      }
    }
    if (errors.isEmpty()) {
      return errors;
    }
    return BlockErrors.of(
        errors.list().stream().filter(error -> !overlay.isChanged(error.block())).toList());
  }

  /** Does nothing: the devices belong to whoever opened them. */
  @Override
  public void close() {}
}
