package io.vdotools.testing;

import io.vdotools.VdoException;
import io.vdotools.device.MemoryDevice;
import io.vdotools.device.OverlayDevice;
import io.vdotools.engine.Volume;
import io.vdotools.engine.live.OfflineRecovery;
import java.lang.foreign.MemorySegment;

/**
 * A volume and what is to be done to it, for tests of what may come between: whoever changes
 * volumes adds what it does to those tests as one of these.
 *
 * @param name for messages
 * @param volume the volume as it is
 * @param work computes the change
 * @param commitBlock the super block
 */
public record ChangeProducer(String name, MemoryDevice volume, Work work, long commitBlock) {
  /** Computes a change. */
  @FunctionalInterface
  public interface Work {
    /** Writes to the overlay what is to be written to the volume. */
    void run(OverlayDevice overlay) throws VdoException;
  }

  @Override
  public String toString() {
    return name;
  }

  /** {@return the replay of a crashed volume} */
  public static ChangeProducer replay(String name, MemoryDevice crashed) throws VdoException {
    var volume = Volume.open(crashed);
    return new ChangeProducer(
        "replay of " + name,
        crashed,
        OfflineRecovery::run,
        volume.superBlockPbn() - volume.blockOffset());
  }

  /**
   * {@return a change that a repair could make: one block other than the super block}
   *
   * @param block which block
   */
  public static ChangeProducer oneBlock(String name, MemoryDevice device, long block)
      throws VdoException {
    var volume = Volume.open(device);
    return new ChangeProducer(
        "one block of " + name,
        device,
        overlay -> overlay.write(block, MemorySegment.ofArray(new byte[4096])),
        volume.superBlockPbn() - volume.blockOffset());
  }
}
