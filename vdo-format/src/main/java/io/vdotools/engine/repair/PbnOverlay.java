package io.vdotools.engine.repair;

import io.vdotools.device.BlockDevice;
import io.vdotools.device.OverlayDevice;
import io.vdotools.device.ShiftedDevice;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/**
 * An overlay addressed by PBN. May be used by several threads.
 *
 * <p>An overlay refuses no write, so there is nothing here that a caller would have to handle.
 */
final class PbnOverlay {
  private final OverlayDevice overlay;
  private final long blockOffset;
  private final BlockDevice device;

  /**
   * @param overlay the overlay
   * @param blockOffset how many blocks the PBNs are ahead of the overlay's own numbers
   */
  PbnOverlay(OverlayDevice overlay, long blockOffset) {
    this.overlay = overlay;
    this.blockOffset = blockOffset;
    this.device = ShiftedDevice.of(overlay, blockOffset);
  }

  /** {@return the blocks by PBN, with all changes} */
  BlockDevice device() {
    return device;
  }

  /** {@return the overlay itself, by its own block numbers} */
  OverlayDevice overlay() {
    return overlay;
  }

  /** {@return a copy of a block; zeros if it cannot be read} */
  MemorySegment block(long pbn) {
    var bytes = MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE]);
    if (!device.read(pbn, bytes).isEmpty()) {
      bytes.fill((byte) 0);
    }
    return bytes;
  }

  /** {@return whether a block can be read} */
  boolean isReadable(long pbn) {
    return device.read(pbn, MemorySegment.ofArray(new byte[BlockDevice.BLOCK_SIZE])).isEmpty();
  }

  /** Replaces blocks. */
  void write(long pbn, MemorySegment blocks) {
    overlay.write(pbn - blockOffset, blocks);
  }

  /** Changes a block; one that cannot be read is changed from zeros. */
  synchronized void edit(long pbn, Consumer<MemorySegment> change) {
    var bytes = block(pbn);
    change.accept(bytes);
    write(pbn, bytes);
  }
}
